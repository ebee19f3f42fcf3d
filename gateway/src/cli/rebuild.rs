//! `rebuild`: makes views anew from the log beside the live ones, compares, and switches.

use clap::Args;
use event_store::{Log, Role};
use serde_json::json;

use super::{
    connection::Connection,
    failure::{Failure, NOT_PROVED},
    output::{Output, Table},
    progress::LogProgress,
};

/// `training-ledger rebuild`.
#[derive(Debug, Args)]
#[command(after_help = "Readers find the old rows until the new ones take their place. The table says how many rows \
    differed from the live ones; nothing means that the two could not be compared.\n\nExit status: 0 rebuilt equals \
    live, 4 some rows differed.")]
pub(super) struct Rebuild {
    /// The view, or `all`.
    view: String,
}

impl Rebuild {
    /// Rebuilds and prints how the new tables compare with the old ones.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let pool = Connection::find()?.pool(Role::Projector).await?;
        let log = Log::new(pool.clone(), None);
        let name = (self.view != "all").then_some(self.view.as_str());
        let mut progress = LogProgress::start("Rebuilding", log.head().await?.position);
        let rebuilt = projections::rebuild(&pool, &log, name, &mut |now| progress.reached(now.done)).await?;
        progress.finish();
        let mut table = Table::new(&["view", "table", "rows", "differing", "position"]);
        for view in &rebuilt.views {
            for it in &view.tables {
                let at = view.checkpoint.position;
                table.push([json!(view.view), json!(it.table), json!(it.rows), json!(it.differing), json!(at)]);
            }
        }
        output.table(&table)?;
        let differs = rebuilt.views.iter().flat_map(|view| &view.tables).any(|table| table.differing.unwrap_or(0) > 0);
        if differs { Err(Failure::silent(NOT_PROVED)) } else { Ok(()) }
    }
}
