//! `trace`: why was this partnership broken, and what became of this trainee; from the log and the ledger alone.

mod gather;
mod notices;
mod partnership;
mod trainee;

use clap::Args;
use events_schema::ids::{PartnershipId, TraineeId};
use uuid::Uuid;

use super::{connection::Connection, failure::Failure, output::Output};

/// `training-ledger trace`.
#[derive(Debug, Args)]
#[command(after_help = "For a partnership: who confirmed it, the window, the break and how far from the deadline, \
    refused attempts before and after, support cases, and what came next. Comments and reasons are shown as they were \
    written; names and the like are not.\n\nExamples:\n  \
    training-ledger trace 0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a\n  training-ledger --format json trace 0190b0d2-...")]
pub(super) struct Trace {
    /// The id of a partnership or of a trainee's record.
    id: Uuid,
}

impl Trace {
    /// Prints the history.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        print(&Connection::find()?, self.id, output).await
    }
}

/// Prints the history of a partnership or a trainee's record.
pub(super) async fn print(connection: &Connection, id: Uuid, output: Output) -> Result<(), Failure> {
    let (views, log) = (connection.views().await?, connection.opened_log().await?);
    if let Some(row) = views.partnership(PartnershipId(id)).await? {
        return partnership::print(&log, &row, output).await;
    }
    if let Some(row) = views.trainee(TraineeId(id)).await? {
        return trainee::print(&log, &row, output).await;
    }
    Err(Failure::new(format!("there is neither a partnership nor a trainee {id}; check the id")))
}
