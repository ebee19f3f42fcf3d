//! Pages of management information over 5 cohorts of 20,000 partnerships, as people meet them: whole pages of a running
//! service over HTTP, signed in as support.

use std::time::Instant;

use projections::reports::{Dimension, MEASURES, Measure};
use tests::{people, visitor::Visitor, world::World};

use crate::{
    Failure,
    cluster::Cluster,
    measures::{self, p99},
    rounds::{Effort, median},
    table::{Goal, Row, note},
};

/// Times that each page is asked for in a round.
const ASKED: usize = 50;
/// The same for each of the pages of a measure by one dimension: they are some hundreds.
const ASKED_BY: usize = 10;
/// Connections of the service, as it has them unless told otherwise.
const CONNECTIONS: u32 = 16;

const PAGES: &[&str] = &[
    "/mi/measures/report_rate",
    "/mi/measures/reports",
    "/mi/measures/reason_mix",
    "/mi/measures/time_to_report?cohort=2025",
    "/mi/measures/recruitments?by=delivery_partner&order=largest",
    "/mi/measures/report_rate?by=local_authority",
    "/mi/measures/report_rate?by=trust",
    "/mi/measures/report_rate?by=week",
    "/mi/measures/trust_clustering",
    "/mi/measures/trust_clustering?by=trust,lead_provider",
    "/mi/measures/trust_clustering?by=delivery_partner,lead_provider",
    "/mi/measures/notices_by_status",
    "/mi/measures/notices_by_status?by=local_authority",
    "/mi/measures/notices_by_status?by=delivery_partner,status",
    "/mi/measures/silent_expiry",
    "/mi/measures/unrecognised_providers",
    "/mi/measures/late_attempts?by=delivery_partner",
    "/mi/measures/trust_clustering/figures.csv?by=trust",
    "/mi/measures/report_rate/explain?by=lead_provider&row=provider-1&figure=reported",
    "/mi/measures/report_rate/explain?by=none&figure=per_100",
    "/mi/measures/trust_clustering/explain?by=none&figure=per_100",
    "/mi/measures/time_to_report/explain?by=none&figure=median_days",
    "/mi/measures/report_rate/compare?as_of=2025-07-01&with=2025-07-08",
    "/mi/lead-providers/provider-1",
    "/mi/delivery-partners/hub-1?cohort=2025",
    "/mi/trusts",
    "/mi/signals",
];

/// Fills the tables and asks for every page in turn.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    note("pages of management information over 100,000 partnerships");
    let database = cluster.database().await?;
    measures::fill(&database.url).await?;
    cluster.settle(&database.name).await?;
    let world =
        World::start_in(database, |config| config.database_connections = CONNECTIONS).await.with_reference().await;
    world.seen().await;
    let mut visitor = Visitor::signed_in(&world, &people::support()).await;
    let mut rows = Vec::new();
    for path in PAGES {
        let mut times = asked(&mut visitor, path, ASKED * effort.rounds).await?;
        rows.push(row(&format!("page {path}"), &mut times));
    }
    for measure in MEASURES.iter().filter(|measure| !is_of_trainees(measure)) {
        rows.push(slowest(&mut visitor, measure, effort).await?);
    }
    Ok(rows)
}

/// Asks a service that has trainees for the page of a training provider, and for the measures on trainees.
pub(crate) async fn of_trainees(visitor: &mut Visitor, effort: Effort) -> Result<Vec<Row>, Failure> {
    let path = "/mi/training-providers/1BIG";
    let mut rows = vec![row(&format!("page {path}"), &mut asked(visitor, path, ASKED * effort.rounds).await?)];
    for measure in MEASURES.iter().filter(|measure| is_of_trainees(measure)) {
        rows.push(slowest(visitor, measure, effort).await?);
    }
    Ok(rows)
}

fn is_of_trainees(measure: &Measure) -> bool {
    measure.dimensions.contains(&Dimension::TrainingProvider)
}

/// The slowest of the pages of a measure, of which there is one by each of its dimensions.
async fn slowest(visitor: &mut Visitor, measure: &Measure, effort: Effort) -> Result<Row, Failure> {
    let mut slowest = (0.0, String::new(), Vec::new());
    for dimension in measure.dimensions {
        let path = format!("/mi/measures/{}?by={}", measure.name, dimension.name());
        let mut times = asked(visitor, &path, ASKED_BY * effort.rounds).await?;
        let worst = p99(&mut times);
        if worst > slowest.0 {
            slowest = (worst, path, times);
        }
    }
    let (_, path, mut times) = slowest;
    Ok(row(&format!("slowest by one of {} dimensions: {path}", measure.dimensions.len()), &mut times))
}

fn row(page: &str, times: &mut [f64]) -> Row {
    let what = format!("{page}, p50 {:.0} ms, p99", median(times));
    Row::alone(what, (p99(times), "ms"), Some(Goal::Under(200.0)))
}

/// Milliseconds of each answer.
async fn asked(visitor: &mut Visitor, path: &str, times_asked: usize) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for _ in 0..times_asked {
        let started = Instant::now();
        let shown = visitor.get(path).await;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        if shown.status != 200 {
            return Err(format!("{path} answered {}", shown.status).into());
        }
    }
    Ok(times)
}
