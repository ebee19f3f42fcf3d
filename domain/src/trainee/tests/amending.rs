//! Amending.

use events_schema::personal::Personal;

use super::*;

fn amended(scene: &Scene, body: Value) -> events_schema::events::trainee::TraineeDetailsAmended {
    let mut events = scene.when("AmendTraineeDetails", body).expect("accepted");
    match events.pop() {
        Some(TraineeEvent::TraineeDetailsAmended(event)) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_part_that_changed_is_written_with_the_names_of_its_fields() {
    let person = amended(&with_trn(), json!({"last_names": "Sample", "details": {"email": ""}}));
    assert_eq!(person.changed, ["last_names", "email"]);
    assert_eq!(person.training, None);
    let whole = person.person.expect("changed");
    assert_eq!((whole.first_names, whole.email), (Personal::Open("Ada".to_owned()), None));

    let training = amended(&with_trn(), json!({"route": "iqts", "details": {"phase": "secondary"}}));
    assert_eq!((training.changed, training.person), (vec!["route".to_owned(), "phase".to_owned()], None));
    assert_eq!(training.training.expect("changed").subjects, ["mathematics"]);
}

#[test]
fn nothing_changed_nothing_written() {
    let same = json!({"first_names": " Ada ", "details": {"expected_end_date": END, "subjects": ["mathematics"]}});
    for body in [json!({}), json!({"details": {}}), same] {
        assert_eq!(outcome(&with_trn().when("AmendTraineeDetails", body.clone())), "nothing", "{body}");
    }
}

#[test]
fn what_was_amended_holds() {
    let body = json!({"first_names": "Ida", "details": {"placements": [], "hesa_id": "0123456789012"}});
    let scene = with_trn().then("AmendTraineeDetails", body.clone());
    assert_eq!(scene.record().person.first_names, Personal::Open("Ida".to_owned()));
    assert!(scene.record().training.placements.is_empty());
    assert_eq!(outcome(&scene.when("AmendTraineeDetails", body)), "nothing");
}

#[test]
fn outside_draft_a_later_end_is_an_extension_and_an_earlier_one_a_correction() {
    let end = |date: &str| json!({"details": {"expected_end_date": date}});
    let rows = [
        (end("2026-08-01"), "later_end_date_is_extension"),
        (end("2026-07-30"), "TraineeDetailsAmended"),
        (end(ITT_START), "end_date_not_later"),
    ];
    for state in [TraineeState::SubmittedForTrn, TraineeState::TrnReceived, TraineeState::Deferred] {
        check(&in_state(state), "AmendTraineeDetails", &rows);
    }
    let complete = in_state(TraineeState::Awarded).by(support());
    check(&complete, "AmendTraineeDetails", &rows);
    check(&in_state(TraineeState::Draft), "AmendTraineeDetails", &[(end("2026-08-01"), "TraineeDetailsAmended")]);
}

/// A record whose person asked for erasure: the fields are there and cannot be read any more.
fn erased(mut scene: Scene) -> Scene {
    let record = scene.trainee.record.as_mut().expect("registered");
    record.trn = Some(Personal::Erased);
    record.person.first_names = Personal::Erased;
    record.person.date_of_birth = Some(Personal::Erased);
    scene
}

#[test]
fn an_erased_person_still_counts_as_known_and_is_not_written_again() {
    let scene = erased(with_trn());
    let event = amended(&scene, json!({"details": {"phase": "secondary"}}));
    assert_eq!((event.person, event.changed), (None, vec!["phase".to_owned()]));
    assert_eq!(outcome(&scene.clone().by(system()).when("RecordTrn", json!({"trn": "7654321"}))), "nothing");
    let recommended = scene.when("RecommendForQts", json!({"qts_standards_met_date": TODAY}));
    assert_eq!(outcome(&recommended), "TraineeRecommendedForQts");
}

#[test]
fn names_stay_and_subjects_stay_few() {
    let rows = [
        (json!({"first_names": ""}), "names_missing"),
        (json!({"last_names": " "}), "names_missing"),
        (json!({"details": {"subjects": ["a", "b", "c", "d"]}}), "too_many_subjects"),
        (json!({"details": {"trainee_start_date": "2025-08-31"}}), "date_before_itt_start"),
    ];
    check(&with_trn(), "AmendTraineeDetails", &rows);
}
