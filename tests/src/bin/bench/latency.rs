//! Goal 4: how long one command takes when nobody else asks, against one begin, insert and commit.

use std::{sync::Arc, time::Instant};

use crate::{
    Failure,
    cluster::Cluster,
    contender::Contender,
    rounds::{Effort, median},
    table::{Goal, Row, note},
};

/// Commands in a row before the other's turn.
const TURN: usize = 100;
/// Turns of each in a round.
const TURNS: usize = 10;

/// Turn by turn, so that a disturbance of the machine meets all alike.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    note("latency of one caller");
    let ours: Arc<dyn Contender> = Arc::new(cluster.ledger("latency_ledger").await?);
    let one_row: Arc<dyn Contender> = Arc::new(cluster.one_row("latency_one_row").await?);
    let peer: Arc<dyn Contender> = Arc::new(cluster.postgres_es("latency_postgres_es").await?);
    let contenders = [&ours, &one_row, &peer];
    let mut times = [const { Vec::new() }; 3];
    for turn in 0..=TURNS * effort.rounds {
        for (contender, times) in contenders.iter().zip(&mut times) {
            let taken = take_turn(contender).await?;
            // The first turn only warms up.
            times.extend(taken.into_iter().filter(|_| turn > 0));
        }
    }
    let [ours, one_row, peer] = times.map(|times| median(&times));
    let row = |beside: &str, peers, goal| Row {
        what: "one command, one caller, p50".to_owned(),
        unit: "ms",
        ours,
        peer: beside.to_owned(),
        peers: Some(peers),
        goal,
    };
    Ok(vec![row("one row, begin and commit", one_row, Some(Goal::TimesAtMost(1.3))), row("postgres-es", peer, None)])
}

/// Milliseconds of each command.
async fn take_turn(contender: &Arc<dyn Contender>) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::with_capacity(TURN);
    for _ in 0..TURN {
        let started = Instant::now();
        contender.command().await?;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(times)
}
