//! The measures on trainees of the small history, against numbers worked out by hand from DOMAIN 5.

use projections::reports::{
    Dimension::{self, AcademicYear, Award, Channel, Code, Route, State, TrainingProvider, Week, WithdrawalReason},
    Filter,
};

use super::{
    measured::on,
    measures::{measured, split},
};

const MEASURED: &[(&str, &[Dimension], &[&str])] = &[
    (
        "21",
        &[State],
        &[
            "draft | 12 | 1 | 8.3 | 0 | 0",
            "submitted_for_trn | 12 | 0 | 0.0 | 0 | 0",
            "trn_received | 12 | 3 | 25.0 | 0 | 1",
            "recommended_for_award | 12 | 2 | 16.7 | 0 | 1",
            "awarded | 12 | 1 | 8.3 | 0 | 0",
            "deferred | 12 | 1 | 8.3 | 1 | 0",
            "withdrawn | 12 | 4 | 33.3 | 0 | 0",
            "total | 12 | 12 | 100.0 | 1 | 2",
        ],
    ),
    (
        "outcomes_of_start_year",
        &[AcademicYear],
        &[
            "2023 | 1 | 0 | 0.0 | 0 | 0.0 | 1 | 100.0 | 0 | 0.0 | 0 | 0.0 | 0",
            "2024 | 10 | 1 | 10.0 | 2 | 20.0 | 2 | 20.0 | 1 | 10.0 | 4 | 40.0 | 0",
            "total | 11 | 1 | 9.1 | 2 | 18.2 | 3 | 27.3 | 1 | 9.1 | 4 | 36.4 | 0",
        ],
    ),
    (
        "lateness_of_recommendation",
        &[TrainingProvider, Award],
        &[
            "A1 | A1 | QTS | 2 | 27.0 | 39.8 | 1 | 50.0 | 2 | 1.5 | 1.9",
            "B2 | B2 | EYTS | 1 | 3.0 | 3.0 | 0 | 0.0 | 1 | -55.0 | -55.0",
            "total |  |  | 3 | 11.0 | 36.6 | 1 | 33.3 | 3 | 1.0 | 1.8",
        ],
    ),
    (
        "wait_for_award",
        &[TrainingProvider, Award],
        &[
            "A1 | A1 | QTS | 2 | 1 | 2.0 | 2.0 | 2 | 1 | 1",
            "B2 | B2 | EYTS | 1 | 0 |  |  |  | 1 | 0",
            "total |  |  | 3 | 1 | 2.0 | 2.0 | 2 | 2 | 1",
        ],
    ),
    (
        "withdrawals_by_reason",
        &[WithdrawalReason],
        &[
            "had_to_withdraw_trainee_another_reason | 4 | 1 | 25.0 | 5 | 1 | 20.0 | 1 | 0",
            "not_meeting_qts_standards | 4 | 1 | 25.0 | 5 | 1 | 20.0 | 1 | 0",
            "trainee_chose_to_withdraw_another_reason | 4 | 1 | 25.0 | 5 | 1 | 20.0 | 0 | 1",
            "trainee_workload_issues | 4 | 1 | 25.0 | 5 | 1 | 20.0 | 0 | 1",
            "unacceptable_behaviour | 4 | 1 | 25.0 | 5 | 1 | 20.0 | 1 | 0",
            "total | 4 | 4 | 100.0 | 5 | 5 | 100.0 | 2 | 2",
        ],
    ),
    (
        "pre_empting",
        &[TrainingProvider],
        &["A1 | A1 | 2 | 1 | 50.0", "B2 | B2 | 2 | 0 | 0.0", "total |  | 4 | 1 | 25.0"],
    ),
    (
        "vague_reasons",
        &[Route],
        &["early_years_postgrad | 2 | 2 | 100.0", "provider_led_postgrad | 2 | 0 | 0.0", "total | 4 | 2 | 50.0"],
    ),
    (
        "extended_then",
        &[TrainingProvider],
        &[
            "A1 | A1 | 1 | 0 | 0.0 | 0 | 0.0 | 0 | 0.0 | 1 | 100.0 | 1 | 1.0 | 1 |  | ",
            "B2 | B2 | 1 | 0 | 0.0 | 0 | 0.0 | 0 | 0.0 | 1 | 100.0 | 2 | 2.0 | 2 | 31.0 | 62.0",
            "total |  | 2 | 0 | 0.0 | 0 | 0.0 | 0 | 0.0 | 2 | 100.0 | 3 | 1.5 | 2 | 31.0 | 62.0",
        ],
    ),
    (
        "deferred_then",
        &[TrainingProvider],
        &[
            "A1 | A1 | 1 | 0 | 0.0 | 0 | 0.0 | 0 | 0.0 | 1 | 100.0 | 1 | 20.0 | 20.0",
            "B2 | B2 | 1 | 1 | 100.0 | 0 | 0.0 | 1 | 100.0 | 0 | 0.0 | 1 | 24.0 | 24.0",
            "total |  | 2 | 1 | 50.0 | 0 | 0.0 | 1 | 50.0 | 1 | 50.0 | 2 | 22.0 | 23.6",
        ],
    ),
    (
        "future_interest",
        &[WithdrawalReason],
        &[
            "had_to_withdraw_trainee_another_reason | 1 | 1 | 0 | 0.0 | 1 | 0",
            "not_meeting_qts_standards | 1 | 0 | 0 |  | 0 | 1",
            "trainee_chose_to_withdraw_another_reason | 1 | 1 | 1 | 100.0 | 0 | 0",
            "trainee_workload_issues | 1 | 0 | 0 |  | 0 | 1",
            "unacceptable_behaviour | 1 | 0 | 0 |  | 0 | 1",
            "total | 4 | 2 | 1 | 50.0 | 1 | 2",
        ],
    ),
    (
        "corrections",
        &[TrainingProvider],
        &[
            "A1 | A1 | 3 | 1 | 33.3 | 2 | 0 | 0.0",
            "B2 | B2 | 2 | 0 | 0.0 | 2 | 1 | 50.0",
            "total |  | 5 | 1 | 20.0 | 4 | 1 | 25.0",
        ],
    ),
    (
        "bulk",
        &[TrainingProvider],
        &[
            "A1 | A1 | 2 | 0 | 0.0 | 0 | 0 | 0 |  | 0 |  | 0 | 0 | ",
            "B2 | B2 | 2 | 1 | 50.0 | 1 | 10 | 3 | 30.0 | 4 | 40.0 | 2 | 1 | 50.0",
            "total |  | 4 | 1 | 25.0 | 1 | 10 | 3 | 30.0 | 4 | 40.0 | 2 | 1 | 50.0",
        ],
    ),
    (
        "32",
        &[Code],
        &[
            "date_in_future | 4 | 0 | 0.0 | 1 | 10 | 3 | 30.0 | 2 | 20.0 | 2 | 0 | 0.0",
            "invalid_transition | 4 | 0 | 0.0 | 1 | 10 | 3 | 30.0 | 0 | 0.0 | 2 | 1 | 50.0",
            "trn_shape | 4 | 0 | 0.0 | 1 | 10 | 3 | 30.0 | 2 | 20.0 | 2 | 0 | 0.0",
            "total | 4 | 1 | 25.0 | 1 | 10 | 3 | 30.0 | 4 | 40.0 | 2 | 1 | 50.0",
        ],
    ),
    (
        "refused_trainee_commands",
        &[Code, Channel],
        &[
            "comment_missing | screen | 1 | 1",
            "date_invalid | api | 1 | 0",
            "invalid_transition | csv | 1 | 1",
            "reason_missing | screen | 1 | 1",
            "total |  | 4 | 2",
        ],
    ),
    ("33", &[TrainingProvider], &["A1 | A1 | 1 | 0", "B2 | B2 | 3 | 2", "total |  | 4 | 2"]),
    (
        "22",
        &[Week],
        &[
            "2023-09-04 | 1 | 0 | 0.0 | 0 | 0.0 | 1 | 100.0 | 0 | 0.0 | 0 | 0.0 | 0",
            "2024-08-26 | 7 | 1 | 14.3 | 1 | 14.3 | 2 | 28.6 | 1 | 14.3 | 2 | 28.6 | 0",
            "2024-09-02 | 3 | 0 | 0.0 | 1 | 33.3 | 0 | 0.0 | 0 | 0.0 | 2 | 66.7 | 0",
            "total | 11 | 1 | 9.1 | 2 | 18.2 | 3 | 27.3 | 1 | 9.1 | 4 | 36.4 | 0",
        ],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measure_on_trainees_is_what_paper_says() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    for (name, by, expected) in MEASURED {
        assert_eq!(split(&live, name, (&everything, by)).await, *expected, "{name} by {by:?}");
    }
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_measure_on_trainees_as_of_a_past_instant_knows_nothing_of_what_came_later() {
    let (live, runner) = measured().await;
    let told = async |name, as_of| split(&live, name, (&Filter::everything(as_of), &[])).await;
    // Before the withdrawal of 20 June was undone, and before the award of 25 June was taken back.
    assert_eq!(told("corrections", on(6, 21)).await, ["3 | 0 | 0.0 | 0 | 0 | "]);
    assert_eq!(told("corrections", on(6, 25)).await, ["4 | 1 | 25.0 | 1 | 0 | 0.0"]);
    assert_eq!(told("22", on(6, 25)).await[0].split(" | ").nth(1), Some("1"), "still awarded");
    // The deferral began on 10 May, as was known on 13 May; on 8 May, as was known on 15 May.
    assert_eq!(told("deferred_then", on(5, 13)).await[0].split(" | ").nth(10), Some("3.0"));
    assert_eq!(told("deferred_then", on(5, 15)).await[0].split(" | ").nth(10), Some("7.0"));
    assert_eq!(told("extended_then", on(6, 1)).await[0].split(" | ").nth(9), Some("1"));
    assert_eq!(told("wait_for_award", on(7, 2)).await, ["2 | 0 |  |  |  | 2 | 0"]);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_of_trainees_counts_only_what_is_in_it() {
    let (live, runner) = measured().await;
    let everything = Filter::everything(on(7, 10));
    let of_b2 = Filter { training_provider: Some(super::writer::slug("B2")), ..everything.clone() };
    assert_eq!(split(&live, "corrections", (&of_b2, &[])).await, ["2 | 0 | 0.0 | 2 | 1 | 50.0"]);
    let of_2023 = Filter { academic_year: Some(2023), ..everything.clone() };
    assert_eq!(split(&live, "21", (&of_2023, &[])).await, ["1 | 1 | 100.0 | 0 | 0"]);
    let late_june = Filter { from: Some(on(6, 21).date_naive()), to: Some(on(6, 30).date_naive()), ..everything };
    assert_eq!(split(&live, "pre_empting", (&late_june, &[])).await, ["2 | 0 | 0.0"]);
    assert_eq!(split(&live, "33", (&late_june, &[])).await, ["1 | 1"]);
    runner.stop().await;
}
