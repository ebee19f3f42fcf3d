//! Processes: each follows the log from its own checkpoint, asks its pure rule what comes next, and has it decided.
//! A crash anywhere repeats the last page; command ids that are derived from their cause make a repeat harmless.

mod abort;
mod checkpoint;
mod commands;
pub mod courier;
mod follow;
mod pause;
pub mod timers;
mod trn;

use std::sync::Arc;

use domain::processes::{Begins, Process, hand_over, notices::NOTICES};
use event_store::{EventStore, Log};
use projections::Presence;
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use commands::Commands;
pub(crate) use commands::decided;
pub use follow::{Follower, follow};
pub use timers::{TimerBook, Timers};

use crate::{fault::Fault, gateway::Gateway, mail::outbox};

/// Every process of the domain. A new one is a file there and a line here.
pub static PROCESSES: &[&Process] = &[&NOTICES, &hand_over::PROCESS];
/// What has a place and a lease without being a process of the domain.
const OTHERS: [&str; 3] = [timers::NAME, courier::NAME, outbox::NAME];

/// What processes stand on. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    /// Holds checkpoints and timers.
    pub pool: PgPool,
    /// The log they follow.
    pub store: EventStore,
    /// Decides what they ask.
    pub gateway: Arc<Gateway>,
    /// Shows that this instance is alive, so that another takes its work over at once when it is not.
    pub presence: Arc<Presence>,
}

/// Gives each process its place on the log, if it has none yet.
pub async fn register(owner: &PgPool) -> Result<(), Fault> {
    let head = Log::new(owner.clone(), None).head().await?.position;
    for process in PROCESSES {
        let position = if process.begins == Begins::NextEvent { head } else { 0 };
        checkpoint::register(owner, process.name, position).await?;
    }
    for name in OTHERS {
        checkpoint::register(owner, name, 0).await?;
    }
    Ok(())
}

/// Gives a follower of the rim its place at the head of the log, if it has none yet.
pub(crate) async fn register_at_head(owner: &PgPool, name: &'static str) -> Result<(), Fault> {
    let head = Log::new(owner.clone(), None).head().await?.position;
    checkpoint::register(owner, name, head).await
}

/// Refuses a database that does not know every process of this release.
pub async fn check(pool: &PgPool) -> Result<(), Fault> {
    let names: Vec<_> = PROCESSES.iter().map(|process| process.name).chain(OTHERS).collect();
    if checkpoint::registered(pool, &names).await? {
        return Ok(());
    }
    Err(Fault::Refused(
        "the database does not know every process of this release; run `training-ledger migrate`".into(),
    ))
}

/// Starts every process and the timers.
pub fn start(ground: &Ground, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
    let timers = Timers::new(ground);
    let commands = |process| Commands::new(process, ground, timers.book());
    let mut tasks: Vec<_> =
        PROCESSES.iter().map(|process| tokio::spawn(follow(commands(process), ground.clone(), stop.clone()))).collect();
    tasks.push(tokio::spawn(timers.run(stop.clone())));
    tasks
}
