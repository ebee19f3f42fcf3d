//! `report`: management information from the views, as a table.

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use event_store::Role;
use events_schema::ids::{Cohort, DeliveryPartnerId, LeadProviderId};
use projections::reports::{Filter, Report as Measure, reports};
use serde_json::json;
use sqlx::PgPool;

use super::{
    connection::Connection,
    failure::Failure,
    output::{Output, Table},
};

/// `training-ledger report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger report list\n  training-ledger report overview --cohort 2025\n  \
    training-ledger --format csv report report_rate > report_rate.csv")]
pub(super) struct Report {
    /// Its name; `list` names them all with what each counts.
    name: String,
    #[command(flatten)]
    slice: Slice,
    #[command(flatten)]
    pub(super) why: super::reading::Why,
}

/// What to count; everything if nothing is said.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Slice {
    /// Only this cohort.
    #[arg(long)]
    cohort: Option<Cohort>,
    /// Only this lead provider.
    #[arg(long, value_name = "ID")]
    lead_provider: Option<LeadProviderId>,
    /// Only this delivery partner.
    #[arg(long, value_name = "ID")]
    delivery_partner: Option<DeliveryPartnerId>,
    /// Only what began on or after this day.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Only what began on or before this day.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
}

impl Report {
    /// Whether it gives no figures, only the names of reports.
    pub(super) fn is_list(&self) -> bool {
        self.name == "list"
    }

    /// Prints the report, or the list of reports.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        if self.name == "list" {
            return list(output);
        }
        print(&Connection::find()?, &self.name, &self.slice, output).await
    }
}

fn list(output: Output) -> Result<(), Failure> {
    let mut table = Table::new(&["report", "title", "counts"]);
    for report in reports() {
        table.push([json!(report.name), json!(report.title), json!(report.definition)]);
    }
    output.table(&table)
}

/// Prints a report of the live views.
pub(super) async fn print(connection: &Connection, name: &str, slice: &Slice, output: Output) -> Result<(), Failure> {
    let report = Measure::named(name)?;
    let table = report.run(&connection.pool(Role::Reader).await?, None, &slice.as_of(Utc::now())).await?;
    output.table(&shown(table)?)
}

/// Prints a report of the views in a scratch schema, as of the instant that they show.
pub(super) async fn print_past(
    pool: &PgPool,
    name: &str,
    (scratch, now): (&str, DateTime<Utc>),
    output: Output,
) -> Result<(), Failure> {
    let table = Measure::named(name)?.run(pool, Some(scratch), &Slice::default().as_of(now)).await?;
    output.table(&shown(table)?)
}

/// The same table with cells that can be printed in every format.
fn shown(table: projections::reports::Table) -> Result<Table, Failure> {
    let rows = table.rows.iter().map(|row| row.iter().map(serde_json::to_value).collect());
    Ok(Table { headings: table.columns, rows: rows.collect::<Result<_, _>>()? })
}

impl Slice {
    /// The instant tells what is provisional.
    fn as_of(&self, now: DateTime<Utc>) -> Filter {
        Filter {
            cohort: self.cohort,
            lead_provider: self.lead_provider.clone(),
            delivery_partner: self.delivery_partner.clone(),
            from: self.from,
            to: self.to,
            now,
        }
    }
}
