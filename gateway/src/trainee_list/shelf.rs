//! The entries in memory: by id, and in the order of names, of each provider and of all.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use events_schema::{
    envelope::Recorded,
    events::{Event, trainee::TraineeEvent},
    ids::{TraineeId, TrainingProviderCode},
};

use super::entry::{Entry, Place};

/// Entries in the order of names.
type InOrder = BTreeMap<Place, Arc<Entry>>;

/// Every entry.
#[derive(Default)]
pub(super) struct Shelf {
    by_id: HashMap<TraineeId, Arc<Entry>>,
    everyone: InOrder,
    of_provider: HashMap<TrainingProviderCode, InOrder>,
}

impl Shelf {
    pub(super) fn entry(&self, id: TraineeId) -> Option<Arc<Entry>> {
        self.by_id.get(&id).cloned()
    }

    pub(super) fn everyone(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.everyone.values()
    }

    pub(super) fn of_provider(&self, provider: &TrainingProviderCode) -> impl Iterator<Item = &Arc<Entry>> {
        self.of_provider.get(provider).into_iter().flat_map(BTreeMap::values)
    }

    /// Folds an event of a trainee in; events that are there already, and events of anything else, change nothing.
    pub(super) fn fold(&mut self, recorded: Recorded<Event>) {
        let Event::Trainee(event) = recorded.event.clone() else { return };
        let recorded = recorded.with(event);
        let Some(id) = id_of(&recorded) else { return };
        match self.by_id.get(&id).map(|entry| Entry::clone(entry)) {
            Some(mut entry) if recorded.version > entry.version => {
                entry.evolve(&recorded);
                self.put(entry);
            }
            Some(_) => {}
            None => self.put_some(Entry::begun(&recorded)),
        }
    }

    /// Puts the entry of a whole stream in the place of the one there was, unless that one knows more.
    pub(super) fn replace(&mut self, stream: Vec<Recorded<Event>>) {
        let mut alone = Self::default();
        for recorded in stream {
            alone.fold(recorded);
        }
        for entry in alone.by_id.into_values() {
            let newer = self.by_id.get(&entry.id()).is_some_and(|known| known.version > entry.version);
            if !newer {
                self.put(Entry::clone(&entry));
            }
        }
    }

    fn put_some(&mut self, entry: Option<Entry>) {
        if let Some(entry) = entry {
            self.put(entry);
        }
    }

    fn put(&mut self, entry: Entry) {
        let (id, provider, place) = (entry.id(), entry.record().provider.clone(), entry.place().clone());
        let entry = Arc::new(entry);
        let own = self.of_provider.entry(provider).or_default();
        if let Some(before) = self.by_id.insert(id, Arc::clone(&entry)).filter(|before| *before.place() != place) {
            self.everyone.remove(before.place());
            own.remove(before.place());
        }
        own.insert(place.clone(), Arc::clone(&entry));
        self.everyone.insert(place, entry);
    }
}

fn id_of(recorded: &Recorded<TraineeEvent>) -> Option<TraineeId> {
    recorded.stream.key().parse().ok()
}
