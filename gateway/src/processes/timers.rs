//! Deadlines: a due one becomes an ordinary command under an id that was fixed when it was set. Late is fine, early
//! never: the service's clock decides. Sleeps until the next one is due, the clock is set, or a new one is noted.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::processes::{Deadline, Follows, Process};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, Origin, Recorded},
    events::Event,
    ids::{CausationId, CommandId, CorrelationId},
};
use futures::{StreamExt, stream};
use projections::Presence;
use sqlx::PgPool;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Ground,
    checkpoint::{self, LEASE, Lease, STANDBY},
    commands::decided,
    pause::Pause,
};
use crate::{decoder, fault::Fault, gateway::Gateway};

/// Their place in `gateway.processes`.
pub const NAME: &str = "timers";
/// Deadlines read at once.
const PAGE: i64 = 500;
/// Deadlines asked at once.
const AT_ONCE: usize = 16;

/// Where processes note what is to come, as text: a command for later holds no personal value. Cheap to clone.
#[derive(Clone)]
pub struct TimerBook {
    pool: PgPool,
    noted: Arc<Notify>,
}

/// Asks for what is due.
pub struct Timers {
    gateway: Arc<Gateway>,
    book: TimerBook,
    presence: Arc<Presence>,
    lease: Option<Lease>,
}

#[derive(sqlx::FromRow)]
struct Due {
    command_id: Uuid,
    process: String,
    command: String,
    body: String,
    causation_id: Uuid,
    correlation_id: Uuid,
    traceparent: Option<String>,
}

impl TimerBook {
    /// Notes every deadline that follows from the events. One that was noted before stays as it is.
    pub async fn note(&self, process: &Process, events: &[Recorded<Event>]) -> Result<(), Fault> {
        let mut columns = Columns::default();
        for event in events {
            for (index, deadline) in (process.deadlines)(event).into_iter().enumerate() {
                columns.push(process, event, (index, deadline));
            }
        }
        if columns.ids.is_empty() {
            return Ok(());
        }
        self.insert(process.name, columns).await?;
        self.noted.notify_one();
        Ok(())
    }

    async fn insert(&self, process: &'static str, columns: Columns) -> Result<(), Fault> {
        sqlx::query(
            "insert into gateway.timers
                (process, command_id, due_at, command, body, causation_id, correlation_id, traceparent)
             select $1, * from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[])
             on conflict (command_id) do nothing",
        )
        .bind(process)
        .bind(columns.ids)
        .bind(columns.due)
        .bind(columns.commands)
        .bind(columns.bodies)
        .bind(columns.causations)
        .bind(columns.correlations)
        .bind(columns.traces)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(Fault::table("note deadlines"))
    }
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    due: Vec<DateTime<Utc>>,
    commands: Vec<&'static str>,
    bodies: Vec<String>,
    causations: Vec<Uuid>,
    correlations: Vec<Uuid>,
    traces: Vec<Option<String>>,
}

impl Columns {
    fn push(&mut self, process: &Process, event: &Recorded<Event>, (index, deadline): (usize, Deadline)) {
        let origin = process.origin(event, process.command_id(event.event_id, Follows::Later, index));
        self.ids.push(origin.command_id.0);
        self.due.push(deadline.due_at);
        self.commands.push(deadline.command.name());
        self.bodies.push(deadline.command.given().to_string());
        self.causations.push(origin.causation_id.0);
        self.correlations.push(origin.correlation_id.0);
        self.traces.push(origin.traceparent);
    }
}

impl Timers {
    /// Over the timers of all processes.
    pub fn new(ground: &Ground) -> Self {
        let book = TimerBook { pool: ground.pool.clone(), noted: Arc::default() };
        Self { gateway: Arc::clone(&ground.gateway), book, presence: Arc::clone(&ground.presence), lease: None }
    }

    /// Where to note deadlines.
    pub fn book(&self) -> TimerBook {
        self.book.clone()
    }

    /// Asks for what is due until told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.go_on()).await;
        if let Some(lease) = self.lease {
            checkpoint::give_back(&self.book.pool, lease).await.ok();
        }
    }

    async fn go_on(&mut self) {
        let mut clock = self.gateway.clock().changes();
        let mut pause = Pause::new();
        loop {
            clock.borrow_and_update();
            let wait = match self.turn().await {
                Ok(wait) => {
                    pause = Pause::new();
                    wait
                }
                Err(fault) => {
                    tracing::warn!(error = %fault, retry = fault.retry(), "timers wait before they try again");
                    pause.take()
                }
            };
            tokio::select! {
                () = sleep(wait) => {}
                () = self.book.noted.notified() => {}
                _ = clock.changed() => {}
            }
        }
    }

    /// Asks for one page of what is due; how long to wait before the next. The lease is renewed each time.
    async fn turn(&mut self) -> Result<Duration, Fault> {
        self.lease = match self.lease {
            Some(lease) => checkpoint::advance(&self.book.pool, lease, 0).await?.then_some(lease),
            None => checkpoint::take(&self.book.pool, NAME, &self.presence).await?.map(|(lease, _)| lease),
        };
        if self.lease.is_none() {
            return Ok(STANDBY);
        }
        let due = self.due().await?;
        if due.is_empty() {
            return self.until_next().await;
        }
        self.ask_all(due).await.map(|()| Duration::ZERO)
    }

    async fn due(&self) -> Result<Vec<Due>, Fault> {
        sqlx::query_as(
            "select command_id, process, command, body, causation_id, correlation_id, traceparent
             from gateway.timers where due_at <= $1 order by due_at, command_id limit $2",
        )
        .bind(self.gateway.clock().now())
        .bind(PAGE)
        .fetch_all(&self.book.pool)
        .await
        .map_err(Fault::table("look due deadlines up"))
    }

    /// To the next deadline, but no longer than the lease may go without renewal.
    async fn until_next(&self) -> Result<Duration, Fault> {
        let next: Option<DateTime<Utc>> = sqlx::query_scalar("select min(due_at) from gateway.timers")
            .fetch_one(&self.book.pool)
            .await
            .map_err(Fault::table("look the next deadline up"))?;
        let left = next.map(|next| (next - self.gateway.clock().now()).to_std().unwrap_or_default());
        Ok(left.map_or(LEASE / 3, |left| left.min(LEASE / 3)))
    }

    /// Every one is tried, so that one in trouble holds up no other; what was decided is forgotten.
    async fn ask_all(&self, due: Vec<Due>) -> Result<(), Fault> {
        let asked = stream::iter(due).map(|due| async move { (due.command_id, self.ask(due).await) });
        let asked: Vec<(Uuid, Result<(), Fault>)> = asked.buffered(AT_ONCE).collect().await;
        let done: Vec<Uuid> = asked.iter().filter(|(_, answer)| answer.is_ok()).map(|(id, _)| *id).collect();
        sqlx::query("delete from gateway.timers where command_id = any($1)")
            .bind(done)
            .execute(&self.book.pool)
            .await
            .map_err(Fault::table("forget deadlines that are past"))?;
        asked.into_iter().find_map(|(_, answer)| answer.err()).map_or(Ok(()), Err)
    }

    async fn ask(&self, due: Due) -> Result<(), Fault> {
        let unreadable = |said: String| Fault::Refused(format!("a deadline of {} cannot be read: {said}", due.process));
        let decoded = decoder::decode_named(&due.command, due.body.as_bytes());
        let decoded = decoded.map_err(|malformed| unreadable(malformed.message))?;
        let actor =
            Actor::try_new(ActorKind::System, &due.process).map_err(|invalid| unreadable(invalid.to_string()))?;
        let origin = Origin {
            actor,
            channel: Channel::System,
            command_id: CommandId(due.command_id),
            correlation_id: CorrelationId(due.correlation_id),
            causation_id: CausationId(due.causation_id),
            traceparent: due.traceparent,
            user: None,
        };
        decided(&self.gateway, origin, decoded.command).await
    }
}
