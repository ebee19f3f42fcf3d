//! Following the log: page by page from a checkpoint, in one instance at a time, never past what could not be handled.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use event_store::Log;
use events_schema::{
    envelope::{Payload, Position, Recorded},
    events::Event,
    upcast,
};
use projections::Presence;
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Ground,
    checkpoint::{self, LEASE, Lease, STANDBY},
    pause::Pause,
};
use crate::fault::Fault;

/// Events of one page, those that nobody wants included.
const PAGE: i64 = 500;
/// How long a process goes without looking when nobody says that the log grew.
const POLL: Duration = Duration::from_secs(1);

/// Whatever must see each of some events at least once, in the order of their streams.
#[async_trait]
pub trait Follower: Send + Sync + 'static {
    /// Its name in `gateway.processes`.
    fn name(&self) -> &'static str;
    /// Whether it wants events of this name.
    fn wants(&self, event_type: &str) -> bool;
    /// Handles the events of a page. After a fault it is handed the same ones again, so that it must bear repeats.
    /// Personal fields are sealed.
    async fn handle(&self, events: Vec<Recorded<Event>>) -> Result<(), Fault>;
}

/// Follows the log until told to stop.
pub async fn follow(follower: impl Follower, ground: Ground, stop: CancellationToken) {
    let mut following = Following {
        follower,
        log: ground.store.log().clone(),
        head_changes: ground.store.head_changes(),
        pool: ground.pool,
        presence: ground.presence,
        held: None,
    };
    stop.run_until_cancelled(following.go_on()).await;
    following.end().await;
}

struct Following<F> {
    follower: F,
    pool: PgPool,
    log: Log,
    head_changes: watch::Receiver<Position>,
    presence: Arc<Presence>,
    held: Option<Held>,
}

/// The lease, how far it came, and when it was renewed last.
#[derive(Clone, Copy)]
struct Held {
    lease: Lease,
    position: Position,
    renewed: Instant,
}

enum Turn {
    Moved,
    UpToDate,
    NotOurs,
}

impl<F: Follower> Following<F> {
    async fn go_on(&mut self) {
        let mut pause = Pause::new();
        loop {
            match self.turn().await {
                Ok(Turn::Moved) => pause = Pause::new(),
                Ok(Turn::UpToDate) => self.wait().await,
                Ok(Turn::NotOurs) => sleep(STANDBY).await,
                Err(fault) => {
                    self.tell(&fault).await;
                    sleep(pause.take()).await;
                }
            }
        }
    }

    async fn turn(&mut self) -> Result<Turn, Fault> {
        let Some(held) = self.held().await? else { return Ok(Turn::NotOurs) };
        let page = self.log.raw_page(held.position, PAGE).await?;
        let Some(last) = page.last() else { return self.keep(held).await };
        let to = last.position;
        let wanted = page.into_iter().filter(|stored| self.follower.wants(&stored.event.event_type));
        let wanted = wanted.map(read).collect::<Result<Vec<_>, _>>()?;
        if !wanted.is_empty() {
            self.follower.handle(wanted).await?;
        }
        self.advance(held, to).await?;
        Ok(Turn::Moved)
    }

    async fn held(&mut self) -> Result<Option<Held>, Fault> {
        if self.held.is_none() {
            let taken = checkpoint::take(&self.pool, self.follower.name(), &self.presence).await?;
            self.held = taken.map(|(lease, position)| Held { lease, position, renewed: Instant::now() });
        }
        Ok(self.held)
    }

    /// Nothing to do; the lease is renewed before it runs out.
    async fn keep(&mut self, held: Held) -> Result<Turn, Fault> {
        if held.renewed.elapsed() > LEASE / 3 {
            self.advance(held, held.position).await?;
        }
        Ok(Turn::UpToDate)
    }

    async fn advance(&mut self, held: Held, position: Position) -> Result<(), Fault> {
        let moved = checkpoint::advance(&self.pool, held.lease, position).await?;
        self.held = moved.then_some(Held { position, renewed: Instant::now(), ..held });
        Ok(())
    }

    async fn wait(&mut self) {
        if let Ok(Err(_closed)) = timeout(POLL, self.head_changes.changed()).await {
            sleep(POLL).await;
        }
    }

    /// Says once per try what is in the way, and leaves it where operators look.
    async fn tell(&mut self, fault: &Fault) {
        let process = self.follower.name();
        tracing::warn!(process, error = %fault, retry = fault.retry(), "a process waits before it tries again");
        checkpoint::trouble(&self.pool, process, &fault.to_string()).await.ok();
        self.held = None;
    }

    async fn end(self) {
        let Some(held) = self.held else { return };
        if let Err(fault) = checkpoint::give_back(&self.pool, held.lease).await {
            tracing::warn!(process = self.follower.name(), error = %fault, "a lease was not given back; it runs out by itself");
        }
    }
}

fn read(stored: Recorded<Payload>) -> Result<Recorded<Event>, Fault> {
    upcast::read(stored).map_err(|unreadable| Fault::Store(unreadable.into()))
}
