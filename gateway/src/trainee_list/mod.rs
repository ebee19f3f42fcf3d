//! The list of trainees: every record, open in the memory of this process, in the order of names.
//! It follows the log by position. Names are sealed in the log and in no view at all; here they are readable for as long
//! as their keys exist, and nothing of it is ever written anywhere (ADR "Names are searched in memory").

mod entry;
mod follower;
mod query;
mod shelf;

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use event_store::{EventStore, Fault};
use events_schema::{
    envelope::{Position, Recorded},
    events::Event,
    ids::{PersonId, TraineeId, TrainingProviderCode},
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

pub use domain::trainee::Scope;
pub use entry::Entry;
pub use query::{Filter, Found, Order, academic_year};
use shelf::{Rows, Shelf};

/// Every trainee's record; cheap to clone, every clone is the same list.
#[derive(Clone)]
pub struct TraineeList {
    store: EventStore,
    shelf: Arc<RwLock<Shelf>>,
    /// Held by whoever works out what the entries become; those who look are kept out only while entries are put.
    changing: Arc<Mutex<()>>,
    reached: Arc<watch::Sender<Position>>,
    /// Somebody waits for the head of the log.
    wanted: Arc<Notify>,
}

/// Entries put while those who look have to wait.
const PUT_AT_ONCE: usize = 100;

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
        let reached = Arc::new(watch::Sender::new(0));
        Self { store, shelf: Arc::default(), changing: Arc::default(), reached, wanted: Arc::default() }
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
        self.shelf().of_provider(provider).into_iter().flat_map(Rows::by_name).cloned().collect()
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
        if *self.reached.borrow() < head {
            // Another process may have written: nothing but the log tells of it.
            self.wanted.notify_one();
        }
        Ok(self.wait_until(head, within).await?)
    }

    /// Those of a page who were erased since, by whichever process, read again; to be asked before names are shown.
    pub async fn still_known(&self, entries: Vec<Arc<Entry>>) -> Result<Vec<Arc<Entry>>, Fault> {
        let people: Vec<PersonId> = entries.iter().filter(|entry| !entry.is_erased()).map(|it| it.person()).collect();
        let erased = self.store.log().erased_among(&people).await?;
        if erased.is_empty() {
            return Ok(entries);
        }
        self.forget(&erased).await?;
        let now = entries.iter().filter_map(|entry| self.trainee(entry.id()));
        // Whose last change was read before the key went, and came in after it, is left out until it is read again.
        Ok(now.filter(|entry| entry.is_erased() || !erased.contains(&entry.person())).collect())
    }

    /// Reads the records of erased people again: what is left of them says "erased".
    pub async fn forget(&self, people: &[PersonId]) -> Result<(), Fault> {
        let streams: Vec<_> = people.iter().map(|person| domain::trainee::stream(TraineeId(person.0))).collect();
        let events = self.store.log().streams(&streams).await?;
        let _one_at_a_time = self.changing();
        let anew = Shelf::default().after(events);
        self.put(anew);
        Ok(())
    }

    /// Takes events in that follow those which are in already.
    fn fold(&self, events: Vec<Recorded<Event>>) {
        let _one_at_a_time = self.changing();
        let changed = self.shelf().after(events);
        self.put(changed);
    }

    fn put(&self, changed: Vec<Entry>) {
        let mut changed = changed.into_iter().peekable();
        while changed.peek().is_some() {
            let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
            changed.by_ref().take(PUT_AT_ONCE).for_each(|entry| shelf.put(entry));
        }
    }

    fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing(&self) -> std::sync::MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
