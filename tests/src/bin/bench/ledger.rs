//! This store at work: load, decide, append, with the ledger of commands, hashes, and positions without a gap.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::{aggregate::Aggregate, school_partnership::SchoolPartnership};
use event_store::{Appended, EventStore};
use events_schema::events::Event;

use crate::{Failure, contender::Contender, workload::Recruitment};

/// A store of our own and the database it is in.
pub(crate) struct Ledger {
    /// The store.
    pub(crate) store: EventStore,
    /// Its database, as superuser.
    pub(crate) url: String,
    next: AtomicU64,
}

impl Ledger {
    pub(crate) fn new(store: EventStore, url: String) -> Self {
        Self { store, url, next: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Contender for Ledger {
    fn name(&self) -> &'static str {
        "this store"
    }

    async fn command(&self) -> Result<u64, Failure> {
        let recruitment = Recruitment::numbered(self.next.fetch_add(1, Ordering::Relaxed));
        let history = self.store.load(&recruitment.stream, 0).await?;
        let version = history.last().map_or(0, |event| event.version);
        let events = history.iter().filter_map(|recorded| match &recorded.event {
            Event::SchoolPartnership(event) => Some(event),
            _ => None,
        });
        let state = SchoolPartnership::fold(events);
        let events = state.decide(&recruitment.command, &recruitment.facts)?;
        match self.store.append(recruitment.append(&self.store, version, events)).await? {
            Appended::Done(_) => Ok(1),
            other => Err(format!("a fresh school could not be recruited: {other:?}").into()),
        }
    }
}
