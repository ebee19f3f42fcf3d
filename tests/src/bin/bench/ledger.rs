//! This store at work, by the service's own path: load, decide, append, with the ledger of commands, the hashes and
//! positions without a gap. Only the doors and the views are left out.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use event_store::EventStore;
use gateway::{execute::Executor, reply::Outcome};

use crate::{Failure, contender::Contender, workload::Recruitment};

/// A store of our own and the database it is in.
pub(crate) struct Ledger {
    /// The store.
    pub(crate) store: EventStore,
    /// Its database, as superuser.
    pub(crate) url: String,
    executor: Executor,
    next: AtomicU64,
}

impl Ledger {
    pub(crate) fn new(store: EventStore, url: String) -> Self {
        Self { executor: Executor::new(store.clone()), store, url, next: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Contender for Ledger {
    fn name(&self) -> &'static str {
        "this store"
    }

    async fn command(&self) -> Result<u64, Failure> {
        let recruitment = Recruitment::numbered(self.next.fetch_add(1, Ordering::Relaxed));
        match self.executor.execute(&recruitment.order(&self.store)).await? {
            Outcome::Accepted(_) => Ok(1),
            other => Err(format!("a fresh school could not be recruited: {other:?}").into()),
        }
    }
}
