//! What is sent of a trainee, read from the record in the moment of sending, so that no copy of it lies anywhere.

use chrono::NaiveDate;
use domain::{policies::routes::route_policy, trainee::Record};
use events_schema::{
    codes::{AwardType, RecordStatus},
    events::hand_over::RecordContent,
    ids::{TraineeId, Trn, Ukprn},
};
use serde::Serialize;

use super::{PersonToFind, TrnRequest};

/// Everything that the record holds of one training, as one write. Personal with its TRN: never logged, never stored.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusWrite {
    /// Of whom; stands in the address.
    #[serde(skip)]
    pub trn: Trn,
    /// Our own key of the training; stands in the address.
    #[serde(skip)]
    pub reference: TraineeId,
    /// The route.
    pub route_type: &'static str,
    /// The status.
    pub status: RecordStatus,
    /// With `Holds`, since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds_from: Option<NaiveDate>,
    /// First day of training.
    pub training_start_date: Option<NaiveDate>,
    /// Expected end of training.
    pub training_end_date: Option<NaiveDate>,
    /// Up to three subjects.
    pub training_subjects: Vec<String>,
    /// Ages, if two numbers are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_age_specialism: Option<AgeRange>,
    /// Country of training.
    pub training_country: &'static str,
    /// Provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_provider_ukprn: Option<Ukprn>,
    /// What kind of degree the route leads to besides the status; nothing for those that ask for one beforehand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub degree_type: Option<&'static str>,
}

/// Ages taught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgeRange {
    /// Youngest.
    pub from: u8,
    /// Oldest.
    pub to: u8,
}

/// The write, if the trainee has a TRN that can be read. `content` is what the log says is being told.
pub fn status_write(record: &Record, content: RecordContent, provider: Option<Ukprn>) -> Option<StatusWrite> {
    let training = &record.training;
    let policy = route_policy(training.route);
    let undergraduate = !policy.degree_needed && policy.award == AwardType::Qts;
    Some(StatusWrite {
        trn: record.trn.as_ref()?.value()?.clone(),
        reference: record.trainee_id,
        route_type: training.route.code(),
        status: content.status,
        holds_from: content.holds_from,
        training_start_date: training.trainee_start_date.or(training.itt_start_date),
        training_end_date: content.training_end.or(training.expected_end_date),
        training_subjects: training.subjects.clone(),
        training_age_specialism: training.age_range.as_deref().and_then(ages),
        training_country: "GB-ENG",
        training_provider_ukprn: provider,
        degree_type: undergraduate.then_some("bachelor"),
    })
}

/// The request for a TRN, if one was asked for and the person can be read.
pub fn trn_request(record: &Record) -> Option<TrnRequest> {
    let person = &record.person;
    Some(TrnRequest {
        request_id: record.trn_request?,
        person: PersonToFind {
            first_name: person.first_names.value()?.clone(),
            last_name: person.last_names.value()?.clone(),
            date_of_birth: person.date_of_birth.as_ref().and_then(|date| date.value().copied()),
            email_addresses: person.email.iter().filter_map(|email| email.value().cloned()).collect(),
        },
    })
}

/// `11 to 16` and `5_to_11` name two ages.
fn ages(text: &str) -> Option<AgeRange> {
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok());
    let (from, to) = (numbers.next()?, numbers.next()?);
    Some(AgeRange { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_as_people_write_them() {
        assert_eq!(ages("11 to 16"), Some(AgeRange { from: 11, to: 16 }));
        assert_eq!(ages("5_to_11"), Some(AgeRange { from: 5, to: 11 }));
        assert_eq!(ages("primary"), None);
    }
}
