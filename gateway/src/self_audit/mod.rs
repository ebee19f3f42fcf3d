//! The service looks after itself: on a schedule it compares log, tree, ledger, views, deadlines and witness with each
//! other, shows what it found at `/status`, and signs it once a day. A new check is a file here and a line in [`CHECKS`].

mod attestation;
mod board;
mod deadlines;
mod ledger;
mod log;
mod timers;
mod views;
mod witness;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::jetstream;
use event_store::{Head, merkle::Tree};
use futures::future::BoxFuture;
use projections::Views;
use sqlx::PgPool;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub use board::{Board, Looked, Standing};

use crate::{config::ProofConfig, fault::Fault, gateway::Gateway, proof::Notary};

/// What a check stands on.
#[derive(Clone)]
pub struct Ground {
    /// The clock, and the log as the service reads it.
    pub gateway: Arc<Gateway>,
    /// Connections of the views' role.
    pub pool: PgPool,
    /// The views.
    pub views: Views,
    /// Who signs.
    pub notary: Notary,
    /// Whether this instance runs processes: where none does, deadlines pass unseen.
    pub processes: bool,
}

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What is new.
    New,
    /// Everything, from the first event on.
    Everything,
}

/// One thing that must be so.
pub(crate) struct Check {
    /// Its name in the attestation and in JSON.
    pub(crate) name: &'static str,
    /// What it is on the status page.
    pub(crate) title: &'static str,
    /// Whether it looks at everything only.
    pub(crate) costly: bool,
    /// What it finds: the sentence that it holds with, or the one that says where it does not.
    pub(crate) look: for<'a> fn(&'a Ground, &'a Seen, Scope) -> BoxFuture<'a, Result<Found, Fault>>,
}

/// What a check finds.
pub(crate) enum Found {
    /// It holds: what was looked at.
    Holds(String),
    /// It does not: where, and what is wrong there.
    Wrong(String),
}

/// Every check, in the order of the page.
const CHECKS: &[Check] = &[log::CHECK, ledger::CHECK, witness::CHECK, views::CHECK, timers::CHECK, deadlines::CHECK];

/// How far the last looks came.
#[derive(Default)]
pub(crate) struct Seen {
    tree: Mutex<Tree>,
    ledger: Mutex<Option<Head>>,
}

/// Looks on a schedule.
pub struct SelfAudit {
    ground: Ground,
    board: Board,
    seen: Seen,
    every: Duration,
    everything_every: Duration,
    last_everything: Option<Instant>,
}

impl SelfAudit {
    /// Looks as the configuration says, and writes what it finds on a board.
    pub fn new(ground: Ground, board: Board, config: &ProofConfig) -> Self {
        let (every, everything_every) = (config.audit_every, config.audit_views_every);
        Self { ground, board, seen: Seen::default(), every, everything_every, last_everything: None }
    }

    /// Looks until told to stop; and signs what was found, once a day.
    pub async fn run(mut self, context: jetstream::Context, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(self.every)).await.is_some() {
            let scope = self.due();
            if stop.run_until_cancelled(self.round(scope)).await.is_none() {
                return;
            }
            if let Err(fault) = self.attest_daily(scope, &context).await {
                tracing::warn!(error = %fault, "the day's attestation was not written; it is tried again");
                self.last_everything = None;
            }
        }
    }

    /// One look at everything that the scope asks for.
    pub async fn round(&mut self, scope: Scope) {
        for check in CHECKS.iter().filter(|check| scope == Scope::Everything || !check.costly) {
            let looked = (check.look)(&self.ground, &self.seen, scope).await;
            self.board.note(check, looked, self.ground.gateway.clock().now());
        }
        if scope == Scope::Everything {
            self.last_everything = Some(Instant::now());
        }
    }

    /// What was found, as of now.
    pub fn board(&self) -> &Board {
        &self.board
    }

    fn due(&self) -> Scope {
        let today = attestation::is_of_today(&self.ground);
        match self.last_everything {
            Some(last) if last.elapsed() < self.everything_every => Scope::New,
            None if today => Scope::New,
            _ => Scope::Everything,
        }
    }

    async fn attest_daily(&self, scope: Scope, context: &jetstream::Context) -> Result<(), Fault> {
        if scope == Scope::New || attestation::is_of_today(&self.ground) {
            return Ok(());
        }
        let note = self.attest().await?;
        crate::proof::publish(context, crate::proof::ATTESTATION, note).await;
        Ok(())
    }

    /// Signs what stands on the board, over the log as it was witnessed last, and writes it into the witness folder.
    pub async fn attest(&self) -> Result<String, Fault> {
        attestation::write(&self.ground, &self.board).await
    }
}
