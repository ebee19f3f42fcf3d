//! Table 4.2 of DOMAIN, cell by cell.

use super::*;

/// Columns of the table.
const STATES: [TraineeState; 7] = [
    TraineeState::Draft,
    TraineeState::SubmittedForTrn,
    TraineeState::TrnReceived,
    TraineeState::RecommendedForAward,
    TraineeState::Awarded,
    TraineeState::Deferred,
    TraineeState::Withdrawn,
];

/// "x" is refused `invalid_transition`; `Event>state` is written and leads to the state; `Event` keeps the state.
#[rustfmt::skip]
const TABLE: &[(&str, [&str; 7])] = &[
    // command                 draft                                      submitted_for_trn                trn_received                                   recommended_for_award                    awarded                                  deferred                                 withdrawn
    ("SubmitForTrn",          ["TraineeSubmittedForTrn>submitted_for_trn", "x",                             "x",                                           "x",                                     "x",                                     "x",                                     "x"]),
    ("RecordTrn",             ["x",                                        "TrnRecorded>trn_received",      "nothing",                                     "x",                                     "x",                                     "TrnRecorded",                           "TrnRecorded"]),
    ("RecommendForQts",       ["x",                                        "x",                             "TraineeRecommendedForQts>recommended_for_award", "x",                                  "x",                                     "x",                                     "x"]),
    ("RecordQtsAward",        ["x",                                        "x",                             "x",                                           "QtsAwarded>awarded",                    "x",                                     "x",                                     "x"]),
    ("DeferTrainee",          ["x",                                        "TraineeDeferred>deferred",      "TraineeDeferred>deferred",                    "x",                                     "x",                                     "x",                                     "x"]),
    ("ReinstateTrainee",      ["x",                                        "x",                             "x",                                           "x",                                     "x",                                     "TraineeReinstated>submitted_for_trn",   "x"]),
    ("ExtendTraining",        ["x",                                        "TrainingExtended",              "TrainingExtended",                            "x",                                     "x",                                     "TrainingExtended",                      "x"]),
    ("WithdrawTrainee",       ["x",                                        "TraineeWithdrawn>withdrawn",    "TraineeWithdrawn>withdrawn",                  "x",                                     "x",                                     "TraineeWithdrawn>withdrawn",            "x"]),
    ("UndoWithdrawal",        ["x",                                        "x",                             "x",                                           "x",                                     "x",                                     "x",                                     "WithdrawalUndone>submitted_for_trn"]),
    ("RescindRecommendation", ["x",                                        "x",                             "x",                                           "RecommendationRescinded>trn_received",  "RecommendationRescinded>trn_received",  "x",                                     "x"]),
    ("AmendTraineeDetails",   ["TraineeDetailsAmended",                    "TraineeDetailsAmended",         "TraineeDetailsAmended",                       "support_only",                          "support_only",                          "TraineeDetailsAmended",                 "support_only"]),
];

/// A body with which the command is accepted wherever the state allows it.
fn body(name: &str) -> Value {
    match name {
        "RecordTrn" => json!({"trn": "7654321"}),
        "RecommendForQts" => json!({"qts_standards_met_date": TODAY}),
        "RecordQtsAward" => json!({"awarded_at": TODAY}),
        "DeferTrainee" => json!({"defer_date": DEFERRED_ON}),
        "ReinstateTrainee" => json!({"return_date": TODAY, "expected_end_date": "2026-12-18"}),
        "ExtendTraining" => json!({"expected_end_date": "2026-12-18"}),
        "WithdrawTrainee" => withdrawal(),
        "UndoWithdrawal" | "RescindRecommendation" => json!({"comment": "A slip"}),
        "AmendTraineeDetails" => json!({"last_names": "Sample"}),
        _ => json!({}),
    }
}

/// Who sends the command in the table.
fn sender(name: &str) -> Actor {
    match name {
        "RecordTrn" | "RecordQtsAward" => system(),
        "UndoWithdrawal" | "RescindRecommendation" => support(),
        _ => provider(),
    }
}

fn check_cell(scene: &Scene, name: &str, expected: &str) {
    let before = scene.state();
    let decided = scene.when(name, body(name));
    let label = format!("{name} in {before} by {}", scene.actor);
    let (expected, after) = expected.split_once('>').unwrap_or((expected, before.code()));
    let expected = if expected == "x" { "invalid_transition" } else { expected };
    assert_eq!(outcome(&decided), expected, "{label}");
    match decided {
        Err(refused) if refused.code == "invalid_transition" => {
            assert!(refused.message.contains(before.code()), "{label}: {} names the state", refused.message);
            assert_eq!(refused.rule, "trainees/4.2", "{label}");
        }
        Err(_) => {}
        Ok(_) => assert_eq!(scene.clone().then(name, body(name)).state().code(), after, "{label}"),
    }
}

#[test]
fn each_cell_of_the_table_is_as_written() {
    for (name, row) in TABLE {
        for (state, expected) in STATES.into_iter().zip(row) {
            check_cell(&in_state(state).by(sender(name)), name, expected);
        }
    }
}

#[test]
fn support_may_send_every_command_of_the_table_and_amend_in_every_state() {
    for (name, row) in TABLE {
        for (state, expected) in STATES.into_iter().zip(row) {
            let expected = if *expected == "support_only" { "TraineeDetailsAmended" } else { expected };
            check_cell(&in_state(state).by(support()), name, expected);
        }
    }
}

#[test]
fn the_table_has_a_row_for_every_command_but_registering() {
    let mut rows: Vec<_> = TABLE.iter().map(|(name, _)| *name).chain(["RegisterTrainee"]).collect();
    let mut names = TraineeCommand::NAMES.to_vec();
    rows.sort_unstable();
    names.sort_unstable();
    assert_eq!(rows, names);
}

#[test]
fn nothing_but_registering_is_possible_before_there_is_a_record() {
    for (name, _) in TABLE {
        assert_eq!(outcome(&nothing_yet().by(sender(name)).when(name, body(name))), "unknown_trainee", "{name}");
    }
}

#[test]
fn a_record_is_registered_once() {
    for state in STATES {
        assert_eq!(outcome(&in_state(state).when("RegisterTrainee", complete())), "already_registered", "{state}");
    }
}

#[test]
fn a_reinstated_trainee_with_a_trn_is_in_training_with_it() {
    let deferred = with_trn().then("DeferTrainee", body("DeferTrainee"));
    check_cell(&deferred, "ReinstateTrainee", "TraineeReinstated>trn_received");
}
