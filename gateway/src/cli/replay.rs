//! `replay`: what the views showed at an earlier time, by the same folding with an end.

use chrono::{DateTime, Utc};
use clap::Args;
use event_store::{Log, Role};
use projections::{End, VIEWS, replay};
use serde_json::json;

use super::{
    connection::Connection,
    events::shown,
    failure::Failure,
    moment::Moment,
    output::{Output, Table},
    progress::LogProgress,
    report,
};

/// `training-ledger replay`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger replay --as-of 2025-10-31\n  \
    training-ledger replay --as-of 2025-10-31 --report overview\n  training-ledger replay --as-of 44210")]
pub(super) struct Replay {
    /// A day (to its end in London), an instant such as 2025-10-31T12:00:00Z, or a position of the log.
    #[arg(long, value_name = "DAY|INSTANT|POSITION", value_parser = end)]
    as_of: End,
    /// Run this report on that past, instead of counting rows.
    #[arg(long, value_name = "NAME")]
    report: Option<String>,
}

impl Replay {
    /// Replays into a scratch schema, prints, and drops it.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let pool = Connection::find()?.pool(Role::Projector).await?;
        let log = Log::new(pool.clone(), None);
        let mut progress = LogProgress::start("Replaying", log.head().await?.position);
        let past = projections::replay_as_of(&pool, &log, self.as_of, &mut |now| progress.reached(now.done)).await?;
        progress.finish();
        let printed = self.print(&pool, &past, output).await;
        projections::drop_scratch(&pool, &past.name).await?;
        printed
    }

    async fn print(
        &self,
        pool: &sqlx::PgPool,
        past: &projections::ScratchSchema,
        output: Output,
    ) -> Result<(), Failure> {
        let last = Log::new(pool.clone(), None).event_at(past.position).await?;
        let happened_at = last.map(|event| event.happened_at);
        let when = happened_at.map_or_else(String::new, |at| format!(", whose last event happened at {}", shown(at)));
        output.say(format!("As of position {} of the log{when}:", past.position))?;
        if let Some(name) = &self.report {
            return report::print_past(pool, name, (&past.name, self.instant(happened_at)), output).await;
        }
        let mut table = Table::new(&["view", "table", "rows"]);
        for view in VIEWS {
            for it in replay::digest(pool, view, Some(&past.name)).await? {
                table.push([json!(view.name), json!(it.table), json!(it.rows)]);
            }
        }
        output.table(&table)
    }
}

impl Replay {
    /// The instant that the past is shown as of: the one asked for, or that of the last event.
    fn instant(&self, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
        match self.as_of {
            End::Instant(instant) => instant,
            End::Position(_) => last.unwrap_or_default(),
        }
    }
}

/// Reads where a replay ends.
fn end(text: &str) -> Result<End, String> {
    Ok(text.parse::<Moment>()?.end().map_or_else(End::Instant, End::Position))
}
