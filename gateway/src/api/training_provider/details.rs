//! A trainee's record with what only the log has: personal fields, opened, and the texts of a deferral or withdrawal.
//! The view says how far to read, so that both parts of a record are of one moment.

use std::collections::HashMap;

use domain::{
    aggregate::Aggregate,
    trainee::{Record, Trainee},
};
use event_store::{Fault, Log};
use events_schema::{
    envelope::{Recorded, StreamId},
    events::{Event, trainee::TraineeEvent},
    personal::Personal,
};
use projections::TraineeRow;

/// A record, and the texts that go with its state.
#[derive(Default)]
pub(super) struct Details {
    trainee: Trainee,
    pub(super) texts: Texts,
}

/// Texts of the deferral or withdrawal in force.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) defer_reason: Option<Personal<String>>,
    pub(super) another_reason: Option<Personal<String>>,
    pub(super) safeguarding_concern_reasons: Option<Personal<String>>,
}

impl Details {
    /// The record; there is one for every row of the view.
    pub(super) fn record(&self) -> Option<&Record> {
        self.trainee.record.as_ref()
    }

    fn evolve(&mut self, event: &TraineeEvent) {
        self.trainee.evolve(event);
        match event {
            TraineeEvent::TraineeDeferred(deferred) => self.texts.defer_reason.clone_from(&deferred.reason),
            TraineeEvent::TraineeReinstated(_) => self.texts.defer_reason = None,
            TraineeEvent::TraineeWithdrawn(withdrawn) => {
                self.texts.another_reason.clone_from(&withdrawn.another_reason);
                self.texts.safeguarding_concern_reasons.clone_from(&withdrawn.safeguarding_concern_reasons);
            }
            TraineeEvent::WithdrawalUndone(_) => {
                self.texts.another_reason = None;
                self.texts.safeguarding_concern_reasons = None;
            }
            _ => {}
        }
    }
}

/// The details of some records, by their streams, each as far as its row has come.
pub(super) async fn of(log: &Log, rows: &[TraineeRow]) -> Result<HashMap<StreamId, Details>, Fault> {
    let streams: Vec<_> = rows.iter().map(|row| row.stream.clone()).collect();
    let versions: HashMap<_, _> = rows.iter().map(|row| (&row.stream, row.version)).collect();
    let mut details: HashMap<StreamId, Details> = HashMap::new();
    for Recorded { stream, version, event, .. } in log.streams(&streams).await? {
        let Event::Trainee(event) = event else { continue };
        if versions.get(&stream).is_some_and(|last| version <= *last) {
            details.entry(stream).or_default().evolve(&event);
        }
    }
    Ok(details)
}
