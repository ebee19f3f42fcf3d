//! The entries in memory: by id, and in the orders in which lists show them, of everybody and of each provider.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::Recorded,
    events::{Event, trainee::TraineeEvent},
    ids::{TraineeId, TrainingProviderCode},
};

use super::entry::{Entry, Place};

/// Every entry.
#[derive(Default)]
pub(super) struct Shelf {
    by_id: HashMap<TraineeId, Arc<Entry>>,
    everyone: Rows,
    of_provider: HashMap<TrainingProviderCode, Rows>,
}

/// The entries that somebody sees, in both orders, and in which academic years they began.
#[derive(Default)]
pub(super) struct Rows {
    by_name: BTreeMap<Place, Arc<Entry>>,
    by_update: BTreeMap<(Reverse<DateTime<Utc>>, TraineeId), Arc<Entry>>,
    start_years: BTreeMap<i32, usize>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// By last names, then first names.
    pub(super) fn by_name(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.by_name.values()
    }

    /// Latest change first.
    pub(super) fn by_update(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.by_update.values()
    }

    /// Latest first.
    pub(super) fn start_years(&self) -> Vec<i32> {
        self.start_years.keys().rev().copied().collect()
    }

    fn insert(&mut self, entry: &Arc<Entry>) {
        self.by_name.insert(entry.place().clone(), Arc::clone(entry));
        self.by_update.insert(updated(entry), Arc::clone(entry));
        if let Some(year) = entry.start_year() {
            *self.start_years.entry(year).or_default() += 1;
        }
    }

    fn remove(&mut self, entry: &Entry) {
        self.by_name.remove(entry.place());
        self.by_update.remove(&updated(entry));
        let Some(year) = entry.start_year() else { return };
        if let Some(count) = self.start_years.get_mut(&year) {
            *count -= 1;
            if *count == 0 {
                self.start_years.remove(&year);
            }
        }
    }
}

impl Shelf {
    pub(super) fn entry(&self, id: TraineeId) -> Option<Arc<Entry>> {
        self.by_id.get(&id).cloned()
    }

    pub(super) fn everyone(&self) -> &Rows {
        &self.everyone
    }

    pub(super) fn of_provider(&self, provider: &TrainingProviderCode) -> Option<&Rows> {
        self.of_provider.get(provider)
    }

    /// The entries as they are after these events. Events that are known already, and of anything else, change nothing.
    pub(super) fn after(&self, events: Vec<Recorded<Event>>) -> Vec<Entry> {
        let mut changed = HashMap::new();
        for recorded in events.into_iter().filter_map(of_trainee) {
            self.evolve(&mut changed, &recorded);
        }
        changed.into_values().collect()
    }

    fn evolve(&self, changed: &mut HashMap<TraineeId, Entry>, recorded: &Recorded<TraineeEvent>) {
        let Ok(id) = recorded.stream.key().parse() else { return };
        if let Some(entry) = changed.get_mut(&id) {
            entry.evolve(recorded);
            return;
        }
        let entry = match self.by_id.get(&id) {
            Some(known) if recorded.version <= known.version => None,
            Some(known) => {
                let mut entry = Entry::clone(known);
                entry.evolve(recorded);
                Some(entry)
            }
            None => Entry::begun(recorded),
        };
        changed.extend(entry.map(|entry| (id, entry)));
    }

    /// Puts an entry in the place of the one there was, unless that one knows more.
    pub(super) fn put(&mut self, entry: Entry) {
        let entry = Arc::new(entry);
        let before = self.by_id.get(&entry.id()).cloned();
        if before.as_ref().is_some_and(|before| before.version > entry.version) {
            return;
        }
        if let Some(before) = before {
            self.each_rows(&before, |rows| rows.remove(&before));
        }
        self.each_rows(&entry, |rows| rows.insert(&entry));
        self.by_id.insert(entry.id(), entry);
    }

    fn each_rows(&mut self, of: &Entry, mut change: impl FnMut(&mut Rows)) {
        change(&mut self.everyone);
        change(self.of_provider.entry(of.record().provider.clone()).or_default());
    }
}

fn updated(entry: &Entry) -> (Reverse<DateTime<Utc>>, TraineeId) {
    (Reverse(entry.updated_at), entry.id())
}

fn of_trainee(recorded: Recorded<Event>) -> Option<Recorded<TraineeEvent>> {
    let Recorded { event: Event::Trainee(event), .. } = &recorded else { return None };
    let event = event.clone();
    Some(recorded.with(event))
}
