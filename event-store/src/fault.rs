//! What can go wrong with the world: each fault says what failed, on what, and whether asking again can help.

use std::sync::Arc;

use events_schema::{envelope::Position, ids::CommandId, upcast::Unreadable};

/// The world failed. A refusal of the domain is not a fault, and neither is a conflict.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Postgres could not be reached or could not do it now; nothing was written.
    #[error("the database could not {doing}: {source}; nothing was written, try again")]
    Unavailable {
        /// What was being done, as a verb phrase.
        doing: &'static str,
        /// What the driver says.
        source: Arc<sqlx::Error>,
    },
    /// The connection was lost at COMMIT and the ledger could not be looked up.
    #[error("whether command {command_id} was written is unknown; ask again with the same command id")]
    Unknown {
        /// The command to ask for again.
        command_id: CommandId,
    },
    /// More commands are waiting than the queue holds.
    #[error("{queue} commands are waiting already; nothing was written, try again in a moment")]
    Busy {
        /// The queue's size.
        queue: usize,
    },
    /// The store is shutting down.
    #[error("the store is closing; nothing was written, ask another instance")]
    Closed,
    /// What the caller handed in cannot be kept.
    #[error("the command cannot be recorded: {reason}; nothing was written")]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
    /// Postgres refused this one command's rows.
    #[error("the database refused the rows of command {command_id}: {source}; nothing was written")]
    Refused {
        /// Whose rows.
        command_id: CommandId,
        /// What the driver says.
        source: Arc<sqlx::Error>,
    },
    /// The log is not what it must be.
    #[error("the log is damaged at position {position}: {found}; stop writing and run verify")]
    Corrupt {
        /// The first position that is wrong.
        position: Position,
        /// What is wrong there.
        found: String,
    },
    /// A stored event is not readable by this release.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The database is not set up as the store needs it.
    #[error("the database is not set up for the log: {what}")]
    Misconfigured {
        /// What is missing and what to do.
        what: String,
    },
}

impl Fault {
    /// Whether asking again, with the same command id, can succeed without anybody repairing anything.
    pub fn retry(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Unknown { .. } | Self::Busy { .. } | Self::Closed)
    }

    /// The fault behind a driver's error while `doing` something that left nothing written.
    pub(crate) fn database(doing: &'static str, error: sqlx::Error) -> Self {
        Self::shared(doing, &Arc::new(error))
    }

    /// As [`Fault::database`], for an error that several callers are told of.
    pub(crate) fn shared(doing: &'static str, error: &Arc<sqlx::Error>) -> Self {
        if needs_setting_up(error) {
            Self::Misconfigured {
                what: format!("it could not {doing}: {error}; run migrate, then check roles and grants"),
            }
        } else {
            Self::Unavailable { doing, source: Arc::clone(error) }
        }
    }
}

/// Undefined objects, missing rights, unknown roles: no retry mends them.
fn needs_setting_up(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code.starts_with("42") || code.starts_with("28") || code == "3D000" || code == "22023")
}

/// Whether the rows themselves were refused (bad value, broken rule, too big), so that other rows may still pass.
pub(crate) fn is_about_the_rows(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["22", "23", "54", "P0"].iter().any(|class| code.starts_with(class)))
        || matches!(error, sqlx::Error::Encode(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_worth_asking_again_and_a_damaged_log_is_not() {
        assert!(Fault::database("read", sqlx::Error::WorkerCrashed).retry());
        assert!(!Fault::Corrupt { position: 3, found: "it is missing".into() }.retry());
    }
}
