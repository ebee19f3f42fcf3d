//! `replay`: what the views showed at an earlier time, by the same folding with an end.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use clap::Args;
use event_store::{Log, Role};
use projections::{End, VIEWS, replay};
use serde_json::json;

use super::{
    connection::Connection,
    events::shown,
    failure::Failure,
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
    #[command(flatten)]
    pub(super) why: super::reading::Why,
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
pub(super) fn end(text: &str) -> Result<End, String> {
    if let Ok(position) = text.parse() {
        return Ok(End::Position(position));
    }
    if let Ok(instant) = text.parse::<DateTime<Utc>>() {
        return Ok(End::Instant(instant));
    }
    let day = text.parse::<NaiveDate>().map_err(|_| {
        "say a day such as 2025-10-31, an instant such as 2025-10-31T12:00:00Z, or a position of the log".to_owned()
    })?;
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time of day");
    let local = London.from_local_datetime(&day.and_time(last)).single();
    Ok(End::Instant(local.expect("London's clocks never change at the end of a day").to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_its_end_in_london() {
        assert_eq!(end("44210"), Ok(End::Position(44_210)));
        let summer = "2025-07-15T22:59:59.999999Z".parse().expect("an instant");
        assert_eq!(end("2025-07-15"), Ok(End::Instant(summer)));
        assert!(end("last week").is_err());
    }
}
