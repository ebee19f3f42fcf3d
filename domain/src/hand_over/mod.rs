//! The hand-over of a trainee to the teaching record: what it is to be told, was told, and holds (DOMAIN 4.6).
//! Stream: the trainee's id. The record is told at least once; a repeated answer changes nothing.

mod decide;
pub mod rejections;
mod state;

#[cfg(test)]
mod tests;

use events_schema::{
    codes::RecordAnswer,
    envelope::StreamId,
    events::hand_over::HandOverEvent,
    ids::{TraineeId, parsed},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use state::HandOver;

use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::HandOverFacts,
    rejection::Rejection,
};

/// The teaching record is told how the trainee stands now, if that is news to it. Support hands over again what was refused.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverTrainee {
    /// About whom.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
}

/// An attempt begins: from now on the record may know.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TellTeachingRecord {
    /// About whom.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Which hand-over of this trainee.
    pub number: u32,
}

/// What came of an attempt.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTeachingRecordAnswer {
    /// About whom.
    #[serde(deserialize_with = "parsed")]
    pub trainee_id: TraineeId,
    /// Which hand-over.
    pub number: u32,
    /// What the record answered.
    pub answer: RecordAnswer,
    /// With which code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
}

command_set!(
    /// Commands to a hand-over.
    HandOverCommand {
        HandOverTrainee => |command| Target::Stream(stream(command.trainee_id)),
        TellTeachingRecord => |command| Target::Stream(stream(command.trainee_id)),
        RecordTeachingRecordAnswer => |command| Target::Stream(stream(command.trainee_id)),
    }
);

impl HandOverCommand {
    /// About whom it is.
    pub fn trainee_id(&self) -> TraineeId {
        match self {
            Self::HandOverTrainee(command) => command.trainee_id,
            Self::TellTeachingRecord(command) => command.trainee_id,
            Self::RecordTeachingRecordAnswer(command) => command.trainee_id,
        }
    }
}

/// The stream of a trainee's hand-over.
pub fn stream(trainee: TraineeId) -> StreamId {
    StreamId::new(HandOver::NAME, trainee)
}

impl Aggregate for HandOver {
    const NAME: &'static str = "hand_over";
    type Command = HandOverCommand;
    type Event = HandOverEvent;
    type Facts = HandOverFacts;

    fn decide(&self, command: &HandOverCommand, facts: &HandOverFacts) -> Result<Vec<HandOverEvent>, Rejection> {
        match command {
            HandOverCommand::HandOverTrainee(command) => decide::hand_over(self, command, facts),
            HandOverCommand::TellTeachingRecord(command) => decide::tell(self, command, facts),
            HandOverCommand::RecordTeachingRecordAnswer(command) => Ok(decide::answered(self, command, facts)),
        }
    }

    fn evolve(&mut self, event: &HandOverEvent) {
        self.apply(event);
    }
}
