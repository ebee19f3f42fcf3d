//! Keeps views up to date: one task per view, woken by the head of the log and by the clock.
//! A view that meets an event it cannot handle stops on it, says so once, and never skips.

use std::{sync::Arc, time::Duration};

use event_store::Log;
use events_schema::envelope::Position;
use sqlx::PgPool;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    catalogue::VIEWS,
    checkpoint::{self, Checkpoint, LEASE, Lease},
    fault::{During, ViewFault},
    page::{self, Page},
    presence::Presence,
    projection::Writing,
    view::View,
};

/// Events in one transaction of a live view.
const PAGE: i64 = 2_000;
/// How long a view goes without looking when nobody says that the log grew.
const POLL: Duration = Duration::from_millis(200);
/// How long to wait after a fault of the world.
const RETRY: Duration = Duration::from_secs(1);

/// The tasks that keep the views up to date.
pub struct Runner {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    presence: Arc<Presence>,
}

impl Runner {
    /// Starts a task for each view. `head_changes` is a hint only; other writers are found by polling.
    pub fn start(pool: &PgPool, log: &Log, head_changes: &watch::Receiver<Position>, stop: CancellationToken) -> Self {
        let presence = Arc::new(Presence::new(pool));
        let task = |view| Projector {
            view,
            pool: pool.clone(),
            log: log.clone(),
            presence: Arc::clone(&presence),
            lease: None,
            stopped_on: None,
        };
        let run = |view| tokio::spawn(run(task(view), head_changes.clone(), stop.clone()));
        let tasks = VIEWS.iter().map(run).collect();
        Self { stop, tasks, presence }
    }

    /// Ends every task after the page it is on, and gives the leases back.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(panicked) = task.await {
                tracing::error!(error = %panicked, "a projector died");
            }
        }
        self.presence.end().await;
    }
}

/// What one turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// A page was folded in; there may be more.
    Moved,
    /// Nothing to do until the log grows.
    UpToDate,
    /// Another projector holds the view, or the view is of another version.
    NotOurs,
    /// The next event cannot be handled.
    Stopped,
}

/// Brings one view up to date, page by page.
struct Projector {
    view: &'static View,
    pool: PgPool,
    log: Log,
    presence: Arc<Presence>,
    lease: Option<(Lease, Checkpoint)>,
    stopped_on: Option<Position>,
}

async fn run(mut projector: Projector, mut head_changes: watch::Receiver<Position>, stop: CancellationToken) {
    let mut faulty = false;
    while !stop.is_cancelled() {
        let turn = projector.turn().await;
        if let Err(fault) = &turn
            && !faulty
        {
            tracing::error!(view = projector.view.name, error = %fault, "a view cannot be kept up to date");
        }
        faulty = turn.is_err();
        let pause = match turn {
            Ok(Turn::Moved) => continue,
            Ok(Turn::UpToDate) => POLL,
            Ok(Turn::NotOurs | Turn::Stopped) | Err(_) => RETRY,
        };
        let hint = pause == POLL;
        tokio::select! {
            () = stop.cancelled() => {}
            () = wait(&mut head_changes, hint, pause) => {}
        }
    }
    if let Err(fault) = projector.give_back().await {
        tracing::warn!(view = projector.view.name, error = %fault, "a view's lease was not given back; it runs out by itself");
    }
}

async fn wait(head_changes: &mut watch::Receiver<Position>, hint: bool, pause: Duration) {
    if !hint {
        return sleep(pause).await;
    }
    if let Ok(Err(_closed)) = timeout(pause, head_changes.changed()).await {
        sleep(pause).await;
    }
}

impl Projector {
    async fn turn(&mut self) -> Result<Turn, ViewFault> {
        let Some((lease, from)) = self.held().await? else { return Ok(Turn::NotOurs) };
        let page = match Page::after(&self.log, self.view, from, PAGE).await {
            Err(ViewFault::Log(fault)) if page::bad_position(&fault).is_some() => {
                let position = page::bad_position(&fault).unwrap_or(from.position + 1);
                return self.stop_on(lease, position, &fault.to_string()).await;
            }
            page => page?,
        };
        if page.end == from {
            return self.renew(lease).await;
        }
        match self.fold(lease, from, &page).await {
            Err(ViewFault::Unfit { position, .. }) if position > from.position + 1 => {
                let before = Checkpoint { position: position - 1, ..page.end };
                self.fold(lease, from, &page.up_to(before)).await
            }
            Err(fault @ ViewFault::Unfit { position, .. }) => self.stop_on(lease, position, &fault.to_string()).await,
            turn => turn,
        }
    }

    /// The lease, taken if need be; nothing while another has it or the view is of another version.
    async fn held(&mut self) -> Result<Option<(Lease, Checkpoint)>, ViewFault> {
        if self.lease.is_none() && self.is_our_version().await? {
            self.presence.show().await?;
            self.lease = checkpoint::take(&self.pool, self.view, self.presence.holder).await?;
        }
        Ok(self.lease)
    }

    async fn is_our_version(&self) -> Result<bool, ViewFault> {
        let mut connection = self.pool.acquire().await.during("reach the views")?;
        let (version, _) = checkpoint::read(&mut connection, &self.view.schema(), self.view).await?;
        Ok(version == self.view.version)
    }

    /// Folds a page and moves the checkpoint in one transaction; gives up the lease if another has taken it.
    async fn fold(&mut self, lease: Lease, from: Checkpoint, page: &Page) -> Result<Turn, ViewFault> {
        let mut transaction = self.pool.begin().await.during("begin a page of a view")?;
        let locked = checkpoint::lock(&mut transaction, self.view, lease).await?;
        if locked != Some(from) {
            self.lease = locked.map(|checkpoint| (lease, checkpoint));
            return Ok(if locked.is_some() { Turn::Moved } else { Turn::NotOurs });
        }
        let mut open = self.view.open(&self.view.schema());
        open.fold_page(&mut transaction, page, Writing::Live).await?;
        checkpoint::advance(&mut transaction, &self.view.schema(), self.view, page.end).await?;
        transaction.commit().await.during("commit a page of a view")?;
        self.lease = Some((lease, page.end));
        self.stopped_on = None;
        Ok(Turn::Moved)
    }

    /// Keeps the lease while there is nothing to do.
    async fn renew(&mut self, lease: Lease) -> Result<Turn, ViewFault> {
        let mut connection = self.pool.acquire().await.during("reach the views")?;
        let locked = checkpoint::lock(&mut connection, self.view, lease).await?;
        self.lease = locked.map(|checkpoint| (lease, checkpoint));
        Ok(if locked.is_some() { Turn::UpToDate } else { Turn::NotOurs })
    }

    /// Stays before the event, writes down why, and tells once.
    async fn stop_on(&mut self, lease: Lease, position: Position, error: &str) -> Result<Turn, ViewFault> {
        if self.stopped_on != Some(position) {
            tracing::error!(view = self.view.name, position, error, "a view stopped");
            checkpoint::stop(&self.pool, self.view, lease, (position, error)).await?;
            self.stopped_on = Some(position);
        }
        self.renew(lease).await?;
        Ok(Turn::Stopped)
    }

    async fn give_back(&mut self) -> Result<(), ViewFault> {
        match self.lease.take() {
            Some((lease, _)) => checkpoint::give_back(&self.pool, self.view, lease).await,
            None => Ok(()),
        }
    }
}

const _: () = assert!(POLL.as_millis() * 4 < LEASE.as_millis(), "a lease must outlive many looks at the log");
