//! `report`: management information from the views, as a table.

use clap::Args;

use super::{connection::Connection, failure::Failure, output::Output};

/// `training-ledger report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger report list\n  training-ledger report overview\n  \
    training-ledger --format csv report overview > overview.csv")]
pub(super) struct Report {
    /// Its name; `list` names them all.
    name: String,
}

impl Report {
    /// Prints the report, or the list of reports.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        print(&Connection::find()?, &self.name, output).await
    }
}

/// Prints a report of the live views.
pub(super) async fn print(connection: &Connection, name: &str, output: Output) -> Result<(), Failure> {
    print_from(&connection.pool(event_store::Role::Reader).await?, name, None, output).await
}

/// Prints a report of the live views, or of those in a scratch schema.
pub(super) async fn print_from(
    _pool: &sqlx::PgPool,
    _name: &str,
    _scratch: Option<&str>,
    output: Output,
) -> Result<(), Failure> {
    output.say("reports are not here yet")
}
