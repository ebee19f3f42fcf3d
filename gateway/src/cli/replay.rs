//! `replay`: what the views showed at an earlier time, by the same folding with an end; or the history itself.

use chrono::{DateTime, Utc};
use clap::Args;
use event_store::{Log, Role};
use projections::{ScratchSchema, VIEWS, replay};
use serde_json::json;
use sqlx::PgPool;

use super::{
    compare,
    connection::Connection,
    events::shown,
    export,
    failure::Failure,
    moment::Moment,
    output::{Output, Table},
    progress::{LogProgress, Progress},
    report, verify,
};
use crate::export::{Clock, Encoding, Request, Selection};

/// `training-ledger replay`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger replay --as-of 2025-10-31\n  \
    training-ledger replay --as-of 2025-10-31 --report overview\n  training-ledger replay --as-of 44210\n  \
    training-ledger replay --as-of 2025-10-31 --recorded\n  training-ledger replay --as-of 44210 --keep october\n  \
    training-ledger replay --as-of 44210 --print > history.ndjson")]
pub(super) struct Replay {
    /// A day (to its end in London), an instant such as 2025-10-31T12:00:00Z, or a position of the log.
    #[arg(long, value_name = "DAY|INSTANT|POSITION")]
    as_of: Moment,
    /// The day or instant is that of recording, by the database's clock: what was known by then.
    #[arg(long)]
    recorded: bool,
    /// Run this report on that past, instead of counting rows.
    #[arg(long, value_name = "NAME")]
    report: Option<String>,
    /// Keep the past as schema `as_of_NAME`. Interrupted, the same command goes on where it stopped.
    #[arg(long, value_name = "NAME")]
    keep: Option<String>,
    /// Print the events up to then, one JSON object a line: the same bytes as `export events -`.
    #[arg(long, conflicts_with_all = ["report", "keep"])]
    print: bool,
    #[command(flatten)]
    pub(super) why: super::reading::Why,
}

impl Replay {
    /// Replays into a scratch schema, prints, and drops it unless it is to be kept.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let pool = Connection::find()?.pool(Role::Projector).await?;
        let log = Log::new(pool.clone(), None);
        let end = compare::end(&log, self.as_of, self.recorded).await?;
        if let Some(name) = &self.keep {
            let progress = Progress::start("Replaying views", VIEWS.len() as u64);
            let kept = projections::replay_kept(&pool, &log, (name, end), &mut |_| progress.add(1)).await?;
            progress.finish();
            return self.print((&pool, &log), &kept, output).await;
        }
        let mut progress = LogProgress::start("Replaying", log.head().await?.position);
        let past = projections::replay_as_of(&pool, &log, end, &mut |now| progress.reached(now.done)).await?;
        progress.finish();
        let printed = self.print((&pool, &log), &past, output).await;
        projections::drop_scratch(&pool, &past.name).await?;
        printed
    }

    async fn print(&self, (pool, log): (&PgPool, &Log), past: &ScratchSchema, output: Output) -> Result<(), Failure> {
        let happened_at = log.event_at(past.position).await?.map(|event| event.happened_at);
        output.say(said(log, past, happened_at).await?)?;
        if let Some(name) = &self.report {
            return report::print_past(pool, name, (&past.name, self.instant(happened_at)), output).await;
        }
        let mut table = Table::new(&["view", "version", "table", "rows", "digest"]);
        for view in VIEWS {
            for it in replay::digest(pool, view, Some(&past.name)).await? {
                table.push([json!(view.name), json!(view.version), json!(it.table), json!(it.rows), json!(it.digest)]);
            }
        }
        output.table(&table)?;
        if self.keep.is_some() {
            output.say(format!("It stays as schema {}; `drop schema {} cascade` ends it.", past.name, past.name))?;
        }
        Ok(())
    }

    /// Whether it gives the events themselves.
    pub(super) fn prints_events(&self) -> bool {
        self.print
    }

    /// Prints the events up to then.
    pub(super) async fn print_events(&self) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let log = connection.log().await?;
        let (to, until) = (self.as_of.end().ok(), self.as_of.end().err());
        let clock = if self.recorded { Clock::Recorded } else { Clock::Happened };
        let selection = Selection { to, until, clock, ..Selection::default() };
        let request = Request { selection, ..Request::everything(Encoding::Ndjson) };
        export::to_output((&connection, &log), &request, &self.why).await
    }

    /// The instant that the past is shown as of: the one asked for, or that of the last event.
    fn instant(&self, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
        self.as_of.end().err().or(last).unwrap_or_default()
    }
}

/// What the past was made from: enough to make the same again.
async fn said(log: &Log, past: &ScratchSchema, happened_at: Option<DateTime<Utc>>) -> Result<String, Failure> {
    let when = happened_at.map_or_else(String::new, |at| format!(", whose last event happened at {}", shown(at)));
    let root = log.root_at(past.position).await?;
    let root = verify::hex(&root);
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("As of position {} of the log{when}; root of the tree {root}; release {version}:", past.position))
}
