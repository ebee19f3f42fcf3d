//! Projections of one's own, as the how-to shows them: in Rust, in SQL, and outside the service over an export. Each
//! equals a plain count of the events, also when it goes on later.

#[expect(unreachable_pub, reason = "the example stands in a program of its own")]
#[path = "../../../projections/examples/schools_by_lead_provider/projection.rs"]
pub mod schools;

use std::collections::BTreeMap;

use event_store::Log;
use events_schema::events::{
    Event,
    school_partnership::SchoolPartnershipEvent::{PartnershipMistakeReported, RecruitmentConfirmed},
};
use projections::keep_own;
use sqlx::Executor;

use super::{history::History, live::Live};

const SQL: &str = include_str!("../../../docs/how-to/projections/reasons_by_week.sql");

async fn events(log: &Log) -> Vec<Event> {
    let page = log.page(0, i64::MAX).await.expect("the log can be read");
    page.into_iter().map(|recorded| recorded.event).collect()
}

/// Recruitments by school and cohort, counted by hand.
async fn recruitments(log: &Log) -> BTreeMap<(String, i16), i32> {
    let mut counted = BTreeMap::new();
    for event in events(log).await {
        if let Event::SchoolPartnership(RecruitmentConfirmed(event)) = event {
            let cohort = i16::try_from(event.cohort.year()).expect("a year");
            *counted.entry((event.school_urn.to_string(), cohort)).or_default() += 1;
        }
    }
    counted
}

#[tokio::test]
async fn one_in_rust_goes_on_where_it_stopped() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 81).await;
    for steps in [60, 90] {
        history.play(steps).await;
        let at = keep_own(&live.projector, &live.log, &schools::VIEW).await.expect("kept");
        assert_eq!(at.position, live.log.head().await.expect("a head").position);
        let rows = "select school_urn, cohort, recruitments from own_schools_by_lead_provider.schools";
        let rows: Vec<(String, i16, i32)> = sqlx::query_as(rows).fetch_all(&live.projector).await.expect("rows");
        let rows: BTreeMap<_, _> = rows.into_iter().map(|(urn, cohort, count)| ((urn, cohort), count)).collect();
        assert!(!rows.is_empty());
        assert_eq!(rows, recruitments(&live.log).await);
    }
}

#[tokio::test]
async fn one_in_sql_goes_on_where_it_stopped() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 82).await;
    for steps in [80, 1, 120] {
        history.play(steps).await;
        live.superuser.execute(SQL).await.expect("the script of the how-to runs");
        let counted = "select reason, sum(reports)::bigint from own.reasons_by_week group by 1";
        let counted: Vec<(String, i64)> = sqlx::query_as(counted).fetch_all(&live.superuser).await.expect("rows");
        let mut expected: BTreeMap<String, i64> = BTreeMap::new();
        for event in events(&live.log).await {
            if let Event::SchoolPartnership(PartnershipMistakeReported(event)) = event {
                *expected.entry(event.reason.code().to_owned()).or_default() += 1;
            }
        }
        assert_eq!(counted.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }
}
