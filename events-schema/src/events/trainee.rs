//! What happened to a trainee's record. Stream: `trainee-<id>`.
//! Nobody is ever recorded as having failed: there is no event, field or value for it.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event_set;
use crate::{
    codes::{AwardType, FutureInterest, Route, TraineeState, WithdrawalReason, WithdrawalTrigger},
    heading::Heading,
    ids::{HesaId, PersonId, TraineeId, TrainingProviderCode, Trn, UploadId, Urn},
    personal::{HasPersonal, Personal, PersonalField},
    words,
};

/// A degree the trainee holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Degree {
    /// Subject.
    pub subject: String,
    /// Where it was awarded.
    pub institution: String,
}

/// A placement of the trainee at a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// The school's number, if it is in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school_urn: Option<Urn>,
    /// The school's name.
    pub school_name: String,
}

/// The trainee's personal fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineePerson {
    /// First names.
    pub first_names: Personal<String>,
    /// Last names.
    pub last_names: Personal<String>,
    /// Date of birth, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<Personal<NaiveDate>>,
    /// Mail address, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<String>>,
    /// The provider's own number for the trainee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_trainee_id: Option<Personal<String>>,
    /// HESA's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hesa_id: Option<Personal<HesaId>>,
}

impl TraineePerson {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn PersonalField)) {
        visit("first_names", &mut self.first_names);
        visit("last_names", &mut self.last_names);
        visit_some("date_of_birth", &mut self.date_of_birth, visit);
        visit_some("email", &mut self.email, visit);
        visit_some("provider_trainee_id", &mut self.provider_trainee_id, visit);
        visit_some("hesa_id", &mut self.hesa_id, visit);
    }
}

/// The training: what, where, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The route.
    pub route: Route,
    /// Phase of education.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Age range: "11 to 16".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_range: Option<String>,
    /// Up to three subjects.
    #[serde(default)]
    pub subjects: Vec<String>,
    /// The school-side partner, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_partner: Option<String>,
    /// The employing school, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employing_school: Option<Urn>,
    /// First day of the course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub itt_start_date: Option<NaiveDate>,
    /// The day this trainee started, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trainee_start_date: Option<NaiveDate>,
    /// Expected end of training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_end_date: Option<NaiveDate>,
    /// Degrees held.
    #[serde(default)]
    pub degrees: Vec<Degree>,
    /// Placements so far.
    #[serde(default)]
    pub placements: Vec<Placement>,
}

/// A provider opened a record, in draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeRegistered {
    /// The new record.
    pub trainee_id: TraineeId,
    /// Whose trainee it is.
    pub provider: TrainingProviderCode,
    /// Who the trainee is.
    pub person: TraineePerson,
    /// What they train for.
    pub training: Training,
    /// The record came from HESA.
    pub from_hesa: bool,
}

/// Fields of the record were changed. Only what changed is here; each is the new value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeDetailsAmended {
    /// The record.
    pub trainee_id: TraineeId,
    /// New personal fields, whole, if any changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<TraineePerson>,
    /// New training, whole, if any of it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
    /// New date of deferral, if corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defer_date: Option<NaiveDate>,
    /// The names of the fields that changed.
    pub changed: Vec<String>,
}

/// The record was complete and a TRN was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeSubmittedForTrn {
    /// The record.
    pub trainee_id: TraineeId,
    /// The request, one per trainee for ever.
    pub request_id: Uuid,
}

/// A TRN came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrnRecorded {
    /// The record.
    pub trainee_id: TraineeId,
    /// The number.
    pub trn: Personal<Trn>,
}

/// The row of an uploaded file that a recommendation came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationRow {
    /// Which upload.
    pub upload_id: UploadId,
    /// The row as a spreadsheet shows it, from 1.
    pub row: u32,
}

/// The provider states that the standards were met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeRecommendedForQts {
    /// The record.
    pub trainee_id: TraineeId,
    /// The day on which the standards were met.
    pub outcome_date: NaiveDate,
    /// When the provider recommended (UTC).
    pub recommended_for_award_at: DateTime<Utc>,
    /// Which status.
    pub award: AwardType,
    /// By which route.
    pub route: Route,
    /// The row of an uploaded file, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<RecommendationRow>,
}

/// The teaching record holds the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QtsAwarded {
    /// The record.
    pub trainee_id: TraineeId,
    /// Held since: the day on which the standards were met.
    pub awarded_at: NaiveDate,
    /// Which status.
    pub award: AwardType,
}

/// Out for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeDeferred {
    /// The record.
    pub trainee_id: TraineeId,
    /// Since when; nothing before the course or the trainee started.
    pub defer_date: Option<NaiveDate>,
    /// Why, in the provider's words, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Personal<String>>,
}

/// Back in training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeReinstated {
    /// The record.
    pub trainee_id: TraineeId,
    /// Since when; nothing while the course lies ahead.
    pub return_date: Option<NaiveDate>,
    /// The expected end of training from now on, if it was given.
    pub expected_end_date: Option<NaiveDate>,
    /// The state to which the record went.
    pub state: TraineeState,
}

/// More time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingExtended {
    /// The record.
    pub trainee_id: TraineeId,
    /// The expected end until now, if there was one.
    pub previous_end_date: Option<NaiveDate>,
    /// The expected end from now on.
    pub expected_end_date: NaiveDate,
}

/// Out for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeWithdrawn {
    /// The record.
    pub trainee_id: TraineeId,
    /// The last day trained.
    pub withdrawal_date: NaiveDate,
    /// Who chose.
    pub trigger: WithdrawalTrigger,
    /// Why: one or more.
    pub reasons: Vec<WithdrawalReason>,
    /// Text for "another reason".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another_reason: Option<Personal<String>>,
    /// Text for safeguarding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguarding_concern_reasons: Option<Personal<String>>,
    /// Interest in teaching later.
    pub future_interest: FutureInterest,
    /// The state before, to which an undo returns.
    pub state_before: TraineeState,
}

/// Support took a withdrawal back; it stays in history, marked void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalUndone {
    /// The record.
    pub trainee_id: TraineeId,
    /// The state to which the record went.
    pub state: TraineeState,
    /// Why.
    pub comment: Personal<String>,
    /// The support ticket, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_url: Option<String>,
}

/// Support took a recommendation or an award back; it stays in history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationRescinded {
    /// The record.
    pub trainee_id: TraineeId,
    /// The state that was taken back.
    pub state_before: TraineeState,
    /// Why.
    pub comment: Personal<String>,
    /// The support ticket, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_url: Option<String>,
}

event_set!(
    /// Events of a trainee.
    TraineeEvent {
        TraineeRegistered v 1,
        TraineeDetailsAmended v 1,
        TraineeSubmittedForTrn v 1,
        TrnRecorded v 1,
        TraineeRecommendedForQts v 1,
        QtsAwarded v 1,
        TraineeDeferred v 1,
        TraineeReinstated v 1,
        TrainingExtended v 1,
        TraineeWithdrawn v 1,
        WithdrawalUndone v 1,
        RecommendationRescinded v 1,
    }
);

type Visit<'a> = &'a mut dyn FnMut(&'static str, &mut dyn PersonalField);

fn visit_some<T>(name: &'static str, field: &mut Option<Personal<T>>, visit: Visit<'_>)
where
    Personal<T>: PersonalField,
{
    if let Some(field) = field {
        visit(name, field);
    }
}

macro_rules! personal_of_trainee {
    ($event:ident $(, |$it:ident, $visit:ident| $body:block)?) => {
        impl HasPersonal for $event {
            fn person(&self) -> Option<PersonId> {
                Some(PersonId(self.trainee_id.0))
            }
            $(fn each_personal(&mut self, $visit: Visit<'_>) {
                let $it = self;
                $body
            })?
        }
    };
}

personal_of_trainee!(TraineeRegistered, |it, visit| { it.person.each_personal(visit) });
personal_of_trainee!(TraineeDetailsAmended, |it, visit| {
    if let Some(person) = &mut it.person {
        person.each_personal(visit);
    }
});
personal_of_trainee!(TraineeSubmittedForTrn);
personal_of_trainee!(TrnRecorded, |it, visit| { visit("trn", &mut it.trn) });
personal_of_trainee!(TraineeRecommendedForQts);
personal_of_trainee!(QtsAwarded);
personal_of_trainee!(TraineeDeferred, |it, visit| { visit_some("reason", &mut it.reason, visit) });
personal_of_trainee!(TraineeReinstated);
personal_of_trainee!(TrainingExtended);
personal_of_trainee!(TraineeWithdrawn, |it, visit| {
    visit_some("another_reason", &mut it.another_reason, visit);
    visit_some("safeguarding_concern_reasons", &mut it.safeguarding_concern_reasons, visit);
});
personal_of_trainee!(WithdrawalUndone, |it, visit| { visit("comment", &mut it.comment) });
personal_of_trainee!(RecommendationRescinded, |it, visit| { visit("comment", &mut it.comment) });

fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

macro_rules! heading {
    ($event:ident, |$it:ident| $sentence:expr) => {
        impl Heading for $event {
            fn heading(&self) -> String {
                let $it = self;
                $sentence
            }
        }
    };
}

heading!(TraineeRegistered, |it| {
    let source = if it.from_hesa { " from HESA" } else { "" };
    format!("Provider {} registered a trainee{source} on the route {}", it.provider, it.training.route.words())
});
heading!(TraineeDetailsAmended, |it| format!("The trainee's details were amended: {}", words::fields(&it.changed)));
heading!(TraineeSubmittedForTrn, |_it| "The trainee was submitted for a TRN".to_owned());
heading!(TrnRecorded, |_it| "The trainee's TRN was received".to_owned());
heading!(TraineeRecommendedForQts, |it| {
    format!("Trainee recommended for {}, standards met on {}", it.award, day(it.outcome_date))
});
heading!(QtsAwarded, |it| format!("The trainee holds {} since {}", it.award, day(it.awarded_at)));
heading!(TraineeDeferred, |it| match it.defer_date {
    Some(date) => format!("The trainee was deferred on {}", day(date)),
    None => "The trainee was deferred before starting".to_owned(),
});
heading!(TraineeReinstated, |it| match it.return_date {
    Some(date) => format!("The trainee was reinstated, returning on {}", day(date)),
    None => "The trainee was reinstated before the course starts".to_owned(),
});
heading!(TrainingExtended, |it| match it.previous_end_date {
    Some(previous) => {
        format!("The trainee's training was extended from {} to {}", day(previous), day(it.expected_end_date))
    }
    None => format!("The trainee's training was extended to {}", day(it.expected_end_date)),
});
heading!(TraineeWithdrawn, |it| {
    let reasons: Vec<_> = it.reasons.iter().map(|reason| reason.spoken()).collect();
    format!(
        "The trainee was withdrawn on {}, chosen by the {} ({})",
        day(it.withdrawal_date),
        it.trigger,
        reasons.join("; ")
    )
});
heading!(WithdrawalUndone, |it| format!(
    "DfE support undid the withdrawal; the trainee’s state is again: {}",
    it.state.spoken()
));
heading!(RecommendationRescinded, |it| {
    let what = if it.state_before == TraineeState::Awarded { "award" } else { "recommendation" };
    format!("DfE support rescinded the {what}; the trainee is in training again")
});
