//! `migrate`: brings the database's tables up to this release: the log first, then the views.

use clap::Args;

use super::{connection::Connection, failure::Failure, output::Output};
use crate::tables;

/// `training-ledger migrate`.
#[derive(Debug, Args)]
#[command(after_help = "DATABASE_URL must name an owner of the database. Running it again changes nothing.")]
pub(super) struct Migrate {}

impl Migrate {
    /// Creates what is missing.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        migrate(&Connection::find()?).await?;
        output.say("The log and the views are up to date with this release.")
    }
}

/// Creates what is missing.
pub(super) async fn migrate(connection: &Connection) -> Result<(), Failure> {
    let pool = connection.owner().await?;
    event_store::migrate(&pool).await?;
    projections::migrate(&pool).await?;
    tables::migrate(&pool).await?;
    pool.close().await;
    Ok(())
}
