//! Stands in for the event store's reading side until it lands.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Origin, Position, Recorded, StreamId},
    events::Event,
};

/// The store's fault.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not readable.
    #[error(transparent)]
    Unreadable(#[from] events_schema::upcast::Unreadable),
}

/// How far the log and the ledger have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last event's position.
    pub position: Position,
    /// The last command's place in the ledger.
    pub ledger_position: i64,
}

/// A command that the domain refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Place in the ledger.
    pub ledger_position: i64,
    /// Who, by which way, after what.
    pub origin: Origin,
    /// Its name.
    pub command_type: String,
    /// Stable code of the refusal.
    pub code: String,
    /// The rule that forbids.
    pub rule: String,
    /// One sentence for people.
    pub message: String,
    /// Its body, personal values replaced.
    pub given: String,
    /// The stream it was decided against, if there is one.
    pub stream: Option<StreamId>,
    /// The record it was about, if it named one.
    pub record_id: Option<String>,
    /// When the service received it (UTC).
    pub received_at: DateTime<Utc>,
    /// When it was refused (UTC, the database's clock).
    pub decided_at: DateTime<Utc>,
    /// Head of the log when it was decided.
    pub head_position: Position,
}

/// Reads the log.
#[derive(Clone)]
pub struct Log;

impl Log {
    /// How far log and ledger have come.
    pub async fn head(&self) -> Result<Head, Fault> {
        std::future::ready(Ok(Head { position: 0, ledger_position: 0 })).await
    }
    /// The next events after a position.
    pub async fn page(&self, _: Position, _: i64) -> Result<Vec<Recorded<Event>>, Fault> {
        std::future::ready(Ok(vec![])).await
    }
    /// The next refused commands after a place in the ledger, in order.
    pub async fn refusals(&self, _: i64, _: i64) -> Result<Vec<Refusal>, Fault> {
        std::future::ready(Ok(vec![])).await
    }
}
