//! The next piece of the log for a view: events up to the first one this release cannot read, and refusals.

use events_schema::{
    envelope::{Position, Recorded},
    events::Event,
    upcast::Unreadable,
};

use crate::{
    checkpoint::Checkpoint,
    fault::ViewFault,
    log::{Fault, Log, Refusal},
    view::View,
};

/// Events and refusals after a checkpoint.
pub(crate) struct Page {
    pub(crate) events: Vec<Recorded<Event>>,
    pub(crate) refusals: Vec<Refusal>,
}

impl Page {
    /// Reads on from a checkpoint. Fails on an event that cannot be read only when it is the very next one.
    pub(crate) async fn after(log: &Log, view: &View, from: Checkpoint, limit: i64) -> Result<Self, ViewFault> {
        let events = match log.page(from.position, limit).await {
            Err(fault) => match readable_before(&fault, from.position) {
                Some(readable) if readable > 0 => log.page(from.position, readable).await?,
                _ => return Err(fault.into()),
            },
            Ok(events) => events,
        };
        let refusals = if view.refusals { log.refusals(from.ledger_position, limit).await? } else { Vec::new() };
        Ok(Self { events, refusals })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.refusals.is_empty()
    }

    /// Where a view stands after this page.
    pub(crate) fn end(&self, from: Checkpoint) -> Checkpoint {
        Checkpoint {
            position: self.events.last().map_or(from.position, |recorded| recorded.position),
            ledger_position: self.refusals.last().map_or(from.ledger_position, |refusal| refusal.ledger_position),
        }
    }

    /// The same page without the events from a position on.
    pub(crate) fn before(mut self, position: Position) -> Self {
        self.events.retain(|recorded| recorded.position < position);
        self
    }
}

/// How many events after `position` can be read before the one this fault is about, if it is about one.
fn readable_before(fault: &Fault, position: Position) -> Option<i64> {
    bad_position(fault).map(|bad| bad - position - 1)
}

/// The event a fault of the log is about.
pub(crate) fn bad_position(fault: &Fault) -> Option<Position> {
    match fault {
        Fault::Unreadable(
            Unreadable::UnknownType { position, .. }
            | Unreadable::NewerVersion { position, .. }
            | Unreadable::Malformed { position, .. },
        ) => Some(*position),
        #[allow(unreachable_patterns, reason = "until the store lands")]
        _ => None,
    }
}
