//! `what-if`: the measures of the same history under another reporting policy.

use chrono::NaiveDate;
use clap::Args;
use event_store::Role;
use projections::{
    reports::Filter,
    what_if::{self, WhatIf as Found},
};
use serde_json::json;

use super::{
    connection::Connection,
    failure::Failure,
    output::{Output, Table},
    progress::Progress,
    reading::Why,
    slice::Slice,
};
use crate::what_if::{SecondTerm, policy};

/// `training-ledger what-if`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger what-if --window-days 7\n  \
    training-ledger what-if --window-days 21 --second-term off --cohort 2025\n  \
    training-ledger what-if --window-days 7 --list\n\nThe log is not touched.")]
pub(super) struct WhatIf {
    /// Calendar days of a window.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=366), default_value_t = 14)]
    window_days: u16,
    /// The second term: off, on (31 October of the cohort's start year), or a day; as recorded if nothing is said.
    #[arg(long, value_name = "on|off|DAY", value_parser = second_term)]
    second_term: Option<SecondTerm>,
    /// Days from the start of a round to its reminder; as it was if nothing is said.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=366))]
    reminder_day: Option<u16>,
    /// List the partnerships of which something comes out otherwise, instead of the measures.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    slice: Slice,
    #[command(flatten)]
    pub(super) why: Why,
}

const STAYS: &str = "What followed stays as it happened: recruitments after a break, notices sent, support cases.";

fn second_term(text: &str) -> Result<SecondTerm, String> {
    match text {
        "on" => Ok(SecondTerm::On),
        "off" => Ok(SecondTerm::Off),
        day => day
            .parse::<NaiveDate>()
            .map(SecondTerm::NotBefore)
            .map_err(|_| "say on, off, or a day such as 2025-10-31".to_owned()),
    }
}

impl WhatIf {
    /// Prints what changes.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let filter = self.slice.filter(&connection).await?;
        self.check(&filter)?;
        let pool = connection.pool(Role::Projector).await?;
        let other = policy(self.window_days, self.second_term.unwrap_or_default(), self.reminder_day);
        let (progress, mut done) = (Progress::start("Retelling streams", 0), 0);
        let mut told = |streams: usize| {
            progress.add(u64::try_from(streams - done).unwrap_or(0));
            done = streams;
        };
        let found = what_if::what_if(&pool, (&filter, &other), &mut told).await?;
        progress.finish();
        self.say(&found, &filter, output)?;
        output.table(&if self.list { changes(&found) } else { differences(&found) })
    }

    /// Refuses a list of acts narrowed by what acts do not go by.
    fn check(&self, filter: &Filter) -> Result<(), Failure> {
        let not_of_acts = what_if::not_of_acts(filter).join(", ");
        if !self.list || not_of_acts.is_empty() {
            return Ok(());
        }
        let said = format!("acts go by cohort and lead provider, not by {not_of_acts}; leave out that, or --list");
        Err(Failure::new(said))
    }

    /// How many acts come out otherwise, and which.
    fn say(&self, found: &Found, filter: &Filter, output: Output) -> Result<(), Failure> {
        output.say(format!(
            "With windows of {} days, {} acts come out otherwise, on {} of {} partnerships.",
            self.window_days,
            found.changes.len(),
            found.changed_partnerships(),
            found.partnerships
        ))?;
        for (becomes, count) in found.by_kind() {
            output.say(format!("  {count} x {}: {}", becomes.command(), becomes.sentence()))?;
        }
        let not_of_acts = what_if::not_of_acts(filter).join(", ");
        if !not_of_acts.is_empty() {
            output.say(format!(
                "Acts and partnerships are those of any {not_of_acts}; the measures are narrowed by it."
            ))?;
        }
        output.say(STAYS)
    }
}

fn differences(found: &Found) -> Table {
    let mut table = Table::new(&["measure", "title", "figure", "was", "would_be"]);
    for it in &found.differences {
        let (was, would_be) = (it.was.to_string(), it.would_be.to_string());
        table.push([json!(it.measure.name), json!(it.measure.title), json!(it.figure.1), json!(was), json!(would_be)]);
    }
    table
}

fn changes(found: &Found) -> Table {
    let mut table = Table::new(&[
        "partnership_id",
        "school_urn",
        "cohort",
        "lead_provider",
        "received_at",
        "recorded_deadline",
        "other_deadline",
        "becomes",
    ]);
    for it in &found.changes {
        table.push([
            json!(it.partnership_id),
            json!(it.school_urn),
            json!(it.cohort),
            json!(it.lead_provider_id),
            json!(it.at),
            json!(it.recorded_deadline),
            json!(it.other_deadline),
            json!(it.becomes.sentence()),
        ]);
    }
    table
}
