//! What either door answers to a command: the same JSON, and the same status with it.

use domain::rejection::Rejection;
use event_store::{Decided, Fault, Receipt};
use events_schema::{envelope::Position, ids::CommandId};
use serde::Serialize;

use crate::decoder::Malformed;

/// The rule of everything that a door itself refuses; never recorded, as nothing was understood.
const AT_THE_DOOR: &str = "doors/decoding";

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reply {
    /// How the command ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The command, if its id could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Committed; it will survive.
    Accepted(Kept),
    /// It was so already; kept in the ledger, no event written.
    NothingToDo(Kept),
    /// The answer is no, and will be no again.
    Rejected {
        /// Stable code.
        code: String,
        /// One sentence for people.
        message: String,
        /// The rule that forbids.
        rule: String,
        /// Whether this is an answer given before.
        repeated: bool,
    },
    /// The world failed. Ask again with the same command id if `retry`.
    Failed {
        /// Whether asking again can help.
        retry: bool,
        /// One sentence for people.
        message: String,
    },
}
