//! Deferring and reinstating.

use super::*;

fn defer_on(date: &str) -> Value {
    json!({"defer_date": date})
}

/// A trainee whose own start is not recorded.
fn not_known_to_have_started() -> Scene {
    submitted_but(&json!({"trainee_start_date": null}))
}

#[test]
fn once_course_and_trainee_have_started_a_real_date_is_required_from_itt_start_on() {
    let rows = [
        (json!({}), "date_missing"),
        (defer_on(""), "date_missing"),
        (defer_on("2025-09-31"), "date_invalid"),
        (defer_on("2025-08-31"), "date_before_itt_start"),
        (defer_on(ITT_START), "TraineeDeferred"),
        (defer_on(TODAY), "TraineeDeferred"),
        (defer_on("2025-12-01"), "TraineeDeferred"),
    ];
    check(&submitted(), "DeferTrainee", &rows);
}

#[test]
fn before_the_course_starts_no_date_is_taken() {
    let rows = [
        (json!({}), "TraineeDeferred"),
        (defer_on("2025-08-31"), "date_before_itt_start"),
        (defer_on(ITT_START), "not_started"),
        (defer_on("soon"), "date_invalid"),
    ];
    check(&submitted().on("2025-08-31"), "DeferTrainee", &rows);
    check(&submitted().on(ITT_START), "DeferTrainee", &[(json!({}), "date_missing")]);
}

#[test]
fn before_the_trainees_own_start_no_date_is_taken() {
    let later = submitted_but(&json!({"trainee_start_date": "2025-11-11"}));
    check(&later, "DeferTrainee", &[(json!({}), "TraineeDeferred"), (defer_on(TODAY), "not_started")]);
    check(&later.on("2025-11-11"), "DeferTrainee", &[(json!({}), "date_missing")]);
}

#[test]
fn where_no_start_is_recorded_the_date_says_that_there_was_one() {
    let rows = [(json!({}), "TraineeDeferred"), (defer_on(TODAY), "TraineeDeferred")];
    check(&not_known_to_have_started(), "DeferTrainee", &rows);
}

#[test]
fn a_reason_has_up_to_500_characters_and_blank_is_none() {
    let because = |reason: &str| json!({"defer_date": TODAY, "defer_reason": reason});
    let rows = [
        (because(&"é".repeat(500)), "TraineeDeferred"),
        (because(&"é".repeat(501)), "text_too_long"),
        (because("   "), "TraineeDeferred"),
    ];
    check(&submitted(), "DeferTrainee", &rows);
    let events = submitted().when("DeferTrainee", because("   ")).expect("accepted");
    let [TraineeEvent::TraineeDeferred(event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.reason, None);
}

#[test]
fn the_date_of_a_deferral_can_be_corrected_and_nothing_else_has_one() {
    let rows = [
        (defer_on("2025-10-02"), "TraineeDetailsAmended"),
        (defer_on(DEFERRED_ON), "nothing"),
        (defer_on(" "), "date_missing"),
        (defer_on("2025-10-32"), "date_invalid"),
        (defer_on("2025-08-31"), "date_before_itt_start"),
    ];
    check(&in_state(TraineeState::Deferred), "AmendTraineeDetails", &rows);
    check(&submitted(), "AmendTraineeDetails", &[(defer_on(TODAY), "not_deferred")]);
    let corrected = in_state(TraineeState::Deferred).then("AmendTraineeDetails", defer_on("2025-10-02"));
    assert_eq!((corrected.state(), corrected.record().defer_date), (TraineeState::Deferred, Some(day("2025-10-02"))));
}

#[test]
fn a_deferral_from_before_the_course_can_get_its_date_later() {
    let early = submitted().on("2025-08-01").then("DeferTrainee", json!({}));
    check(&early, "AmendTraineeDetails", &[(defer_on(ITT_START), "not_started")]);
    check(&early.on(TODAY), "AmendTraineeDetails", &[(defer_on(ITT_START), "TraineeDetailsAmended")]);
}

#[test]
fn the_course_cannot_be_moved_behind_the_deferral() {
    let moved = json!({"details": {"itt_start_date": "2025-10-02", "trainee_start_date": "2025-10-02"}});
    check(&in_state(TraineeState::Deferred), "AmendTraineeDetails", &[(moved, "date_before_itt_start")]);
}

fn back(return_date: &str, end: &str) -> Value {
    json!({"return_date": return_date, "expected_end_date": end})
}

#[test]
fn reinstating_needs_a_return_from_itt_start_on_and_an_end_from_the_return_on() {
    let rows = [
        (json!({"expected_end_date": END}), "date_missing"),
        (back("2025-13-01", END), "date_invalid"),
        (back("2025-08-31", END), "date_before_itt_start"),
        (back(ITT_START, END), "TraineeReinstated"),
        (json!({"return_date": TODAY}), "end_date_missing"),
        (back(TODAY, "31/07/2026"), "end_date_invalid"),
        (back(TODAY, "2025-11-09"), "end_date_before_return"),
        (back(TODAY, TODAY), "TraineeReinstated"),
        (back(TODAY, "2030-12-31"), "TraineeReinstated"),
        (back(TODAY, "2031-01-01"), "end_date_out_of_range"),
    ];
    check(&in_state(TraineeState::Deferred), "ReinstateTrainee", &rows);
}

#[test]
fn the_new_end_holds_from_the_return_on_and_the_deferral_is_over() {
    let scene = in_state(TraineeState::Deferred).then("ReinstateTrainee", back(TODAY, "2026-12-18"));
    let record = scene.record();
    assert_eq!(record.training.expected_end_date, Some(day("2026-12-18")));
    assert_eq!(record.training.trainee_start_date, Some(day(ITT_START)));
    assert_eq!(record.defer_date, None);
}

#[test]
fn where_no_start_was_ever_recorded_the_return_is_the_start() {
    let scene = not_known_to_have_started().then("DeferTrainee", json!({})).then("ReinstateTrainee", back(TODAY, END));
    assert_eq!(scene.record().training.trainee_start_date, Some(day(TODAY)));
}

#[test]
fn before_the_course_starts_a_trainee_is_reinstated_without_dates() {
    let early = submitted().on("2025-08-01").then("DeferTrainee", json!({}));
    let rows = [
        (json!({}), "TraineeReinstated"),
        (json!({"expected_end_date": "2026-12-18"}), "TraineeReinstated"),
        (json!({"expected_end_date": "2025-08-31"}), "end_date_before_return"),
        (json!({"return_date": "2025-08-02"}), "date_before_itt_start"),
        (json!({"return_date": ITT_START}), "not_started"),
    ];
    check(&early, "ReinstateTrainee", &rows);
    let scene = early.then("ReinstateTrainee", json!({}));
    assert_eq!(scene.record().training.expected_end_date, Some(day(END)));
}
