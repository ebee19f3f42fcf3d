//! The measures of a small history, against numbers worked out by hand from DOMAIN 5.

use std::time::Duration;

use events_schema::codes::MistakeReason;
use projections::{
    PartnershipState, Subject as AuditSubject,
    reports::{
        Asked, Cell, CellOf,
        Dimension::{
            self, AgeWeeks, Channel, Code, Cohort, Contact, DeliveryPartner, LeadProvider, Occasion, Outcome, Reason,
            Subject, Trust, Week,
        },
        Filter, MEASURES, Measure, REPORTS, Table,
    },
};

use super::{
    history::History,
    live::Live,
    measured::{Measured, on},
    row_alone::counted_alone,
    told::Tellings,
};

/// Rows as they are shown, cells between bars; the whole slice last.
pub(crate) async fn split(live: &Live, name: &str, (filter, by): (&Filter, &[Dimension])) -> Vec<String> {
    let measure = Measure::named(name).expect("a measure");
    let table = measure.run(&live.superuser, None, (filter, by)).await;
    lines(&table.unwrap_or_else(|fault| panic!("{name}: {fault}")))
}

/// Rows of a standing report.
async fn shown(live: &Live, name: &str, filter: &Filter) -> Vec<String> {
    let Asked::Report(report) = Asked::named(name).expect("a report") else { panic!("{name} is a measure") };
    lines(&report.run(&live.superuser, None, filter).await.unwrap_or_else(|fault| panic!("{name}: {fault}")))
}

fn lines(table: &Table) -> Vec<String> {
    let joined = |row: &Vec<Cell>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    table.rows.iter().chain(&table.total).map(joined).collect()
}

const MEASURED: &[(&str, &[Dimension], &[&str])] = &[
    (
        "recruitments",
        &[LeadProvider, Channel],
        &[
            "north | north | csv | 1",
            "north | north | api | 1",
            "north | north | nats | 3",
            "south | south | nats | 1",
            "total |  |  | 6",
        ],
    ),
    (
        "reports",
        &[Week],
        &[
            "2025-06-02 | 2 | 2 | 2 | 2 | no",
            "2025-06-09 | 3 | 1 | 5 | 3 | no",
            "2025-06-30 | 1 | 0 | 6 | 3 | yes",
            "total | 6 | 3 | 6 | 3 | yes",
        ],
    ),
    (
        "report_rate",
        &[LeadProvider, Cohort],
        &[
            "north | north | 2025 | 5 | 2 | 40.0 | yes",
            "south | south | 2025 | 1 | 1 | 100.0 | no",
            "total |  |  | 6 | 3 | 50.0 | yes",
        ],
    ),
    (
        "report_rate",
        &[DeliveryPartner, LeadProvider],
        &[
            "hub-a | hub a | north | north | 3 | 1 | 33.3 | no",
            "hub-b | hub b | north | north | 3 | 1 | 33.3 | yes",
            "hub-b | hub b | south | south | 1 | 1 | 100.0 | no",
            "total |  |  |  | 6 | 3 | 50.0 | yes",
        ],
    ),
    (
        "reason_mix",
        &[Reason],
        &[
            "another_provider | 6 | 3 | 0 | 0.0 | 0.0 | yes",
            "not_confirmed | 6 | 3 | 1 | 33.3 | 16.7 | yes",
            "do_not_recognise | 6 | 3 | 1 | 33.3 | 16.7 | yes",
            "no_ects | 6 | 3 | 0 | 0.0 | 0.0 | yes",
            "mistake | 6 | 3 | 1 | 33.3 | 16.7 | yes",
            "total | 6 | 3 | 3 | 100.0 | 50.0 | yes",
        ],
    ),
    (
        "reason_mix",
        &[LeadProvider, Reason],
        &[
            "north | north | not_confirmed | 5 | 2 | 1 | 50.0 | 20.0 | yes",
            "north | north | do_not_recognise | 5 | 2 | 1 | 50.0 | 20.0 | yes",
            "north | north | mistake | 5 | 2 | 0 | 0.0 | 0.0 | yes",
            "south | south | mistake | 1 | 1 | 1 | 100.0 | 100.0 | no",
            "total |  |  | 6 | 3 | 3 | 100.0 | 50.0 | yes",
        ],
    ),
    (
        "time_to_report",
        &[LeadProvider],
        &[
            "north | north | 2 | 2 | 100.0 | 6.0 | 8.4 | 1 | 50.0 | 0 | 0.0 | yes",
            "south | south | 1 | 1 | 100.0 | 8.0 | 8.0 | 1 | 100.0 | 0 | 0.0 | no",
            "total |  | 3 | 3 | 100.0 | 8.0 | 8.8 | 2 | 66.7 | 0 | 0.0 | yes",
        ],
    ),
    (
        "support_breaks",
        &[LeadProvider],
        &[
            "north | north | 5 | 1 | 20.0 | 6.0 | 6 | 1",
            "south | south | 1 | 0 | 0.0 |  |  | 0",
            "total |  | 6 | 1 | 16.7 | 6.0 | 6 | 1",
        ],
    ),
    (
        "late_attempts",
        &[LeadProvider],
        &[
            "north | north | 5 | 1 | 20.0 | 1 | 20.0 | 3.0 | 3 | 1 | yes",
            "south | south | 1 | 0 | 0.0 | 0 | 0.0 |  |  | 0 | no",
            "total |  | 6 | 1 | 16.7 | 1 | 16.7 | 3.0 | 3 | 1 | yes",
        ],
    ),
    (
        "duplicate_attempts",
        &[LeadProvider],
        &["north | north | 1 | 1 | 5.0 | 1 | 0 | 0 | 0 | 1", "total |  | 1 | 1 | 5.0 | 1 | 0 | 0 | 0 | 1"],
    ),
    (
        "repeat_recruitment",
        &[LeadProvider],
        &[
            "north | north | 3 | 2 | 66.7 | 1 | 33.3 | 1 | 33.3 | 4.5 | 1 | 50.0",
            "south | south | 1 | 0 | 0.0 | 0 | 0.0 | 0 | 0.0 |  | 0 | ",
            "total |  | 4 | 2 | 50.0 | 1 | 25.0 | 1 | 25.0 | 4.5 | 1 | 50.0",
        ],
    ),
    (
        "schools_left_free",
        &[Reason, AgeWeeks],
        &[
            "do_not_recognise | 3 | 1 | 1 | 0 | 3.0 | 3",
            "mistake | 2 | 1 | 1 | 0 | 2.0 | 2",
            "total |  | 2 | 2 | 0 | 2.5 | 3",
        ],
    ),
    (
        "trust_clustering",
        &[Trust, LeadProvider, Cohort],
        &[
            "T | north | north | 2025 | 3 | 2 | 66.7 | 3 | 2 | yes | 66.7 | 0 | 0 |  |  | no",
            "T | south | south | 2025 | 1 | 1 | 100.0 | 1 | 1 | no | 100.0 | 0 | 0 |  |  | no",
            "unknown | north | north | 2025 | 1 | 0 | 0.0 | 0 | 0 | no |  | 2 | 0 | 0.0 |  | yes",
            "total |  |  |  | 4 | 2 | 50.0 | 4 | 3 | yes | 75.0 | 2 | 0 | 0.0 |  | yes",
        ],
    ),
    ("contested_schools", &[LeadProvider], &["south | south | 1 | 1 | 0 | 1", "total |  | 1 | 1 | 0 | 1"]),
    ("delivery_partner_changes", &[], &["6 | 1 | 16.7 | 1 | 1 | 100.0 | yes"]),
    (
        "unrecognised_providers",
        &[LeadProvider, DeliveryPartner],
        &[
            "north | north | hub-a | hub a | 3 | 0 | 0.0 | no",
            "north | north | hub-b | hub b | 3 | 1 | 33.3 | yes",
            "south | south | hub-b | hub b | 1 | 0 | 0.0 | no",
            "total |  |  |  | 6 | 1 | 16.7 | yes",
        ],
    ),
];

const TOLD: &[(&str, &[Dimension], &[&str])] = &[
    ("notices_by_status", &[], &["6 | 5 | 3 | 1 | 0 | 1 | 2 | 40.0"]),
    (
        "notices_by_status",
        &[Occasion],
        &[
            "notice | 4 | 3 | 2 | 1 | 0 | 0 | 1 | 33.3",
            "reminder | 2 | 2 | 1 | 0 | 0 | 1 | 1 | 50.0",
            "total | 6 | 5 | 3 | 1 | 0 | 1 | 2 | 40.0",
        ],
    ),
    (
        "no_contact",
        &[LeadProvider],
        &[
            "north | north | 2 | 0 | 0.0 | 0 | 0 |  | ",
            "south | south | 3 | 1 | 33.3 | 0 | 1 | 37.0 | 37",
            "total |  | 5 | 1 | 20.0 | 0 | 1 | 37.0 | 37",
        ],
    ),
    ("silent_expiry", &[], &["5 | 3 | 3 | 60.0 | yes"]),
    (
        "recipient_effect",
        &[Contact],
        &[
            "tutor | 1 | 1 | 100.0 | no",
            "main_email | 2 | 0 | 0.0 | no",
            "alternative_email | 1 | 0 | 0.0 | yes",
            "no_contact | 1 | 0 | 0.0 | no",
            "not_yet | 0 | 0 |  | no",
            "total | 5 | 1 | 20.0 | yes",
        ],
    ),
    ("time_to_report", &[], &["1 | 1 | 100.0 | 8.0 | 8.0 | 1 | 100.0 | 1 | 100.0 | yes"]),
    (
        "support_cases",
        &[Subject],
        &[
            "partnership-already-challenged | 0 | 0 | 0 | ",
            "partnership-issue | 1 | 1 | 0 | ",
            "report-window-closed | 1 | 0 | 1 | 5.0",
            "total | 2 | 1 | 1 | 5.0",
        ],
    ),
    ("upload_quality", &[], &["1 | 12 | 9 | 75.0 | 3 | 25.0 | 1 | 8.3"]),
    (
        "upload_quality",
        &[Code],
        &[
            "already_confirmed_by_you | 1 | 12 | 9 | 75.0 | 1 | 8.3 | 0 | 0.0",
            "school_unknown | 1 | 12 | 9 | 75.0 | 2 | 16.7 | 1 | 8.3",
            "total | 1 | 12 | 9 | 75.0 | 3 | 25.0 | 1 | 8.3",
        ],
    ),
    ("support_cases", &[Outcome], &["answered | 1 | 0 | 1 | 5.0", "total | 2 | 1 | 1 | 5.0"]),
];

const REPORTED: &[(&str, &[&str])] = &[
    (
        "refusals_by_code",
        &[
            "ConfirmRecruitment | recruited_by_other_provider | a-rule | 1 | 1",
            "RecommendForQts | invalid_transition | a-rule | 1 | 1",
            "RegisterTrainee | date_invalid | a-rule | 1 | 1",
            "ReportPartnershipMistake | already_reported | a-rule | 1 | 1",
            "ReportPartnershipMistake | window_closed | a-rule | 1 | 1",
            "UndoWithdrawal | comment_missing | a-rule | 1 | 1",
            "WithdrawTrainee | reason_missing | a-rule | 1 | 1",
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

pub(crate) async fn measured() -> (Live, projections::Runner) {
    let live = Live::new().await;
    let runner = live.run();
    Measured::write(&live.store).await;
    live.caught_up().await;
    (live, runner)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measure_of_the_small_history_is_what_paper_says() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    for (name, by, expected) in MEASURED {
        assert_eq!(split(&live, name, (&everything, by)).await, *expected, "{name} by {by:?}");
    }
    for (name, expected) in REPORTED {
        assert_eq!(shown(&live, name, &everything).await, *expected, "{name}");
    }
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measures_of_notices_and_cases_are_what_paper_says() {
    let live = Live::new().await;
    let runner = live.run();
    Tellings::write(&live).await;
    live.caught_up().await;
    let everything = Filter::everything(on(7, 10));
    for (name, by, expected) in TOLD {
        assert_eq!(split(&live, name, (&everything, by)).await, *expected, "{name} by {by:?}");
    }
    for measure in MEASURES {
        explained(&live, measure, (&everything, measure.usual)).await;
    }
    let mid_june = Filter::everything(on(6, 17));
    assert_eq!(split(&live, "notices_by_status", (&mid_june, &[])).await, ["5 | 4 | 2 | 1 | 0 | 1 | 2 | 50.0"]);
    assert_eq!(split(&live, "silent_expiry", (&mid_june, &[])).await, ["4 | 1 | 1 | 25.0 | yes"]);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_count_of_a_random_year_is_as_long_as_the_list_behind_it() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 51).await;
    history.play(400).await;
    live.caught_up().await;
    let everything = Filter::everything(history.now());
    let earlier = Filter::everything(history.now() - chrono::TimeDelta::days(60));
    for measure in MEASURES {
        explained(&live, measure, (&everything, measure.usual)).await;
        explained(&live, measure, (&earlier, measure.usual)).await;
        explained(&live, measure, (&everything, &measure.dimensions[..2])).await;
    }
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measure_goes_by_every_dimension_it_names_and_its_figures_are_explained() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    for measure in MEASURES {
        for dimension in measure.dimensions {
            explained(&live, measure, (&everything, &[*dimension])).await;
        }
        explained(&live, measure, (&everything, measure.usual)).await;
    }
    runner.stop().await;
}

/// The list behind each count is as long as the count, and each row counted alone has the same figures.
async fn explained(live: &Live, measure: &'static Measure, (filter, by): (&Filter, &[Dimension])) {
    let asked = (filter, by);
    let table = measure.run(&live.superuser, None, asked).await.unwrap_or_else(|it| panic!("{}: {it}", measure.name));
    let keys: Vec<_> = by.iter().map(|dimension| table.column(dimension.name()).expect("a column")).collect();
    for (row, is_total) in table.rows.iter().map(|row| (row, false)).chain(table.total.iter().map(|row| (row, true))) {
        let keys: Vec<_> = if is_total { vec![] } else { keys.iter().map(|at| row[*at].to_string()).collect() };
        counted_alone(live, measure, asked, (&keys, &table.columns, row)).await;
        for (column, cell) in table.columns.iter().zip(row) {
            let (Cell::Whole(count), true) = (cell, Measure::is_listed(measure, &column.name)) else { continue };
            let of = CellOf { figure: column.name.clone(), keys: keys.clone() };
            let list = measure.explain(&live.superuser, None, (filter, by, &of)).await;
            let list = list.unwrap_or_else(|it| panic!("{} {of:?}: {it}", measure.name));
            assert_eq!(i64::try_from(list.len()), Ok(*count), "{} by {by:?}: {of:?}", measure.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_counts_only_what_is_in_it() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    let by: &[Dimension] = &[LeadProvider];
    let hub_b = Filter { delivery_partner: Some(super::writer::slug("hub-b")), ..everything.clone() };
    let rates =
        ["north | north | 3 | 1 | 33.3 | yes", "south | south | 1 | 1 | 100.0 | no", "total |  | 4 | 2 | 50.0 | yes"];
    assert_eq!(split(&live, "report_rate", (&hub_b, by)).await, rates);
    let south = Filter { lead_provider: Some(super::writer::slug("south")), ..everything.clone() };
    let rates = ["south | south | 1 | 1 | 100.0 | no", "total |  | 1 | 1 | 100.0 | no"];
    assert_eq!(split(&live, "report_rate", (&south, by)).await, rates);
    let (from, to) = (Some(on(6, 9).date_naive()), Some(on(6, 30).date_naive()));
    let june_second = Filter { from, to, ..everything.clone() };
    let rates =
        ["north | north | 2 | 0 | 0.0 | no", "south | south | 1 | 1 | 100.0 | no", "total |  | 3 | 1 | 33.3 | no"];
    assert_eq!(split(&live, "report_rate", (&june_second, by)).await, rates);
    let in_no_trust = Filter { trust: Some("unknown".to_owned()), ..everything.clone() };
    assert_eq!(split(&live, "report_rate", (&in_no_trust, &[])).await, ["2 | 0 | 0.0 | yes"]);
    let mistakes = Filter { reason: Some(MistakeReason::Mistake), ..everything };
    assert_eq!(split(&live, "report_rate", (&mistakes, &[])).await, ["6 | 1 | 16.7 | yes"]);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_measure_as_of_a_past_instant_knows_nothing_of_what_came_later() {
    let (live, runner) = measured().await;
    let june_tenth = Filter::everything(on(6, 10) + chrono::TimeDelta::hours(1));
    assert_eq!(split(&live, "report_rate", (&june_tenth, &[])).await, ["4 | 1 | 25.0 | yes"]);
    assert_eq!(split(&live, "repeat_recruitment", (&june_tenth, &[])).await[0].split(" | ").nth(1), Some("0"));
    assert_eq!(
        split(&live, "delivery_partner_changes", (&june_tenth, &[])).await,
        ["4 | 1 | 25.0 | 1 | 0 | 0.0 | yes"]
    );
    let june_fourth = Filter::everything(on(6, 4));
    assert_eq!(split(&live, "report_rate", (&june_fourth, &[])).await, ["2 | 0 | 0.0 | yes"]);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standing_report_as_of_a_past_instant_knows_nothing_of_what_came_later() {
    let (live, runner) = measured().await;
    let then = Filter::everything(on(6, 15));
    assert_eq!(
        shown(&live, "overview", &then).await,
        ["north | 2025 | 4 | 1 | 25.0 | 3 | 0 | 1 | 0 | 0 | 1", "south | 2025 | 1 | 0 | 0.0 | 1 | 0 | 0 | 0 | 0 | 0"]
    );
    let extract = shown(&live, "partnerships", &then).await;
    assert_eq!(extract.len(), 5);
    assert_eq!(extract.iter().filter(|row| row.contains("not_confirmed")).count(), 1, "{extract:?}");
    assert!(extract[1].contains("hub b"), "changed by then: {}", extract[1]);
    let before = shown(&live, "partnerships", &Filter::everything(on(6, 9))).await;
    assert!(before[1].contains("hub a"), "not yet: {}", before[1]);
    assert_eq!(shown(&live, "refusals_by_code", &then).await.len(), 2);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standing_report_as_of_an_instant_is_what_a_replay_up_to_it_shows() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 53).await;
    let mut instants = Vec::new();
    for _ in 0..5 {
        history.play(60).await;
        instants.push(history.now());
        history.later(chrono::TimeDelta::days(1));
    }
    live.caught_up().await;
    for instant in instants {
        let filter = Filter::everything(instant);
        let end = projections::End::Instant(instant);
        let past = projections::replay_as_of(&live.projector, &live.log, end, &mut |_| {}).await.expect("replayed");
        for report in REPORTS {
            let now = report.run(&live.superuser, None, &filter).await.expect("told");
            let then = report.run(&live.superuser, Some(&past.name), &filter).await.expect("told");
            assert_eq!(lines(&now), lines(&then), "{} as of {instant}", report.name);
        }
        projections::drop_scratch(&live.projector, &past.name).await.expect("dropped");
    }
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_that_cannot_hold_anything_is_refused() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    let refused = async |filter| {
        let measure = Measure::named("report_rate").expect("a measure");
        measure.run(&live.superuser, None, (&filter, &[])).await.expect_err("refused").to_string()
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
    let trail = live.views.audit(&AuditSubject::Partnership(broken.partnership_id)).await.expect("a trail");
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
    let sentence = "School 1001 tried to report partnership mistake and was refused: It was refused";
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
