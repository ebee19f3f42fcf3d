//! What happened to a report or question passed to DfE support. Stream: `support_case-<id>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    codes::{CameBy, CaseOutcome, CaseSubject, MistakeReason, TaskSubject},
    heading::Heading,
    ids::{Cohort, PartnershipId, SupportCaseId, TraineeId, Urn},
    personal::HasPersonal,
};

/// A person was passed to support, with everything known so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportPassedToSupport {
    /// The new case.
    pub case_id: SupportCaseId,
    /// What it is about.
    pub subject: CaseSubject,
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// The reason the school gave, if it gave one.
    pub reason: Option<MistakeReason>,
    /// What the school asks for, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// How the person came.
    pub came_by: CameBy,
}

/// Support has something to do about a trainee; for as long as the case is open, it is on its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraineeTaskOpened {
    /// The new case.
    pub case_id: SupportCaseId,
    /// What has to be done.
    pub subject: TaskSubject,
    /// About whom.
    pub trainee_id: TraineeId,
    /// The code that the teaching record answered, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_code: Option<u32>,
}

/// Support closed the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportCaseResolved {
    /// The case.
    pub case_id: SupportCaseId,
    /// How it ended.
    pub outcome: CaseOutcome,
    /// What was done and why, at most 2,000 characters.
    pub comment: String,
}

event_set!(
    /// Events of a support case.
    SupportCaseEvent {
        ReportPassedToSupport v 1,
        TraineeTaskOpened v 1,
        SupportCaseResolved v 1,
    }
);

impl HasPersonal for ReportPassedToSupport {}
impl HasPersonal for TraineeTaskOpened {}
impl HasPersonal for SupportCaseResolved {}

impl Heading for ReportPassedToSupport {
    fn heading(&self) -> String {
        let reason = self.reason.map_or_else(String::new, |reason| format!("; {}", reason.spoken()));
        format!(
            "School {} was passed to DfE support about its partnership for {} ({}{reason})",
            self.school_urn,
            self.cohort.academic_year(),
            self.subject.spoken(),
        )
    }
}

impl Heading for TraineeTaskOpened {
    fn heading(&self) -> String {
        let code = self.record_code.map_or_else(String::new, |code| format!(", answer {code}"));
        format!("DfE support was given a task about the trainee ({}{code})", self.subject.spoken())
    }
}

impl Heading for SupportCaseResolved {
    fn heading(&self) -> String {
        format!("DfE support resolved the case ({}): {}", self.outcome.spoken(), self.comment)
    }
}
