//! Asking for a TRN and recording it.

use super::*;

#[test]
fn a_draft_is_submitted_only_when_every_section_is_there() {
    let sections = [
        ("date_of_birth", json!(null), "date of birth"),
        ("provider_trainee_id", json!(" "), "provider trainee id"),
        ("age_range", json!(null), "age range"),
        ("subjects", json!([]), "subjects"),
        ("itt_start_date", json!(null), "ITT start date"),
        ("expected_end_date", json!(null), "expected end date"),
    ];
    for (field, nothing, shown) in sections {
        let decided = registered_as(complete_but(&json!({ field: nothing }))).when("SubmitForTrn", json!({}));
        assert_eq!(outcome(&decided), "record_incomplete", "{field}");
        assert!(message(decided).contains(shown), "{field}");
    }
}

#[test]
fn degrees_placements_and_the_trainees_own_start_can_come_after_the_trn() {
    let bare = json!({"degrees": null, "placements": null, "trainee_start_date": null, "email": null});
    assert_eq!(submitted_but(&bare).state(), TraineeState::SubmittedForTrn);
}

#[test]
fn a_submission_carries_one_request_id() {
    let events = registered_as(complete()).when("SubmitForTrn", json!({})).expect("complete");
    let [TraineeEvent::TraineeSubmittedForTrn(event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.request_id, Uuid::from_u128(7));
}

#[test]
fn a_trn_is_seven_digits() {
    let rows = [
        (json!({}), "trn_missing"),
        (json!({"trn": null}), "trn_missing"),
        (json!({"trn": "  "}), "trn_missing"),
        (json!({"trn": "123456"}), "trn_invalid"),
        (json!({"trn": "12345678"}), "trn_invalid"),
        (json!({"trn": "12345a7"}), "trn_invalid"),
        (json!({"trn": " 1234567 "}), "TrnRecorded"),
    ];
    check(&submitted().by(system()), "RecordTrn", &rows);
}

#[test]
fn a_held_trn_is_kept_whatever_comes() {
    for body in [json!({"trn": "7654321"}), json!({"trn": "1234567"}), json!({}), json!({"trn": "x"})] {
        assert_eq!(outcome(&with_trn().by(system()).when("RecordTrn", body.clone())), "nothing", "{body}");
    }
}

#[test]
fn a_trn_never_brings_back_whoever_is_deferred_or_withdrawn() {
    for state in [TraineeState::Deferred, TraineeState::Withdrawn] {
        let scene = in_state(state).by(system()).then("RecordTrn", json!({"trn": "1234567"}));
        assert_eq!(scene.state(), state);
        assert!(scene.record().trn.is_some());
        assert_eq!(outcome(&scene.when("RecordTrn", json!({"trn": "7654321"}))), "nothing");
    }
}
