//! Pages of management information over 5 cohorts of 20,000 partnerships: what each asks of the views, as it asks it, from
//! the first question to the last row.

use std::time::Instant;

use event_store::{Role, connect_as};
use projections::{
    Views,
    reports::{CellOf, Dimension, Filter, Measure, PROFILE},
};

use crate::{
    Failure,
    cluster::Cluster,
    measures::{self, p99},
    rounds::{Effort, median},
    table::{Goal, Row, note},
};

/// Times that each page is asked for in a round.
const ASKED: usize = 50;

/// A page.
#[derive(Debug, Clone, Copy)]
enum Page {
    Measure,
    Reasons,
    LeadProvider,
    DeliveryPartner,
    Trusts,
    Explain,
    Compare,
}

const PAGES: [(Page, &str); 7] = [
    (Page::Measure, "report rate by lead provider and cohort"),
    (Page::Reasons, "reason mix"),
    (Page::LeadProvider, "a lead provider beside all"),
    (Page::DeliveryPartner, "a delivery partner beside all"),
    (Page::Trusts, "trusts"),
    (Page::Explain, "explain the reports of a lead provider"),
    (Page::Compare, "compare reports of a cohort with a week before"),
];

/// Fills the tables and asks for every page in turn.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    note("pages of management information over 100,000 partnerships");
    let ledger = cluster.ledger("mi_pages").await?;
    measures::fill(&ledger.url).await?;
    cluster.settle("mi_pages").await?;
    let views = Views::new(connect_as(&ledger.url, 4, Role::Reader).await?);
    let mut rows = Vec::new();
    for (page, name) in PAGES {
        let mut times = Vec::new();
        for _ in 0..ASKED * effort.rounds {
            let started = Instant::now();
            page.ask(&views).await?;
            times.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
        let what = format!("page: {name}, p50 {:.0} ms, p99", median(&times));
        let goal = Some(Goal::Under(200.0));
        rows.push(Row { what, unit: "ms", ours: p99(&mut times), peer: String::new(), peers: None, goal });
    }
    ledger.store.close().await;
    Ok(rows)
}

impl Page {
    async fn ask(self, views: &Views) -> Result<(), Failure> {
        let every = Filter::everything("2026-06-30T12:00:00Z".parse()?);
        let of_cohort = Filter { cohort: Some("2025".parse()?), ..every.clone() };
        let choices = views.measure_choices(Dimension::OF_RECRUITMENT);
        let rate = Measure::named("report_rate")?;
        let again = Measure::named("repeat_recruitment")?;
        match self {
            Self::Measure => {
                tokio::try_join!(choices, views.measure(rate, (&every, rate.usual)))?;
            }
            Self::Reasons => {
                let reasons = Measure::named("reason_mix")?;
                tokio::try_join!(choices, views.measure(reasons, (&every, reasons.usual)))?;
            }
            Self::LeadProvider => {
                let by = &[Dimension::LeadProvider];
                tokio::try_join!(choices, views.measure(&PROFILE, (&every, by)), views.measure(again, (&every, by)))?;
            }
            Self::DeliveryPartner => {
                let by = &[Dimension::DeliveryPartner];
                tokio::try_join!(choices, views.measure(&PROFILE, (&every, by)), views.measure(again, (&every, by)))?;
            }
            Self::Trusts => {
                let trusts = Measure::named("trust_clustering")?;
                tokio::try_join!(choices, views.measure(trusts, (&every, &[Dimension::Trust])))?;
            }
            Self::Explain => explain(views, rate, &every).await?,
            Self::Compare => compare(views, rate, &of_cohort).await?,
        }
        Ok(())
    }
}

async fn explain(views: &Views, rate: &'static Measure, filter: &Filter) -> Result<(), Failure> {
    let cell = CellOf { figure: "reported".to_owned(), keys: vec!["provider-1".to_owned()] };
    let listing = views.explain_part(rate, (filter, &[Dimension::LeadProvider], &cell), (0, 50)).await?;
    let partnerships: Vec<_> = listing.part.iter().filter_map(|each| each.partnership_id).collect();
    views.cohorts_of(&partnerships).await?;
    Ok(())
}

async fn compare(views: &Views, rate: &'static Measure, filter: &Filter) -> Result<(), Failure> {
    let earlier = Filter { as_of: "2025-07-01T12:00:00Z".parse()?, ..filter.clone() };
    let later = Filter { as_of: "2025-07-08T12:00:00Z".parse()?, ..filter.clone() };
    tokio::try_join!(
        views.measure(rate, (&earlier, rate.usual)),
        views.measure(rate, (&later, rate.usual)),
        views.changes(rate, (&earlier, later.as_of, "per_100"), (0, 50)),
    )?;
    Ok(())
}
