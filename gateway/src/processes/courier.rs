//! The courier to the teaching record: tells it what is due and asks it for TRNs (DOMAIN 4.4, 4.6), in one instance at
//! a time. Everything it does is written down before and after; a crash anywhere is made good by doing it again.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::{
    command::Command,
    hand_over::{RecordTeachingRecordAnswer, TellTeachingRecord},
};
use event_store::Log;
use events_schema::{
    actor::Actor,
    codes::RecordAnswer,
    envelope::{Channel, Origin},
    events::hand_over::RecordContent,
    ids::CausationId,
};
use futures::{FutureExt, future::try_join_all};
use projections::{HandOverRow, Presence, Views};
use sqlx::PgPool;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Ground, abort,
    checkpoint::{self, Lease, STANDBY},
    trn,
};
use crate::{
    facts::trainee_record,
    fault::Fault,
    gateway::Gateway,
    origin,
    reply::Outcome,
    teaching_record::{HttpTeachingRecord, status_write},
};

/// Its place in `gateway.processes`, and the id of its actor.
pub const NAME: &str = "teaching-record";
/// Hand-overs of one round.
const PAGE: i64 = 200;
/// Hand-overs on their way at once.
const AT_ONCE: usize = 8;
/// How long it goes without looking.
const POLL: Duration = Duration::from_millis(500);
/// How long the views may take to show what a round has written.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pauses after a record that does not answer: at first and at most.
const SILENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// Carries what is due.
pub struct Courier {
    pub(super) gateway: Arc<Gateway>,
    pub(super) record: HttpTeachingRecord,
    pub(super) views: Views,
    pub(super) log: Log,
    pub(super) pool: PgPool,
    presence: Arc<Presence>,
    lease: Option<Lease>,
}

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The record answered, or there was nothing to say.
    Answered,
    /// It did not: whatever else is due can wait too.
    Nothing,
}

impl Courier {
    /// To a record.
    pub fn new(ground: &Ground, views: Views, record: HttpTeachingRecord) -> Self {
        Self {
            gateway: Arc::clone(&ground.gateway),
            record,
            views,
            log: ground.store.log().clone(),
            pool: ground.pool.clone(),
            presence: Arc::clone(&ground.presence),
            lease: None,
        }
    }

    /// Carries until told to stop; what is on its way then is carried again later.
    pub async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.go_on()).await;
        if let Some(lease) = self.lease {
            checkpoint::give_back(&self.pool, lease).await.ok();
        }
    }

    async fn go_on(&mut self) {
        let mut clock = self.gateway.clock().changes();
        let mut silence = SILENCE.0;
        loop {
            clock.borrow_and_update();
            let wait = match self.turn().await {
                Ok(Some(Heard::Answered)) => {
                    silence = SILENCE.0;
                    POLL
                }
                Ok(Some(Heard::Nothing)) => {
                    tracing::warn!("the teaching record does not answer; waiting before it is told again");
                    let wait = silence;
                    silence = (silence * 2).min(SILENCE.1);
                    wait
                }
                Ok(None) => STANDBY,
                Err(fault) => {
                    tracing::warn!(error = %fault, retry = fault.retry(), "nothing is handed over; trying again");
                    SILENCE.0
                }
            };
            tokio::select! {
                () = sleep(wait) => {}
                _ = clock.changed() => {}
            }
        }
    }

    /// One round, if this instance is the one that carries.
    async fn turn(&mut self) -> Result<Option<Heard>, Fault> {
        self.lease = match self.lease {
            Some(lease) => checkpoint::advance(&self.pool, lease, 0).await?.then_some(lease),
            None => checkpoint::take(&self.pool, NAME, &self.presence).await?.map(|(lease, _)| lease),
        };
        if self.lease.is_none() {
            return Ok(None);
        }
        let asked = trn::round(self, self.gateway.clock().now()).await?;
        let told = self.tell_all().await?;
        self.caught_up().await?;
        Ok(Some(if asked == Heard::Nothing { asked } else { told }))
    }

    /// What the round wrote must show before the next begins, or it would be carried twice.
    async fn caught_up(&self) -> Result<(), Fault> {
        let head = self.log.head().await?.position;
        self.views.wait_until(head, PATIENCE).await?;
        Ok(())
    }

    /// Everything that is due, a few at a time; no more once the record falls silent.
    async fn tell_all(&self) -> Result<Heard, Fault> {
        let due = self.views.hand_overs_due(self.gateway.clock().now(), PAGE).await?;
        for some in due.chunks(AT_ONCE) {
            let told: Vec<_> = some.iter().map(|row| self.tell(row).boxed()).collect();
            if try_join_all(told).await?.contains(&Heard::Nothing) {
                return Ok(Heard::Nothing);
            }
        }
        Ok(Heard::Answered)
    }

    /// One hand-over: written down that it is told, told, written down what it answered.
    async fn tell(&self, row: &HandOverRow) -> Result<Heard, Fault> {
        let number = u32::try_from(row.number).unwrap_or_default();
        let tell = TellTeachingRecord { trainee_id: row.trainee_id, number };
        if !self.decided(origin_of(row), Command::HandOver(tell.into())).await? {
            return Ok(Heard::Answered);
        }
        let (answer, code) = self.told(row).await?;
        let answered = RecordTeachingRecordAnswer { trainee_id: row.trainee_id, number, answer, code };
        self.decided(origin_of(row), Command::HandOver(answered.into())).await?;
        Ok(if answer == RecordAnswer::Unanswered { Heard::Nothing } else { Heard::Answered })
    }

    /// What is sent is read now; of somebody who was erased in between there is nothing to send, and a person is told.
    async fn told(&self, row: &HandOverRow) -> Result<(RecordAnswer, Option<u32>), Fault> {
        let content = RecordContent { status: row.status, holds_from: row.holds_from, training_end: row.training_end };
        let Some(record) = trainee_record(&self.log, row.trainee_id).await? else {
            return Ok((RecordAnswer::Refused, None));
        };
        let ukprn = self.views.ukprn(&record.provider).await?;
        let Some(write) = status_write(&record, content, ukprn) else { return Ok((RecordAnswer::Refused, None)) };
        Ok(self.record.tell(&write).await)
    }

    /// Has a command decided; whether it was accepted or was so already.
    pub(super) async fn decided(&self, origin: Origin, command: Command) -> Result<bool, Fault> {
        let name = command.name();
        abort::before(name);
        let outcome = self.gateway.answer_typed(origin, command).await;
        abort::after(name);
        match outcome {
            Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(true),
            Outcome::Rejected(refusal) => {
                tracing::info!(command = name, code = refusal.code, "a command of the courier was refused");
                Ok(false)
            }
            Outcome::Failed { retry, message } => Err(Fault::Undecided { name, retry, said: message }),
            Outcome::Malformed(malformed) => Err(Fault::Undecided { name, retry: false, said: malformed.message }),
        }
    }
}

/// Each act of the courier is one of its own: what makes a repeat harmless is the number of the hand-over.
fn origin_of(row: &HandOverRow) -> Origin {
    Origin { correlation_id: row.correlation_id, causation_id: CausationId(row.due_event.0), ..origin() }
}

/// An act of the courier that follows from nothing in the log.
pub(super) fn origin() -> Origin {
    origin::first(Actor::system(NAME), Channel::System, Uuid::now_v7())
}

/// When something may be asked again: never later than the end of waiting.
pub(super) fn next_at(now: DateTime<Utc>, attempts: u32, until: DateTime<Utc>) -> DateTime<Utc> {
    (now + domain::policies::teaching_record::pause_after(attempts)).min(until)
}
