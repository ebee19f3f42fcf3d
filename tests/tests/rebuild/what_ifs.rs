//! The small history under other reporting windows, against counts worked out by hand.

use std::collections::{BTreeMap, BTreeSet};

use events_schema::ids::Cohort;
use gateway::what_if::{SecondTerm, policy};
use projections::{
    reports::Filter,
    what_if::{Becomes, WhatIf, not_of_acts, what_if},
};

use super::{live::Live, measured::on, measures::measured};

async fn under(live: &Live, days: u16) -> WhatIf {
    of_slice(live, days, Filter::everything(on(7, 10))).await
}

async fn of_slice(live: &Live, days: u16, filter: Filter) -> WhatIf {
    let other = policy(days, SecondTerm::Off, None);
    what_if(&live.superuser, (&filter, &other), &mut |_| ()).await.expect("worked out")
}

fn acts(found: &WhatIf) -> Vec<(String, Becomes)> {
    found.changes.iter().map(|change| (change.school_urn.to_string(), change.becomes)).collect()
}

/// Figures of a measure that change: as they were, as they would be.
fn changed(found: &WhatIf, measure: &str) -> BTreeMap<String, (String, String)> {
    let own = found.differences.iter().filter(|it| it.measure.name == measure);
    own.map(|it| (it.figure.0.clone(), (it.was.to_string(), it.would_be.to_string()))).collect()
}

fn from_to(was: &str, would_be: &str) -> (String, String) {
    (was.to_owned(), would_be.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_seven_days_the_reports_of_days_eight_and_nine_come_too_late() {
    let (live, runner) = measured().await;
    let found = under(&live, 7).await;
    // 1002: round from 10 June, reported on the 19th. 1001 with South: 12 June, reported on the 20th.
    assert_eq!(found.partnerships, 6);
    let expected = [("1002".to_owned(), Becomes::ReportTooLate), ("1001".to_owned(), Becomes::ReportTooLate)];
    assert_eq!(acts(&found), expected);
    let rate = changed(&found, "report_rate");
    assert_eq!((&rate["reported"], &rate["per_100"]), (&from_to("3", "1"), &from_to("50.0", "16.7")));
    assert_eq!(changed(&found, "late_attempts")["late_attempts"], from_to("1", "3"));
    // Broken are 1001 and 1004 then, both recruited again, as they were.
    assert_eq!(changed(&found, "repeat_recruitment")["broken"], from_to("4", "2"));
    assert_eq!(changed(&found, "time_to_report")["after_day_7"], from_to("2", "0"));
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_twenty_one_days_the_late_report_counts() {
    let (live, runner) = measured().await;
    let found = under(&live, 21).await;
    // 1003: recruited on 9 June, refused on the 26th. The change of partner of 1002 moves nothing.
    assert_eq!(acts(&found), [("1003".to_owned(), Becomes::LateReportCounts)]);
    assert_eq!(changed(&found, "report_rate")["reported"], from_to("3", "4"));
    assert_eq!(changed(&found, "late_attempts")["late_attempts"], from_to("1", "0"));
    assert_eq!(changed(&found, "contested_schools"), BTreeMap::new(), "what followed stays");
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_the_policy_of_then_nothing_differs_and_nothing_is_left_behind() {
    let (live, runner) = measured().await;
    let found = under(&live, 14).await;
    assert!(found.changes.is_empty() && found.differences.is_empty(), "{:?} {:?}", found.changes, found.differences);
    let left: i64 = sqlx::query_scalar("select count(*) from pg_namespace where nspname like 'as_of_what_if%'")
        .fetch_one(&live.superuser)
        .await
        .expect("counted");
    assert_eq!(left, 0);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_and_partnerships_are_those_of_the_slice_and_told_by_kind() {
    let (live, runner) = measured().await;
    let all = || Filter::everything(on(7, 10));
    let whole = under(&live, 7).await;
    assert_eq!((whole.partnerships, whole.changed_partnerships()), (6, 2));
    assert_eq!(whole.by_kind(), BTreeMap::from([(Becomes::ReportTooLate, 2)]));
    assert_eq!(Becomes::ReportTooLate.command(), "ReportPartnershipMistake");
    let cohort = |year| Filter { cohort: Cohort::starting(year), ..all() };
    assert_eq!(of_slice(&live, 7, cohort(2025)).await.partnerships, 6);
    let none = of_slice(&live, 7, cohort(2024)).await;
    assert_eq!((none.partnerships, none.changes), (0, vec![]));
    let mut of_providers = 0;
    for id in whole.changes.iter().map(|change| change.lead_provider_id.clone()).collect::<BTreeSet<_>>() {
        let found = of_slice(&live, 7, Filter { lead_provider: Some(id), ..all() }).await;
        assert!(found.partnerships >= found.changed_partnerships() && found.partnerships < 6, "{found:?}");
        of_providers += found.changes.len();
    }
    assert_eq!(of_providers, 2);
    let by_trust = Filter { trust: Some("unknown".to_owned()), from: Some(on(6, 1).date_naive()), ..cohort(2025) };
    assert_eq!(not_of_acts(&by_trust), ["trust", "from"]);
    runner.stop().await;
}
