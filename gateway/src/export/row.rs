//! What an export reads on its way to a file: an event, or a refused command.

use super::{line::Line, refused::Refused};

/// A row, and where it stands.
#[derive(Clone, Copy)]
pub(super) enum Row<'r> {
    /// An event.
    Event(&'r Line<'r>),
    /// A refused command.
    Refusal(&'r Refused<'r>),
    /// An event before a refused command: it may tell whose records that is about, and is not exported itself.
    Passed(&'r Line<'r>),
}

impl Row<'_> {
    /// Its place in what is exported: the log, or the ledger of commands. Nothing for what is only passed.
    pub(super) fn place(self) -> Option<i64> {
        match self {
            Self::Event(line) => Some(line.position),
            Self::Refusal(refused) => Some(refused.refusal.ledger_position),
            Self::Passed(_) => None,
        }
    }
}
