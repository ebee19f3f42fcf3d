//! The history as Parquet: read by binary COPY, written on another thread, with every file on the disk at the end.

use std::{ops::ControlFlow, time::Instant};

use gateway::export::{Encoding, Request, export};

use crate::{
    Failure,
    ledger::Ledger,
    rounds::{Effort, median, per_second},
    table::{Goal, Row, note},
};

/// Exports the log once a round, into a new folder each.
pub(crate) async fn measure(ledger: &Ledger, effort: Effort) -> Result<Vec<Row>, Failure> {
    let mut rates = Vec::new();
    let mut bytes = None;
    for round in 1..=effort.rounds {
        note(&format!("export to Parquet, round {round} of {}", effort.rounds));
        let folder = tempfile::tempdir()?;
        let request = Request::everything(Encoding::Parquet);
        let watch = Box::new(|_| ControlFlow::Continue(()));
        let started = Instant::now();
        let manifest = export(ledger.store.log(), &request, folder.path(), watch).await?;
        rates.push(per_second(manifest.events, started.elapsed()));
        let digest = manifest.digest();
        if bytes.replace(digest.clone()).is_some_and(|before| before != digest) {
            return Err("the same export gave other bytes".into());
        }
    }
    let goal = Some(Goal::AtLeast(200_000.0));
    Ok(vec![Row::alone("export to Parquet".to_owned(), (median(&rates), "events/s"), goal)])
}
