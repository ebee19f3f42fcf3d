//! Keeps the list up to date: events by position, and erasures by when the keys were destroyed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::trainee;
use event_store::Fault;
use events_schema::{
    envelope::Position,
    events::{EventSet, trainee::TraineeEvent},
    ids::TraineeId,
};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::TraineeList;

/// Positions of the log looked at in one go.
const AT_ONCE: i64 = 2_000;
/// How often the log and the keys are looked at when nothing hints at a change: other processes write too.
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait after the database could not be read.
const AFTER_FAULT: Duration = Duration::from_secs(1);

impl TraineeList {
    /// Follows the log until told to stop.
    pub async fn follow(self, stop: CancellationToken) {
        let mut erased_up_to = DateTime::<Utc>::UNIX_EPOCH;
        let mut head_changes = self.store.head_changes();
        while !stop.is_cancelled() {
            if let Err(fault) = self.catch_up(&mut erased_up_to).await {
                tracing::warn!(error = %fault, "the list of trainees could not follow the log; it tries again");
                stop.run_until_cancelled(sleep(AFTER_FAULT)).await;
                continue;
            }
            stop.run_until_cancelled(timeout(EVERY, head_changes.changed())).await;
        }
    }

    async fn catch_up(&self, erased_up_to: &mut DateTime<Utc>) -> Result<(), Fault> {
        loop {
            let after = *self.reached.borrow();
            let to = self.fold_page(after).await?;
            if to == after {
                break;
            }
        }
        for (person, at) in self.store.log().erased_after(*erased_up_to).await? {
            self.forget(person).await?;
            *erased_up_to = at;
        }
        Ok(())
    }

    async fn fold_page(&self, after: Position) -> Result<Position, Fault> {
        let (events, to) = self.store.log().page_of(TraineeEvent::TYPES, after, AT_ONCE).await?;
        if !events.is_empty() {
            self.change(|shelf| events.into_iter().for_each(|recorded| shelf.fold(recorded)));
        }
        self.reached.send_replace(to.max(after));
        Ok(to.max(after))
    }
}

/// Puts what the log says of a record now in the place of what was remembered.
pub(super) async fn read_again(list: &TraineeList, id: TraineeId) -> Result<(), Fault> {
    let stream = list.store.load(&trainee::stream(id), 0).await?;
    list.change(|shelf| shelf.replace(stream));
    Ok(())
}
