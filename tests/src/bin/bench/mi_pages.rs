//! Pages of management information over 5 cohorts of 20,000 partnerships, as people meet them: whole pages of a running
//! service over HTTP, signed in as support.

use std::time::Instant;

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
    "/mi/measures/notices_by_status",
    "/mi/measures/notices_by_status?by=local_authority",
    "/mi/measures/silent_expiry",
    "/mi/measures/unrecognised_providers",
    "/mi/measures/late_attempts?by=delivery_partner",
    "/mi/measures/trust_clustering/figures.csv?by=trust",
    "/mi/measures/report_rate/explain?by=lead_provider&row=provider-1&figure=reported",
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
        rows.push(asked(&mut visitor, path, effort).await?);
    }
    Ok(rows)
}

async fn asked(visitor: &mut Visitor, path: &str, effort: Effort) -> Result<Row, Failure> {
    let mut times = Vec::new();
    for _ in 0..ASKED * effort.rounds {
        let started = Instant::now();
        let shown = visitor.get(path).await;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        if shown.status != 200 {
            return Err(format!("{path} answered {}", shown.status).into());
        }
    }
    let what = format!("page {path}, p50 {:.0} ms, p99", median(&times));
    let goal = Some(Goal::Under(200.0));
    Ok(Row::alone(what, (p99(&mut times), "ms"), goal))
}
