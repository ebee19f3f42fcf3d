//! What a refused command was about, as far as its body says so.

use std::borrow::Cow;

use event_store::Refusal;
use events_schema::{
    envelope::StreamId,
    ids::{Cohort, Parse, PartnershipId, SupportCaseId, TraineeId, UploadId, Urn},
};
use serde::Deserialize;
use serde_json::Value;

/// The parts of a refused command's body that views count by. Whatever is absent or odd stays out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The school.
    pub school_urn: Option<Urn>,
    /// The cohort.
    pub cohort: Option<Cohort>,
    /// The partnership.
    pub partnership_id: Option<PartnershipId>,
    /// The trainee's record.
    pub trainee_id: Option<TraineeId>,
    /// The support case.
    pub case_id: Option<SupportCaseId>,
    /// The delivery partner.
    pub delivery_partner_id: Option<String>,
    /// The file that it came from.
    pub upload_id: Option<UploadId>,
    /// The reason, as given.
    pub reason: Option<String>,
    /// How the person came, as given.
    pub came_by: Option<String>,
}

#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    school_urn: Option<Cow<'a, str>>,
    #[serde(default)]
    cohort: Option<Value>,
    #[serde(borrow, default)]
    partnership_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    trainee_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    case_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    delivery_partner_id: Option<Cow<'a, str>>,
    #[serde(default)]
    upload: Option<Value>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    came_by: Option<Cow<'a, str>>,
}

impl Given {
    /// What a refused command named; school and cohort are those of its stream where its body named none.
    pub fn of(refusal: &Refusal) -> Self {
        let (urn, cohort) = school_and_cohort(refusal.stream.as_ref());
        let body = Self::read(&refusal.given);
        Self { school_urn: body.school_urn.or(urn), cohort: body.cohort.or(cohort), ..body }
    }

    /// From a body as the ledger keeps it.
    pub(crate) fn read(body: &str) -> Self {
        let body: Body<'_> = serde_json::from_str(body).unwrap_or_default();
        Self {
            school_urn: parse(body.school_urn.as_deref()),
            cohort: parse(body.cohort.as_ref().and_then(Value::as_str)),
            partnership_id: parse(body.partnership_id.as_deref()),
            trainee_id: parse(body.trainee_id.as_deref()),
            case_id: parse(body.case_id.as_deref()),
            delivery_partner_id: body.delivery_partner_id.as_deref().map(short),
            upload_id: parse(body.upload.as_ref().and_then(|upload| upload.get("upload_id")).and_then(Value::as_str)),
            reason: body.reason.as_deref().map(short),
            came_by: body.came_by.as_deref().map(short),
        }
    }
}

/// From `school_partnership-<URN>-<cohort>`.
fn school_and_cohort(stream: Option<&StreamId>) -> (Option<Urn>, Option<Cohort>) {
    let key = stream.filter(|stream| stream.aggregate() == "school_partnership").map(StreamId::key);
    let (urn, cohort) = key.and_then(|key| key.split_once('-')).unwrap_or_default();
    (urn.parse().ok(), cohort.parse().ok())
}

fn parse<T: Parse>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| T::parse(text).ok())
}

/// Codes are short; junk is not kept twice.
fn short(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\0').take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_odd_stays_out_and_what_is_right_stays_in() {
        let given = Given::read(r#"{"school_urn": "0100120", "cohort": "2025", "reason": "mistake", "other": [1]}"#);
        assert_eq!(given.school_urn.as_ref().map(Urn::as_str), Some("100120"));
        assert_eq!(given.cohort.map(Cohort::year), Some(2025));
        assert_eq!(given.reason.as_deref(), Some("mistake"));
        assert_eq!(Given::read("[]"), Given::default());
    }
}
