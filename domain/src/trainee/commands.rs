//! What a trainee's record can be asked. Dates and codes whose absence is a rule of DOMAIN 4 come as text or nothing,
//! so that the refusal is the domain's and is kept; everything else is parsed by the decoder.

use chrono::NaiveDate;
use events_schema::{
    codes::Route,
    events::trainee::{Degree, Placement, RecommendationRow},
    ids::{HesaId, Parse, TraineeId, TrainingProviderCode, Urn, parsed, parsed_option},
    personal::Private,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::command_set::{Target, command_set};

/// A training provider (the actor), or support for one, opens a record in draft.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterTrainee {
    /// The id of the new record, if the caller wants to choose it.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub trainee_id: Option<TraineeId>,
    /// Whose trainee; the actor's own code if not said.
    #[serde(default, deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub provider: Option<TrainingProviderCode>,
    /// First names.
    pub first_names: Private<String>,
    /// Last names.
    pub last_names: Private<String>,
    /// The route.
    pub route: Route,
    /// The record came from HESA.
    #[serde(default)]
    pub from_hesa: bool,
    /// The rest, as far as it is known.
    #[serde(default)]
    pub details: TraineeDetails,
}

/// The fields of a record that may come later. A field that is absent is not known, or not changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TraineeDetails {
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<Private<NaiveDate>>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Private<String>>,
    /// The provider's own number for the trainee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_trainee_id: Option<Private<String>>,
    /// HESA's number.
    #[serde(deserialize_with = "private_parsed_option", skip_serializing_if = "Option::is_none")]
    pub hesa_id: Option<Private<HesaId>>,
    /// Phase of education.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Age range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_range: Option<String>,
    /// Up to three subjects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Vec<String>>,
    /// School-side partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_partner: Option<String>,
    /// Employing school.
    #[serde(deserialize_with = "parsed_option", skip_serializing_if = "Option::is_none")]
    pub employing_school: Option<Urn>,
    /// First day of the course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub itt_start_date: Option<NaiveDate>,
    /// The day this trainee started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trainee_start_date: Option<NaiveDate>,
    /// Expected end of training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_end_date: Option<NaiveDate>,
    /// Degrees held: the whole list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub degrees: Option<Vec<Degree>>,
    /// Placements: the whole list.
    #[serde(deserialize_with = "parsed_placements", skip_serializing_if = "Option::is_none")]
    pub placements: Option<Vec<Placement>>,
}

/// Fields of the record are changed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendTraineeDetails {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// New first names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_names: Option<Private<String>>,
    /// New last names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_names: Option<Private<String>>,
    /// New route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// New values of other fields.
    #[serde(default)]
    pub details: TraineeDetails,
    /// The corrected date of a deferred trainee's deferral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defer_date: Option<String>,
}

/// A complete draft is sent for a TRN.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitForTrn {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
}

/// A TRN came.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTrn {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Seven digits.
    #[serde(default)]
    pub trn: Option<Private<String>>,
}

/// The provider states that the standards were met.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendForQts {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// The day on which the standards were met (ISO 8601).
    #[serde(default)]
    pub qts_standards_met_date: Option<String>,
    /// The row of an uploaded file, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<RecommendationRow>,
}

/// The teaching record answered that the status is held.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordQtsAward {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Held since (ISO 8601).
    #[serde(default)]
    pub awarded_at: Option<String>,
}

/// Out for a while.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeferTrainee {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Since when (ISO 8601); none before the course or the trainee started.
    #[serde(default)]
    pub defer_date: Option<String>,
    /// Why, in up to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defer_reason: Option<Private<String>>,
}

/// Back in training.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReinstateTrainee {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Since when (ISO 8601); none while the course lies ahead.
    #[serde(default)]
    pub return_date: Option<String>,
    /// The expected end from now on (ISO 8601).
    #[serde(default)]
    pub expected_end_date: Option<String>,
}

/// More time.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendTraining {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// The expected end from now on (ISO 8601).
    #[serde(default)]
    pub expected_end_date: Option<String>,
}

/// Out for good.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawTrainee {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// The last day trained (ISO 8601).
    #[serde(default)]
    pub withdrawal_date: Option<String>,
    /// Who chose: `provider` or `trainee`.
    #[serde(default)]
    pub trigger: Option<String>,
    /// One or more codes. For either trigger: `unacceptable_behaviour`, `lack_of_progress_during_placements`,
    /// `did_not_make_progress`, `not_meeting_qts_standards`, `safeguarding_concerns`. Where the provider chose:
    /// `record_added_in_error`, `mandatory_reasons`, `stopped_responding_to_messages`,
    /// `had_to_withdraw_trainee_another_reason`. Where the trainee chose: `trainee_workload_issues`,
    /// `change_in_personal_or_health_circumstances`, `does_not_want_to_become_a_teacher`,
    /// `never_intended_to_obtain_qts`, `moved_to_different_itt_course`, `trainee_chose_to_withdraw_another_reason`.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// `yes`, `no` or `unknown`.
    #[serde(default)]
    pub future_interest: Option<String>,
    /// Text for "another reason".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another_reason: Option<Private<String>>,
    /// Text for safeguarding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguarding_concern_reasons: Option<Private<String>>,
}

/// Support (the actor) takes a withdrawal back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoWithdrawal {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Why; required.
    #[serde(default)]
    pub comment: Option<Private<String>>,
    /// The support ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_url: Option<String>,
}

/// Support (the actor) takes a recommendation or an award back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RescindRecommendation {
    /// The record.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Why; required.
    #[serde(default)]
    pub comment: Option<Private<String>>,
    /// The support ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_url: Option<String>,
}

command_set!(
    /// Commands to a trainee's record.
    TraineeCommand {
        RegisterTrainee => |command| command.trainee_id.map_or(Target::New, record),
        AmendTraineeDetails => |command| record(command.trainee_id),
        SubmitForTrn => |command| record(command.trainee_id),
        RecordTrn => |command| record(command.trainee_id),
        RecommendForQts => |command| record(command.trainee_id),
        RecordQtsAward => |command| record(command.trainee_id),
        DeferTrainee => |command| record(command.trainee_id),
        ReinstateTrainee => |command| record(command.trainee_id),
        ExtendTraining => |command| record(command.trainee_id),
        WithdrawTrainee => |command| record(command.trainee_id),
        UndoWithdrawal => |command| record(command.trainee_id),
        RescindRecommendation => |command| record(command.trainee_id),
    }
);

fn record(trainee: TraineeId) -> Target {
    Target::Stream(super::stream(trainee))
}

/// A personal identifier is parsed, not trusted; unlike elsewhere, a refusal does not repeat the value.
fn private_parsed_option<'de, D: Deserializer<'de>, T: Parse>(deserializer: D) -> Result<Option<Private<T>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer).map_err(|_| de::Error::custom("expected a text"))?;
    let parsed = text.map(|text| T::parse(&text)).transpose();
    parsed
        .map(|value| value.map(Private))
        .map_err(|invalid| de::Error::custom(format_args!("not a {}: expected {}", invalid.what, invalid.expected)))
}

/// Placements are events' own type, which trusts what is stored; what a command brings is parsed.
fn parsed_placements<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Placement>>, D::Error> {
    let mut given = Option::<Vec<Placement>>::deserialize(deserializer)?;
    for placement in given.iter_mut().flatten() {
        let urn = placement.school_urn.as_ref().map(|urn| Urn::parse(urn.as_str()));
        placement.school_urn = urn.transpose().map_err(de::Error::custom)?;
    }
    Ok(given)
}
