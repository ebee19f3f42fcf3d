//! Withdrawing.

use events_schema::{
    codes::{FutureInterest, WithdrawalReason, WithdrawalTrigger},
    events::trainee::TraineeWithdrawn,
};

use super::*;
use crate::policies::withdrawal_reasons::{REASONS_OF_2021, REASONS_OF_2023, TextAsked, only_read, reason_policy};

/// The complete withdrawal with some fields changed; null takes one away.
fn but(fields: &Value) -> Value {
    let mut body = withdrawal();
    for (field, value) in fields.as_object().expect("fields") {
        body[field] = value.clone();
    }
    body
}

fn check_fields(scene: &Scene, rows: &[(Value, &str)]) {
    for (fields, expected) in rows {
        assert_eq!(outcome(&scene.when("WithdrawTrainee", but(fields))), *expected, "{fields}");
    }
}

fn withdrawn(scene: &Scene, body: Value) -> TraineeWithdrawn {
    match scene.when("WithdrawTrainee", body).expect("accepted").pop() {
        Some(TraineeEvent::TraineeWithdrawn(event)) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_date_is_real_from_itt_start_on_and_may_lie_ahead() {
    let rows = [
        (json!({"withdrawal_date": null}), "date_missing"),
        (json!({"withdrawal_date": "2025-09-31"}), "date_invalid"),
        (json!({"withdrawal_date": "2025-08-31"}), "date_before_itt_start"),
        (json!({"withdrawal_date": ITT_START}), "TraineeWithdrawn"),
        (json!({"withdrawal_date": "2026-01-31"}), "TraineeWithdrawn"),
    ];
    check_fields(&submitted(), &rows);
}

#[test]
fn whoever_never_started_cannot_be_withdrawn() {
    let ahead = submitted().on("2025-08-31").when("WithdrawTrainee", withdrawal());
    assert_eq!(outcome(&ahead), "not_started");
    assert!(message(ahead).contains("1 September 2025"));
    let own_start_ahead = submitted_but(&json!({"trainee_start_date": "2025-11-11"}));
    assert_eq!(outcome(&own_start_ahead.when("WithdrawTrainee", withdrawal())), "not_started");
    let first_day = submitted().on(ITT_START).when("WithdrawTrainee", withdrawal());
    assert_eq!(outcome(&first_day), "TraineeWithdrawn");
}

#[test]
fn where_no_start_is_recorded_the_last_day_trained_says_that_there_was_one() {
    let scene = submitted_but(&json!({"trainee_start_date": null}));
    assert_eq!(outcome(&scene.when("WithdrawTrainee", withdrawal())), "TraineeWithdrawn");
}

#[test]
fn for_a_deferred_trainee_the_date_of_deferral_serves() {
    let rows = [
        (json!({}), "TraineeWithdrawn"),
        (json!({"withdrawal_date": null}), "TraineeWithdrawn"),
        (json!({"withdrawal_date": "2025-10-02"}), "date_fixed_by_deferral"),
        (json!({"withdrawal_date": "2025-09-30"}), "date_fixed_by_deferral"),
        (json!({"withdrawal_date": "x"}), "date_invalid"),
    ];
    let deferred = in_state(TraineeState::Deferred);
    check_fields(&deferred, &rows);
    let event = withdrawn(&deferred, but(&json!({"withdrawal_date": null})));
    assert_eq!((event.withdrawal_date, event.state_before), (day(DEFERRED_ON), TraineeState::Deferred));
}

#[test]
fn a_deferral_without_a_date_leaves_the_date_to_be_given() {
    let deferred = submitted().on("2025-08-01").then("DeferTrainee", json!({})).on(TODAY);
    let rows = [(json!({"withdrawal_date": null}), "date_missing"), (json!({}), "TraineeWithdrawn")];
    check_fields(&deferred, &rows);
}

#[test]
fn an_earlier_deferral_that_is_over_fixes_nothing() {
    let back = json!({"return_date": "2025-10-20", "expected_end_date": END});
    let scene = in_state(TraineeState::Deferred).then("ReinstateTrainee", back);
    check_fields(&scene, &[(json!({"withdrawal_date": "2025-11-01"}), "TraineeWithdrawn")]);
}

#[test]
fn who_chose_and_interest_in_teaching_later_are_asked() {
    let rows = [
        (json!({"trigger": null}), "trigger_missing"),
        (json!({"trigger": " "}), "trigger_missing"),
        (json!({"trigger": "school"}), "trigger_invalid"),
        (json!({"future_interest": null}), "interest_missing"),
        (json!({"future_interest": ""}), "interest_missing"),
        (json!({"future_interest": "perhaps"}), "interest_invalid"),
        (json!({"future_interest": "unknown"}), "TraineeWithdrawn"),
    ];
    check_fields(&submitted(), &rows);
}

#[test]
fn one_or_more_known_reasons_each_for_whoever_chose() {
    let rows = [
        (json!({"reasons": []}), "reason_missing"),
        (json!({"reasons": ["", " "]}), "reason_missing"),
        (json!({"reasons": ["bored"]}), "reason_unknown"),
        (json!({"reasons": ["trainee_workload_issues", "mandatory_reasons"]}), "reason_not_for_trigger"),
        (json!({"trigger": "provider"}), "reason_not_for_trigger"),
        (json!({"trigger": "provider", "reasons": ["mandatory_reasons"]}), "TraineeWithdrawn"),
    ];
    check_fields(&submitted(), &rows);
    let twice = ["did_not_make_progress", "trainee_workload_issues", "did_not_make_progress"];
    let event = withdrawn(&submitted(), but(&json!({ "reasons": twice })));
    assert_eq!(event.reasons, [WithdrawalReason::DidNotMakeProgress, WithdrawalReason::TraineeWorkloadIssues]);
}

#[test]
fn each_reason_is_taken_from_its_triggers_and_from_no_other() {
    let texts = json!({"another_reason": "Moved abroad", "safeguarding_concern_reasons": "Told to the lead"});
    for reason in WithdrawalReason::ALL {
        for trigger in WithdrawalTrigger::ALL {
            let mut fields = texts.clone();
            fields["reasons"] = json!([reason]);
            fields["trigger"] = json!(trigger);
            let offered = reason_policy(*reason).order(*trigger).is_some();
            let expected = if offered { "TraineeWithdrawn" } else { "reason_not_for_trigger" };
            check_fields(&submitted(), &[(fields, expected)]);
        }
    }
}

#[test]
fn older_codes_are_never_accepted() {
    let older = REASONS_OF_2021.into_iter().chain(REASONS_OF_2023).filter(|older| only_read(older.code).is_some());
    let mut seen = 0;
    for older in older {
        for trigger in ["provider", "trainee"] {
            let decided =
                submitted().when("WithdrawTrainee", but(&json!({"trigger": trigger, "reasons": [older.code]})));
            assert_eq!(outcome(&decided), "reason_unknown", "{}", older.code);
            assert!(message(decided).contains("no longer offered"), "{}", older.code);
        }
        seen += 1;
    }
    assert_eq!(seen, 23);
}

#[test]
fn the_another_codes_and_safeguarding_need_their_own_text() {
    let asking = |reason: &WithdrawalReason| reason_policy(*reason).text.map(|asked| (*reason, asked));
    for (reason, asked) in WithdrawalReason::ALL.iter().filter_map(asking) {
        let trigger = WithdrawalTrigger::ALL.iter().find(|trigger| reason_policy(reason).order(**trigger).is_some());
        let fields = |field: &str, text: &str| json!({"trigger": trigger, "reasons": [reason], field: text});
        let (own, other) = match asked {
            TextAsked::AnotherReason => ("another_reason", "safeguarding_concern_reasons"),
            TextAsked::SafeguardingConcern => ("safeguarding_concern_reasons", "another_reason"),
        };
        let rows = [
            (fields(own, "Moved abroad"), "TraineeWithdrawn"),
            (fields(own, "  "), "text_missing"),
            (fields(other, "Moved abroad"), "text_missing"),
            (fields(own, &"x".repeat(2001)), "text_too_long"),
        ];
        check_fields(&submitted(), &rows);
    }
}

#[test]
fn text_that_no_reason_asks_for_is_not_kept() {
    let event = withdrawn(&submitted(), but(&json!({"another_reason": "Private matters"})));
    assert_eq!((event.another_reason, event.safeguarding_concern_reasons), (None, None));
    assert_eq!(event.future_interest, FutureInterest::Yes);
}
