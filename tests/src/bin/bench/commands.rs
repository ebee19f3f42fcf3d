//! Goal 1: commands a second, this store against postgres-es's best figure at any number of callers.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Failure,
    cluster::Cluster,
    contender::Contender,
    rounds::{Effort, median, rate},
    table::{Goal, Row, note},
};

const CALLERS: [usize; 5] = [1, 16, 64, 256, 1_024];

/// At 64 callers for now, at 256 and 1,024 for good.
const GOALS: [(usize, f64); 3] = [(64, 5.0), (256, 8.0), (1_024, 12.0)];

/// Callers at which a contender is made warm before anything counts.
const WARM: usize = 16;

/// The figures of each contender, by number of callers.
type Figures = BTreeMap<(&'static str, usize), Vec<f64>>;

/// Every contender at every number of callers.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    let ours: Arc<dyn Contender> = Arc::new(cluster.ledger("commands_ledger").await?);
    let peer: Arc<dyn Contender> = Arc::new(cluster.postgres_es("commands_postgres_es").await?);
    let one_row: Arc<dyn Contender> = Arc::new(cluster.one_row("commands_one_row").await?);
    let many_rows: Arc<dyn Contender> = Arc::new(cluster.many_rows("commands_many_rows").await?);
    for contender in [&ours, &peer, &one_row, &many_rows] {
        rate(contender, if contender.name() == many_rows.name() { 1 } else { WARM }, effort.length).await?;
    }
    for database in ["commands_ledger", "commands_postgres_es", "commands_one_row", "commands_many_rows"] {
        cluster.settle(database).await?;
    }
    let mut figures = Figures::new();
    for round in 1..=effort.rounds {
        for callers in CALLERS {
            note(&format!("commands, round {round} of {}, {callers} callers", effort.rounds));
            for contender in [&ours, &peer, &one_row] {
                let figure = rate(contender, callers, effort.length).await?;
                figures.entry((contender.name(), callers)).or_default().push(figure);
            }
        }
        figures.entry((many_rows.name(), 1)).or_default().push(rate(&many_rows, 1, effort.length).await?);
    }
    Ok(rows(&figures, [ours.name(), peer.name(), one_row.name(), many_rows.name()]))
}

fn rows(figures: &Figures, [ours, peer, one_row, many_rows]: [&'static str; 4]) -> Vec<Row> {
    let at = |name, callers| figures.get(&(name, callers)).map_or(f64::NAN, |figures| median(figures));
    let best = CALLERS.map(|callers| at(peer, callers)).into_iter().fold(f64::NAN, f64::max);
    let row = |callers: usize, peer: String, peers: f64, goal| Row {
        what: format!("commands, {callers} callers"),
        unit: "commands/s",
        ours: at(ours, callers),
        peer,
        peers: Some(peers),
        goal,
    };
    let goal = |callers| GOALS.iter().find(|(at, _)| *at == callers).map(|(_, times)| Goal::TimesAtLeast(*times));
    let against_best = CALLERS.map(|callers| row(callers, format!("{peer}, its best"), best, goal(callers)));
    let side_by_side = CALLERS.map(|callers| row(callers, format!("{peer}, {callers}"), at(peer, callers), None));
    let single = CALLERS.map(|callers| row(callers, format!("{one_row}, {callers}"), at(one_row, callers), None));
    let floor = row(1_024, format!("{many_rows}, rows/s"), at(many_rows, 1), None);
    against_best.into_iter().chain(side_by_side).chain(single).chain([floor]).collect()
}
