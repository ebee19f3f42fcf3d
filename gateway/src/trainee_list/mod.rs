//! The list of trainees: every record, open in the memory of this process, in the order of names.
//! It follows the log by position. Names are sealed in the log and in no view at all; here they are readable for as long
//! as their keys exist, and nothing of it is ever written anywhere (ADR "Names are searched in memory").

mod entry;
mod follower;
mod query;
mod shelf;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use event_store::{EventStore, Fault};
use events_schema::{
    envelope::Position,
    ids::{PersonId, TraineeId, TrainingProviderCode},
};
use tokio::{sync::watch, time::timeout};

pub use entry::Entry;
pub use query::{Filter, Found, Order, Scope, academic_year};
use shelf::Shelf;

/// Every trainee's record; cheap to clone, every clone is the same list.
#[derive(Clone)]
pub struct TraineeList {
    store: EventStore,
    shelf: Arc<RwLock<Shelf>>,
    reached: Arc<watch::Sender<Position>>,
}

/// The list is behind the log; ask again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the list of trainees has reached position {reached} and not {wanted}; ask again in a moment")]
pub struct Behind {
    /// How far it is.
    pub reached: Position,
    /// How far it was wanted.
    pub wanted: Position,
}

/// Why the list cannot answer now.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// It is behind.
    #[error(transparent)]
    Behind(#[from] Behind),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] Fault),
}

impl TraineeList {
    /// An empty list over a store; [`TraineeList::follow`] fills it and keeps it up to date.
    pub fn new(store: EventStore) -> Self {
        Self { store, shelf: Arc::default(), reached: Arc::new(watch::Sender::new(0)) }
    }

    /// Those who match, one page of them.
    pub fn search(&self, scope: &Scope, filter: &Filter) -> Found {
        query::search(&self.shelf(), scope, filter)
    }

    /// The academic years in which the trainees of a scope began, latest first.
    pub fn start_years(&self, scope: &Scope) -> Vec<i32> {
        query::start_years(&self.shelf(), scope)
    }

    /// One record.
    pub fn trainee(&self, id: TraineeId) -> Option<Arc<Entry>> {
        self.shelf().entry(id)
    }

    /// All records of a provider, in the order of names.
    pub fn of_provider(&self, provider: &TrainingProviderCode) -> Vec<Arc<Entry>> {
        self.shelf().of_provider(provider).cloned().collect()
    }

    /// Other records of a scope with the same names, birth date and mail address.
    pub fn duplicates(&self, scope: &Scope, of: &Entry) -> Vec<Arc<Entry>> {
        query::duplicates(&self.shelf(), scope, of)
    }

    /// Waits until the list has all events up to a position.
    pub async fn wait_until(&self, wanted: Position, within: Duration) -> Result<(), Behind> {
        let mut reached = self.reached.subscribe();
        let arrived = timeout(within, reached.wait_for(|reached| *reached >= wanted)).await;
        let reached = *self.reached.borrow();
        if matches!(arrived, Ok(Ok(_))) { Ok(()) } else { Err(Behind { reached, wanted }) }
    }

    /// Waits until the list has everything that the log holds now.
    pub async fn caught_up(&self, within: Duration) -> Result<(), Unready> {
        let head = self.store.log().head().await?.position;
        Ok(self.wait_until(head, within).await?)
    }

    /// Those of a page who were erased since, by whichever process, read again; to be asked before names are shown.
    pub async fn still_known(&self, entries: Vec<Arc<Entry>>) -> Result<Vec<Arc<Entry>>, Fault> {
        let people: Vec<PersonId> = entries.iter().filter(|entry| !entry.is_erased()).map(|it| it.person()).collect();
        let erased = self.store.log().erased_among(&people).await?;
        if erased.is_empty() {
            return Ok(entries);
        }
        for person in erased {
            self.forget(person).await?;
        }
        Ok(entries.iter().filter_map(|entry| self.trainee(entry.id())).collect())
    }

    /// Reads the record of an erased person again: what is left of it says "erased".
    pub async fn forget(&self, person: PersonId) -> Result<(), Fault> {
        follower::read_again(self, TraineeId(person.0)).await
    }

    fn shelf(&self) -> std::sync::RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Shelf)) {
        change(&mut self.shelf.write().unwrap_or_else(PoisonError::into_inner));
    }
}
