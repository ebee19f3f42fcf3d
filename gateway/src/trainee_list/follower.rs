//! Keeps the list up to date: events by position, and erasures by when the keys were destroyed.

use std::{collections::HashSet, pin::pin, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use event_store::Fault;
use events_schema::{
    envelope::{Position, Recorded},
    events::{Event, EventSet, trainee::TraineeEvent},
    ids::PersonId,
};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::TraineeList;

/// Positions of the log looked at in one go.
const AT_ONCE: i64 = 1_000;
/// Goes that are read and opened at the same time, each on a thread of its own.
const AHEAD: usize = 2;
/// How often the log and the keys are looked at when nothing hints at a change: other processes write too.
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait after the database could not be read.
const AFTER_FAULT: Duration = Duration::from_secs(1);
/// A key may be seen as destroyed so much later than the database's clock said when it was: its commit took so long.
const LATE: TimeDelta = TimeDelta::minutes(1);
/// Erased people whose records are read again in one go.
const FORGOTTEN_AT_ONCE: usize = 200;

/// Who was forgotten already, and up to when (UTC, the database's clock).
struct Forgotten {
    people: HashSet<PersonId>,
    up_to: DateTime<Utc>,
    looked: Option<Instant>,
}

impl TraineeList {
    /// Follows the log until told to stop.
    pub async fn follow(self, stop: CancellationToken) {
        let mut forgotten = Forgotten { people: HashSet::new(), up_to: DateTime::UNIX_EPOCH, looked: None };
        let mut head_changes = self.store.head_changes();
        while !stop.is_cancelled() {
            if let Err(fault) = self.catch_up(&mut forgotten).await {
                tracing::warn!(error = %fault, "the list of trainees could not follow the log; it tries again");
                stop.run_until_cancelled(sleep(AFTER_FAULT)).await;
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wanted.notified() => {}
                Ok(()) = head_changes.changed() => {}
                () = sleep(EVERY) => {}
            }
        }
    }

    async fn catch_up(&self, forgotten: &mut Forgotten) -> Result<(), Fault> {
        let reached = *self.reached.borrow();
        let head = self.store.log().head().await?.position;
        let mut pages = pin!(stream::iter(starts(reached, head)).map(|after| self.read(after)).buffered(AHEAD));
        while let Some((events, to)) = pages.try_next().await? {
            self.fold(events);
            self.reached.send_replace(to);
        }
        if forgotten.looked.is_none_or(|looked| looked.elapsed() >= EVERY) {
            self.forget_the_erased(forgotten).await?;
        }
        Ok(())
    }

    /// The events of trainees among the next positions, on a thread of its own: opening them is most of the work.
    async fn read(&self, after: Position) -> Result<(Vec<Recorded<Event>>, Position), Fault> {
        let log = self.store.log().clone();
        let read = tokio::spawn(async move { log.page_of(TraineeEvent::TYPES, after, AT_ONCE).await });
        read.await.expect("reading the log does not panic")
    }

    async fn forget_the_erased(&self, forgotten: &mut Forgotten) -> Result<(), Fault> {
        let since = forgotten.up_to.checked_sub_signed(LATE).unwrap_or(forgotten.up_to);
        let mut erased = self.store.log().erased_after(since).await?;
        erased.retain(|(person, _)| !forgotten.people.contains(person));
        for some in erased.chunks(FORGOTTEN_AT_ONCE) {
            let people: Vec<_> = some.iter().map(|(person, _)| *person).collect();
            self.forget(&people).await?;
            forgotten.people.extend(people);
            forgotten.up_to = some.iter().map(|(_, at)| *at).fold(forgotten.up_to, DateTime::max);
        }
        forgotten.looked = Some(Instant::now());
        Ok(())
    }
}

/// After which positions the goes begin that lead to the head.
fn starts(reached: Position, head: Position) -> impl Iterator<Item = Position> {
    (reached..head).step_by(usize::try_from(AT_ONCE).expect("a small number"))
}
