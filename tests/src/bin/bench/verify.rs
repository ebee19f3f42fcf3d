//! Goal 10: recomputing every hash of the log, the order, the streams and the tree.

use std::time::Instant;

use event_store::Verdict;

use crate::{
    Failure,
    ledger::Ledger,
    rounds::{Effort, median, per_second},
    table::{Goal, Row, note},
};

/// Verifies the log once a round.
pub(crate) async fn measure(ledger: &Ledger, effort: Effort) -> Result<Vec<Row>, Failure> {
    let mut rates = Vec::new();
    for round in 1..=effort.rounds {
        note(&format!("verify, round {round} of {}", effort.rounds));
        let started = Instant::now();
        match ledger.store.log().verify(|_| ()).await? {
            Verdict::Holds { size, .. } => rates.push(per_second(size.unsigned_abs(), started.elapsed())),
            Verdict::Wrong { position, found, .. } => return Err(format!("position {position}: {found}").into()),
        }
    }
    let goal = Some(Goal::AtLeast(300_000.0));
    Ok(vec![Row::alone("verify, every hash anew".to_owned(), (median(&rates), "events/s"), goal)])
}
