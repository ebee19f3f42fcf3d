//! A trainee as this API shows it to its own provider. What was erased is null, and `erased` says so.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, FutureInterest, Route, TraineeState, WithdrawalReason, WithdrawalTrigger},
    events::trainee::TraineePerson,
    personal::Personal,
};
use projections::TraineeRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::details::Details;

/// One trainee.
#[derive(Debug, Serialize, ToSchema)]
pub struct TraineeDocument {
    /// The trainee.
    pub data: Trainee,
}

/// A page of trainees.
#[derive(Debug, Serialize, ToSchema)]
pub struct TraineeCollection {
    /// The trainees.
    pub data: Vec<Trainee>,
    /// Where the page stands.
    pub meta: Meta,
}

/// What is said of a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// Where it stands.
    pub pagination: Pagination,
}

/// Where a page stands among all.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pagination {
    /// Which page this is, from 1.
    pub page: i64,
    /// Records on a page.
    pub per_page: i64,
    /// Pages in all.
    pub total_pages: i64,
    /// Records in all.
    pub total_count: i64,
}

/// A trainee's record. Every field is always there; what is not known, or no longer, is null.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trainee {
    /// Which.
    pub trainee_id: Uuid,
    /// `draft`, `submitted_for_trn`, `trn_received`, `recommended_for_award`, `awarded`, `deferred` or `withdrawn`.
    #[schema(value_type = String)]
    pub state: TraineeState,
    /// The teacher reference number, once received.
    #[schema(required)]
    pub trn: Option<String>,
    /// Whether the personal fields of this record were erased.
    pub erased: bool,
    /// Who it is.
    pub person: Person,
    /// What they train for.
    pub training: TrainingShown,
    /// When the record was opened.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When a TRN was asked for.
    #[schema(required)]
    pub submitted_for_trn_at: Option<DateTime<Utc>>,
    /// The status that the route leads to: `QTS` or `EYTS`.
    #[schema(value_type = String)]
    pub award: AwardType,
    /// The day on which the standards were met, while a recommendation stands.
    #[schema(required)]
    pub qts_standards_met_date: Option<NaiveDate>,
    /// When the trainee was recommended.
    #[schema(required)]
    pub recommended_for_award_at: Option<DateTime<Utc>>,
    /// Since when the status is held.
    #[schema(required)]
    pub awarded_at: Option<NaiveDate>,
    /// Since when the trainee is deferred.
    #[schema(required)]
    pub defer_date: Option<NaiveDate>,
    /// Why, if it was said.
    #[schema(required)]
    pub defer_reason: Option<String>,
    /// Since when the trainee is back after a deferral.
    #[schema(required)]
    pub return_date: Option<NaiveDate>,
    /// The withdrawal in force.
    #[schema(required)]
    pub withdrawal: Option<Withdrawal>,
}

/// Who a trainee is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// First names.
    #[schema(required)]
    pub first_names: Option<String>,
    /// Last names.
    #[schema(required)]
    pub last_names: Option<String>,
    /// Date of birth.
    #[schema(required)]
    pub date_of_birth: Option<NaiveDate>,
    /// Mail address.
    #[schema(required)]
    pub email: Option<String>,
    /// The provider's own number for the trainee.
    #[schema(required)]
    pub provider_trainee_id: Option<String>,
    /// HESA's number.
    #[schema(required)]
    pub hesa_id: Option<String>,
}

/// What a trainee trains for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrainingShown {
    /// The route.
    #[schema(value_type = String, example = "provider_led_postgrad")]
    pub route: Route,
    /// Phase of education.
    #[schema(required)]
    pub phase: Option<String>,
    /// Age range.
    #[schema(required)]
    pub age_range: Option<String>,
    /// Up to three subjects.
    pub subjects: Vec<String>,
    /// School-side partner.
    #[schema(required)]
    pub training_partner: Option<String>,
    /// URN of the employing school.
    #[schema(required)]
    pub employing_school: Option<String>,
    /// First day of the course.
    #[schema(required)]
    pub itt_start_date: Option<NaiveDate>,
    /// The day this trainee started.
    #[schema(required)]
    pub trainee_start_date: Option<NaiveDate>,
    /// Expected end of training.
    #[schema(required)]
    pub expected_end_date: Option<NaiveDate>,
    /// Degrees held.
    pub degrees: Vec<DegreeShown>,
    /// Placements so far.
    pub placements: Vec<PlacementShown>,
}

/// A degree.
#[derive(Debug, Serialize, ToSchema)]
pub struct DegreeShown {
    /// Subject.
    pub subject: String,
    /// Where it was awarded.
    pub institution: String,
}

/// A placement.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacementShown {
    /// The school's number, if it is in the register.
    #[schema(required)]
    pub school_urn: Option<String>,
    /// The school's name.
    pub school_name: String,
}

/// A withdrawal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Withdrawal {
    /// The last day trained.
    #[schema(required)]
    pub withdrawal_date: Option<NaiveDate>,
    /// Who chose: `provider` or `trainee`.
    #[schema(required, value_type = Option<String>)]
    pub trigger: Option<WithdrawalTrigger>,
    /// Why.
    #[schema(value_type = Vec<String>)]
    pub reasons: Vec<WithdrawalReason>,
    /// Text for "another reason".
    #[schema(required)]
    pub another_reason: Option<String>,
    /// Text for safeguarding.
    #[schema(required)]
    pub safeguarding_concern_reasons: Option<String>,
    /// Interest in teaching later: `yes`, `no` or `unknown`.
    #[schema(required, value_type = Option<String>)]
    pub future_interest: Option<FutureInterest>,
}

impl Trainee {
    /// The resource of a row and its details; nothing if the log has no such record.
    pub(super) fn new(row: &TraineeRow, details: &Details) -> Option<Self> {
        let record = details.record()?;
        Some(Self {
            trainee_id: row.trainee_id.0,
            state: row.state,
            trn: open_text(record.trn.as_ref()),
            erased: record.person.first_names == Personal::Erased,
            person: person(&record.person),
            training: training(&record.training),
            created_at: row.registered_at,
            updated_at: row.updated_at,
            submitted_for_trn_at: row.submitted_for_trn_at,
            award: row.award,
            qts_standards_met_date: row.outcome_date,
            recommended_for_award_at: row.recommended_for_award_at,
            awarded_at: row.awarded_at,
            defer_date: row.defer_date,
            defer_reason: open_text(details.texts.defer_reason.as_ref()),
            return_date: row.return_date,
            withdrawal: row.withdrawn_at.map(|_| withdrawal(row, details)),
        })
    }
}

fn person(person: &TraineePerson) -> Person {
    Person {
        first_names: open_text(Some(&person.first_names)),
        last_names: open_text(Some(&person.last_names)),
        date_of_birth: person.date_of_birth.as_ref().and_then(Personal::value).copied(),
        email: open_text(person.email.as_ref()),
        provider_trainee_id: open_text(person.provider_trainee_id.as_ref()),
        hesa_id: open_text(person.hesa_id.as_ref()),
    }
}

fn training(training: &events_schema::events::trainee::Training) -> TrainingShown {
    let degrees = training.degrees.iter();
    let placements = training.placements.iter();
    TrainingShown {
        route: training.route,
        phase: training.phase.clone(),
        age_range: training.age_range.clone(),
        subjects: training.subjects.clone(),
        training_partner: training.training_partner.clone(),
        employing_school: training.employing_school.as_ref().map(ToString::to_string),
        itt_start_date: training.itt_start_date,
        trainee_start_date: training.trainee_start_date,
        expected_end_date: training.expected_end_date,
        degrees: degrees
            .map(|it| DegreeShown { subject: it.subject.clone(), institution: it.institution.clone() })
            .collect(),
        placements: placements
            .map(|it| PlacementShown {
                school_urn: it.school_urn.as_ref().map(ToString::to_string),
                school_name: it.school_name.clone(),
            })
            .collect(),
    }
}

fn withdrawal(row: &TraineeRow, details: &Details) -> Withdrawal {
    Withdrawal {
        withdrawal_date: row.withdrawal_date,
        trigger: row.withdrawal_trigger,
        reasons: row.withdrawal_reasons.0.clone(),
        another_reason: open_text(details.texts.another_reason.as_ref()),
        safeguarding_concern_reasons: open_text(details.texts.safeguarding_concern_reasons.as_ref()),
        future_interest: row.future_interest,
    }
}

fn open_text<T: ToString>(field: Option<&Personal<T>>) -> Option<String> {
    field.and_then(Personal::value).map(ToString::to_string)
}
