//! The log's witness: signed checkpoints outside the database. What people decide about it is recorded in the log.

pub mod rejections;

#[cfg(test)]
mod tests;

use events_schema::{
    envelope::StreamId,
    events::log_witness::{LogStateAccepted, LogWitnessEvent},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::rejections as refused;
use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::LogWitnessFacts,
    rejection::Rejection,
    text::present,
};

/// Operator and reason are said in at most this many characters each.
const LONGEST: usize = 300;

/// An operator accepts the log as it stands, although another one was witnessed. The command line fills in the sizes
/// and roots; it sends this before it writes the decision into the witness file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptLogState {
    /// Who decided: an office or an account, at most 300 characters, one line. Never a name: it is kept in clear.
    #[serde(default)]
    pub operator: Option<String>,
    /// Why, at most 300 characters, one line.
    #[serde(default)]
    pub reason: Option<String>,
    /// How many events had been witnessed.
    pub witnessed_size: i64,
    /// Root over them, base64.
    pub witnessed_root: String,
    /// How many events the log has.
    pub accepted_size: i64,
    /// Root over them, base64.
    pub accepted_root: String,
    /// Up to this position both are known to be the same.
    pub keeps: i64,
}

command_set!(
    /// Commands about the log's witness.
    LogWitnessCommand {
        AcceptLogState => |_| Target::Stream(stream()),
    }
);

/// The one stream.
pub fn stream() -> StreamId {
    StreamId::new(LogWitness::NAME, "log")
}

/// The last state that was accepted, if any was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogWitness {
    accepted: Option<LogStateAccepted>,
}

impl Aggregate for LogWitness {
    const NAME: &'static str = "log_witness";
    type Command = LogWitnessCommand;
    type Event = LogWitnessEvent;
    type Facts = LogWitnessFacts;

    fn decide(&self, command: &LogWitnessCommand, _: &LogWitnessFacts) -> Result<Vec<LogWitnessEvent>, Rejection> {
        let LogWitnessCommand::AcceptLogState(command) = command;
        let accepted = LogStateAccepted {
            operator: line(command.operator.as_deref(), "operator")?,
            reason: line(command.reason.as_deref(), "reason")?,
            witnessed_size: command.witnessed_size,
            witnessed_root: command.witnessed_root.clone(),
            accepted_size: command.accepted_size,
            accepted_root: command.accepted_root.clone(),
            keeps: command.keeps,
        };
        if self.accepted.as_ref() == Some(&accepted) {
            return Ok(Vec::new());
        }
        Ok(vec![accepted.into()])
    }

    fn evolve(&mut self, event: &LogWitnessEvent) {
        let LogWitnessEvent::LogStateAccepted(accepted) = event;
        self.accepted = Some(accepted.clone());
    }
}

fn line(given: Option<&str>, field: &'static str) -> Result<String, Rejection> {
    let text = present(given).ok_or_else(|| refused::decision_incomplete(field))?;
    if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(refused::decision_not_one_line(field, LONGEST));
    }
    Ok(text.to_owned())
}
