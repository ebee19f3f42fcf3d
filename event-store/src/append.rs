//! What is handed to the log and what comes back: one command with its events, its outcome and its receipt.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Origin, Position, StreamId, Version},
    events::Event,
};

use crate::master_key::Digest;

/// One decided command, to be kept with its events in one transaction, or not at all.
#[derive(Debug, Clone)]
pub struct Append {
    /// The command.
    pub record: CommandRecord,
    /// The streams it was decided against, each with its new events.
    pub writes: Vec<StreamWrite>,
    /// What was decided.
    pub outcome: Decided,
    /// The record that the caller can ask for afterwards, such as a partnership's id.
    pub record_id: Option<String>,
}

/// A command as the ledger keeps it.
#[derive(Debug, Clone)]
pub struct CommandRecord {
    /// Who, by which way, after what.
    pub origin: Origin,
    /// Its name: `ConfirmRecruitment`.
    pub command_type: String,
    /// Keyed digest of its type and body, from [`crate::EventStore::digest`].
    pub digest: Digest,
    /// The body as JSON, personal values already replaced.
    pub given: String,
    /// The facts it was decided with, as JSON, if any.
    pub facts: Option<String>,
    /// When the service received it; the events' happened-at (UTC, kept to the microsecond).
    pub received_at: DateTime<Utc>,
}

/// New events of one stream, at the version they were decided against.
#[derive(Debug, Clone)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamId,
    /// Its version when the command was decided; 0 for a stream without events.
    pub expected: Version,
    /// The new events; none is allowed, and the version is checked all the same.
    pub events: Vec<Event>,
}

/// How a command was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It was accepted; its events are in the log.
    Accepted,
    /// What it asked for was so already.
    NothingToDo,
    /// The domain refused it.
    Rejected {
        /// Stable code of the refusal.
        code: String,
        /// The rule that forbids.
        rule: String,
        /// One sentence for people, without personal values.
        message: String,
    },
}

/// The log's answer to an append.
#[derive(Debug, Clone, PartialEq)]
pub enum Appended {
    /// Kept now or, for a repeated command, kept then.
    Done(Receipt),
    /// A stream moved on since the command was decided; nothing was written. Load, decide and append again.
    Conflict {
        /// The stream.
        stream: StreamId,
        /// Its version now.
        actual: Version,
    },
    /// This actor used the command id for another body; nothing was written.
    DifferentBody,
}

/// What is kept of a decided command: the same for ever.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// How it was decided.
    pub outcome: Decided,
    /// Positions of its events.
    pub positions: Vec<Position>,
    /// Its first stream, if it has one.
    pub stream: Option<StreamId>,
    /// That stream's version after the command; 0 without a stream.
    pub version: Version,
    /// The record that the caller can ask for.
    pub record_id: Option<String>,
    /// Place in the ledger, from 1 without a gap.
    pub ledger_position: i64,
    /// When the service first received the command (UTC).
    pub received_at: DateTime<Utc>,
    /// Whether this is an answer given before.
    pub repeated: bool,
}

impl Decided {
    /// As stored: `accepted`, `nothing_to_do` or `rejected`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NothingToDo => "nothing_to_do",
            Self::Rejected { .. } => "rejected",
        }
    }
}
