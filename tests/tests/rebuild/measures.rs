//! The measures of a small history, against numbers worked out by hand from DOMAIN 5.

use std::time::Duration;

use projections::{
    PartnershipState, Subject,
    reports::{Filter, REPORTS, Report},
};

use super::{
    live::Live,
    measured::{Measured, on},
};

/// Rows as they are shown, cells between bars.
async fn shown(live: &Live, name: &str, filter: &Filter) -> Vec<String> {
    let report = Report::named(name).expect("a report");
    let table = report.run(&live.superuser, None, filter).await.unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let joined = |row: &Vec<_>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    table.rows.iter().map(joined).collect()
}

const EXPECTED: &[(&str, &[&str])] = &[
    ("recruitments", &["north | 2025 | 5 | 1 | 1 | 3 | 0 | 0", "south | 2025 | 1 | 0 | 0 | 1 | 0 | 0"]),
    (
        "reports_by_week",
        &["2025-06-02 | 2 | 2 | 2 | 2 | no", "2025-06-09 | 3 | 1 | 5 | 3 | no", "2025-06-30 | 1 | 0 | 6 | 3 | yes"],
    ),
    ("report_rate", &["north | 2025 | 5 | 2 | 40.0 | yes", "south | 2025 | 1 | 1 | 100.0 | no"]),
    (
        "delivery_partners",
        &[
            "hub a | north | 2025 | 3 | 1 | 33.3 | 0 | no",
            "hub b | north | 2025 | 3 | 1 | 33.3 | 1 | yes",
            "hub b | south | 2025 | 1 | 1 | 100.0 | 0 | no",
        ],
    ),
    (
        "reason_mix",
        &[
            "another_provider | 0 | 0.0 | 0.0",
            "not_confirmed | 1 | 33.3 | 16.7",
            "do_not_recognise | 1 | 33.3 | 16.7",
            "no_ects | 0 | 0.0 | 0.0",
            "mistake | 1 | 33.3 | 16.7",
        ],
    ),
    ("time_to_report", &["north | 2025 | 2 | 6.0 | 8.4 | 50.0 | 50.0", "south | 2025 | 1 | 8.0 | 8.0 | 100.0 | 100.0"]),
    ("support_breaks", &["north | 2025 | 5 | 1 | 20.0 | 6.0", "south | 2025 | 1 | 0 | 0.0 | "]),
    ("late_attempts", &["north | 1 | 1 | 20.0 | 3.0 | mistake"]),
    ("duplicate_attempts", &["north | 1 | 5.0 | 1 | 0 | 0 | 0 | 1"]),
    (
        "repeat_recruitment",
        &["north | 2025 | 3 | 2 | 66.7 | 1 | 1 | 4.5 | 50.0", "south | 2025 | 1 | 0 | 0.0 | 0 | 0 |  | "],
    ),
    ("schools_left_free", &["mistake | 2 | 1 | 1 | 0", "do_not_recognise | 3 | 1 | 1 | 0"]),
    (
        "trust_clustering",
        &[
            "T | north | 2025 | 3 | 2 | 66.7 | yes",
            "T | south | 2025 | 1 | 1 | 100.0 | no",
            "(unknown) | north | 2025 | 1 | 0 | 0.0 | no",
        ],
    ),
    ("trust_effect", &["In a trust | 4 | 3 | 75.0 | ", "No trust known | 2 | 0 | 0.0 | "]),
    ("contested_schools", &["south | 1 | 0 | 1"]),
    (
        "trainees_by_state",
        &[
            "trn_received | 2 | 1",
            "recommended_for_award | 1 | 0",
            "awarded | 1 | 0",
            "deferred | 1 | 0",
            "withdrawn | 2 | 0",
        ],
    ),
    ("outcomes_of_start_year", &["2024 to 2025 | 7 | 1 | 1 | 2 | 1 | 2 | 14.3 | 14.3 | 28.6 | 14.3 | 28.6"]),
    ("lateness_of_recommendation", &["A1 | QTS | 2 | 27.0 | 39.8 | 50.0 | 1.5"]),
    ("wait_for_award", &["A1 | QTS | 1 | 2.0 | 2.0 | 1 | 1"]),
    (
        "withdrawals_by_reason",
        &[
            "not_meeting_qts_standards | 1 | 50.0 | 33.3 | 1 | 0",
            "trainee_workload_issues | 1 | 50.0 | 33.3 | 0 | 1",
            "unacceptable_behaviour | 1 | 50.0 | 33.3 | 1 | 0",
        ],
    ),
    ("pre_empting", &["A1 | 2 | 1 | 50.0"]),
    (
        "refusals_by_code",
        &[
            "ConfirmRecruitment | recruited_by_other_provider | a-rule | 1 | 1",
            "ReportPartnershipMistake | already_reported | a-rule | 1 | 1",
            "ReportPartnershipMistake | window_closed | a-rule | 1 | 1",
        ],
    ),
    (
        "overview",
        &[
            "north | 2025 | 5 | 2 | 40.0 | 1 | 1 | 2 | 1 | 1 | 1",
            "south | 2025 | 1 | 1 | 100.0 | 0 | 0 | 0 | 1 | 0 | 0",
        ],
    ),
];

async fn measured() -> (Live, projections::Runner) {
    let live = Live::new().await;
    let runner = live.run();
    Measured::write(&live.store).await;
    live.caught_up().await;
    (live, runner)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measure_of_the_small_history_is_what_paper_says() {
    let (live, runner) = measured().await;
    let now = on(7, 10);
    for (name, expected) in EXPECTED {
        assert_eq!(shown(&live, name, &Filter::everything(now)).await, *expected, "{name}");
    }
    for report in REPORTS {
        let everything = Filter::everything(now);
        let table = report.run(&live.superuser, None, &everything).await;
        let table = table.unwrap_or_else(|fault| panic!("{}: {fault}", report.name));
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", report.name);
    }
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_counts_only_what_is_in_it() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    let hub_b = Filter { delivery_partner: Some(super::writer::slug("hub-b")), ..everything.clone() };
    let rates = ["north | 2025 | 3 | 1 | 33.3 | yes", "south | 2025 | 1 | 1 | 100.0 | no"];
    assert_eq!(shown(&live, "report_rate", &hub_b).await, rates);
    let south = Filter { lead_provider: Some(super::writer::slug("south")), ..everything.clone() };
    assert_eq!(shown(&live, "report_rate", &south).await, rates[1..]);
    let june_second = Filter { from: Some(on(6, 9).date_naive()), to: Some(on(6, 30).date_naive()), ..everything };
    let rates = ["north | 2025 | 2 | 0 | 0.0 | no", "south | 2025 | 1 | 1 | 100.0 | no"];
    assert_eq!(shown(&live, "report_rate", &june_second).await, rates);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_that_cannot_hold_anything_is_refused() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    let refused = async |filter| {
        let report = Report::named("report_rate").expect("a report");
        report.run(&live.superuser, None, &filter).await.expect_err("refused").to_string()
    };
    let nobody = Filter { lead_provider: Some(super::writer::slug("nobody")), ..everything.clone() };
    assert_eq!(refused(nobody).await, "there is no lead provider nobody; check its id");
    let nowhere = Filter { delivery_partner: Some(super::writer::slug("nowhere")), ..everything.clone() };
    assert_eq!(refused(nowhere).await, "there is no delivery partner nowhere; check its id");
    let (from, to) = (Some(on(6, 30).date_naive()), Some(on(6, 9).date_naive()));
    assert!(refused(Filter { from, to, ..everything }).await.starts_with("2025-06-30 comes after 2025-06-09"));
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trail_of_a_partnership_tells_why_it_was_broken_and_what_came_next() {
    let (live, runner) = measured().await;
    let cohort = events_schema::ids::Cohort::starting(2025).expect("a year");
    let found = live.views.school_partnership(&super::writer::slug("1001"), cohort).await.expect("read");
    let found = found.expect("the school was recruited");
    assert_eq!((found.latest.sequence, found.earlier.len()), (2, 1));
    let broken = &found.earlier[0];
    assert_eq!(broken.state(on(7, 10)), PartnershipState::Broken);
    assert_eq!(
        broken.why(on(7, 10)),
        "the school reported a mistake: the school has not agreed to work with any provider"
    );
    assert_eq!(live.views.partnership(broken.partnership_id).await.expect("read").as_ref(), Some(broken));
    let trail = live.views.audit(&Subject::Partnership(broken.partnership_id)).await.expect("a trail");
    let names: Vec<_> = trail.iter().map(|entry| entry.name.as_str()).collect();
    let expected = [
        "RecruitmentConfirmed",
        "PartnershipMistakeReported",
        "ReportPartnershipMistake",
        "RecruitmentConfirmed",
        "PartnershipMistakeReported",
    ];
    assert_eq!(names, expected);
    let refused = &trail[2];
    assert_eq!(refused.code.as_deref(), Some("already_reported"));
    let sentence = "School 1001 was refused to report partnership mistake: It was refused";
    assert_eq!(refused.sentence, sentence);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_hold_no_personal_data() {
    let (live, runner) = measured().await;
    let text_columns = "select format('%I.%I', table_schema, table_name), column_name
        from information_schema.columns where table_schema like 'view\\_%' and data_type in ('text', 'jsonb')";
    let columns: Vec<(String, String)> =
        sqlx::query_as(text_columns).fetch_all(&live.superuser).await.expect("columns");
    for (table, column) in columns {
        let personal = format!("select count(*) from {table} where {column}::text ~ '(Fiction|Finn|1234567|a slip)'");
        let found: i64 = sqlx::query_scalar(&personal).fetch_one(&live.superuser).await.expect("searched");
        assert_eq!(found, 0, "{table}.{column} holds personal data");
    }
    tokio::time::timeout(Duration::from_secs(30), runner.stop()).await.expect("the runner stops");
}
