//! A report or question passed to DfE support: opened with its context, resolved with an outcome.

mod decide;
pub mod rejections;

#[cfg(test)]
mod tests;

use events_schema::{
    codes::{CameBy, TaskSubject},
    envelope::StreamId,
    events::support_case::SupportCaseEvent,
    ids::{PartnershipId, SupportCaseId, TraineeId, parsed},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::CaseFacts,
    rejection::Rejection,
};

/// A person is passed to support about a partnership.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassReportToSupport {
    /// The partnership.
    #[serde(deserialize_with = "parsed")]
    pub partnership_id: PartnershipId,
    /// `partnership-already-challenged`, `partnership-issue` or `report-window-closed` (DOMAIN 3.5).
    #[serde(default)]
    pub subject: Option<String>,
    /// `another_provider`, `not_confirmed`, `do_not_recognise`, `no_ects` or `mistake`, if the school gave a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the school asks for, at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// How the person came; `service` if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_by: Option<CameBy>,
}

/// A process of the service gives support something to do about a trainee.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenTraineeTask {
    /// The new case.
    #[serde(deserialize_with = "parsed")]
    pub case_id: SupportCaseId,
    /// About whom.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// What has to be done.
    pub subject: TaskSubject,
    /// The code that the teaching record answered, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_code: Option<u32>,
}

/// Support (the actor) closes a case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveSupportCase {
    /// The case.
    #[serde(deserialize_with = "parsed")]
    pub case_id: SupportCaseId,
    /// How it ended: `partnership_broken`, `partnership_stands`, `answered`, `closed` or `record_corrected`.
    #[serde(default)]
    pub outcome: Option<String>,
    /// What was done and why, at most 2,000 characters; required.
    #[serde(default)]
    pub comment: Option<String>,
}

command_set!(
    /// Commands to a support case.
    SupportCaseCommand {
        PassReportToSupport => |_| Target::New,
        OpenTraineeTask => |command| Target::Stream(stream(command.case_id)),
        ResolveSupportCase => |command| Target::Stream(stream(command.case_id)),
    }
);

/// The stream of a case.
pub fn stream(case: SupportCaseId) -> StreamId {
    StreamId::new(SupportCase::NAME, case)
}

/// The state of a support case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SupportCase {
    /// Nobody was passed to support under this id.
    #[default]
    Unknown,
    /// Support has it.
    Open,
    /// It ended.
    Resolved,
}

impl Aggregate for SupportCase {
    const NAME: &'static str = "support_case";
    type Command = SupportCaseCommand;
    type Event = SupportCaseEvent;
    type Facts = CaseFacts;

    fn decide(&self, command: &SupportCaseCommand, facts: &CaseFacts) -> Result<Vec<SupportCaseEvent>, Rejection> {
        match command {
            SupportCaseCommand::PassReportToSupport(command) => decide::pass(*self, command, facts),
            SupportCaseCommand::OpenTraineeTask(command) => Ok(decide::open_task(*self, command)),
            SupportCaseCommand::ResolveSupportCase(command) => decide::resolve(*self, command),
        }
    }

    fn evolve(&mut self, event: &SupportCaseEvent) {
        *self = match event {
            SupportCaseEvent::ReportPassedToSupport(_) | SupportCaseEvent::TraineeTaskOpened(_) => Self::Open,
            SupportCaseEvent::SupportCaseResolved(_) => Self::Resolved,
        };
    }
}
