//! `replay`: what the views showed at an earlier time, by the same folding with an end; or the history itself. A past that
//! was kept stays until it is dropped.

use clap::Args;
use event_store::{Log, Role};
use projections::{ScratchSchema, VIEWS, replay, reports::Asked};
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
    training-ledger replay --kept\n  training-ledger replay --drop october\n  \
    training-ledger replay --as-of 44210 --print > history.ndjson")]
pub(super) struct Replay {
    /// A day (to its end in London), an instant such as 2025-10-31T12:00:00Z, or a position of the log.
    #[arg(long, value_name = "DAY|INSTANT|POSITION", required_unless_present_any = ["kept", "drop"])]
    as_of: Option<Moment>,
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
    /// List the pasts that stand in the database: those kept, and what was left by a replay that was killed.
    #[arg(long, conflicts_with_all = ["as_of", "recorded", "report", "keep", "print", "drop"])]
    kept: bool,
    /// Drop a past by its name, with or without `as_of_` before it.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["as_of", "recorded", "report", "keep", "print"])]
    drop: Option<String>,
    #[command(flatten)]
    pub(super) why: super::reading::Why,
}

impl Replay {
    /// Replays into a scratch schema, prints, and drops it unless it is to be kept.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        if let Some(name) = &self.report {
            Asked::named(name)?;
        }
        let pool = Connection::find()?.pool(Role::Projector).await?;
        let log = Log::new(pool.clone(), None);
        let moment = self.moment(&log).await?;
        let end = compare::end(&log, moment, self.recorded).await?;
        if let Some(name) = &self.keep {
            let progress = Progress::start("Replaying views", VIEWS.len() as u64);
            let kept = projections::replay_kept(&pool, &log, (name, end), &mut |_| progress.add(1)).await?;
            progress.finish();
            return self.print((&pool, &log), (&kept, moment), output).await;
        }
        let mut progress = LogProgress::start("Replaying", log.head().await?.position);
        let past = projections::replay_as_of(&pool, &log, end, &mut |now| progress.reached(now.done)).await?;
        progress.finish();
        let printed = self.print((&pool, &log), (&past, moment), output).await;
        projections::drop_scratch(&pool, &past.name).await?;
        printed
    }

    async fn moment(&self, log: &Log) -> Result<Moment, Failure> {
        self.as_of.expect("nothing else is asked without it").reached(log).await
    }

    async fn print(
        &self,
        (pool, log): (&PgPool, &Log),
        (past, moment): (&ScratchSchema, Moment),
        output: Output,
    ) -> Result<(), Failure> {
        let happened_at = log.event_at(past.position).await?.map(|event| event.happened_at);
        output.say(said(log, past, happened_at).await?)?;
        if let Some(name) = &self.report {
            let instant = moment.end().err().or(happened_at).unwrap_or_default();
            return report::print_past(pool, name, (&past.name, instant), output).await;
        }
        let mut table = Table::new(&["view", "version", "table", "rows", "digest"]);
        for view in VIEWS {
            for it in replay::digest(pool, view, Some(&past.name)).await? {
                table.push([json!(view.name), json!(view.version), json!(it.table), json!(it.rows), json!(it.digest)]);
            }
        }
        output.table(&table)?;
        if self.keep.is_some() {
            output.say(format!("It stays as schema {}; `replay --drop {}` ends it.", past.name, past.name))?;
        }
        Ok(())
    }

    /// Whether it is about the pasts that stand, and gives nothing of them.
    pub(super) fn is_of_kept(&self) -> bool {
        self.kept || self.drop.is_some()
    }

    /// Lists the pasts that stand, or drops one.
    pub(super) async fn look_after_kept(&self, output: Output) -> Result<(), Failure> {
        let pool = Connection::find()?.pool(Role::Projector).await?;
        let standing = projections::scratch_schemas(&pool).await?;
        let Some(name) = &self.drop else {
            let mut table = Table::new(&["schema", "drop"]);
            for name in &standing {
                table.push([json!(name), json!(format!("training-ledger replay --drop {name}"))]);
            }
            return output.table(&table);
        };
        let wanted = [name.clone(), format!("as_of_{name}")];
        let Some(found) = standing.iter().find(|name| wanted.contains(name)) else {
            return Err(Failure::new(format!("no past is kept as {name}; `replay --kept` lists those there are")));
        };
        projections::drop_scratch(&pool, found).await?;
        output.say(format!("{found} is dropped."))
    }

    /// Whether it gives the events themselves.
    pub(super) fn prints_events(&self) -> bool {
        self.print
    }

    /// Prints the events up to then.
    pub(super) async fn print_events(&self) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let log = connection.log().await?;
        let moment = self.moment(&log).await?;
        let (to, until) = (moment.end().ok(), moment.end().err());
        let clock = if self.recorded { Clock::Recorded } else { Clock::Happened };
        let selection = Selection { to, until, clock, ..Selection::default() };
        let request = Request { selection, ..Request::everything(Encoding::Ndjson) };
        export::to_output((&connection, &log), &request, &self.why).await
    }
}

/// What the past was made from: enough to make the same again.
async fn said(
    log: &Log,
    past: &ScratchSchema,
    happened_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<String, Failure> {
    let when = happened_at.map_or_else(String::new, |at| format!(", whose last event happened at {}", shown(at)));
    let root = log.root_at(past.position).await?;
    let root = verify::hex(&root);
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("As of position {} of the log{when}; root of the tree {root}; release {version}:", past.position))
}
