//! Who may do what to a record.

use super::*;

/// A body that is accepted, for each command and a state in which it is.
fn acceptable() -> Vec<(&'static str, Scene, Value)> {
    vec![
        ("AmendTraineeDetails", submitted(), json!({"last_names": "Sample"})),
        ("SubmitForTrn", in_state(TraineeState::Draft), json!({})),
        ("RecordTrn", submitted(), json!({"trn": "1234567"})),
        ("RecommendForQts", with_trn(), json!({"qts_standards_met_date": TODAY})),
        ("RecordQtsAward", in_state(TraineeState::RecommendedForAward), json!({"awarded_at": TODAY})),
        ("DeferTrainee", submitted(), json!({"defer_date": TODAY})),
        ("ReinstateTrainee", in_state(TraineeState::Deferred), json!({"return_date": TODAY, "expected_end_date": END})),
        ("ExtendTraining", submitted(), json!({"expected_end_date": "2026-12-18"})),
        ("WithdrawTrainee", submitted(), withdrawal()),
        ("UndoWithdrawal", in_state(TraineeState::Withdrawn), json!({"comment": "A slip"})),
        ("RescindRecommendation", in_state(TraineeState::Awarded), json!({"comment": "A slip"})),
    ]
}

#[test]
fn another_providers_trainee_is_not_yours_whatever_you_ask() {
    let other = actor(ActorKind::TrainingProvider, "2AB");
    for (name, scene, body) in acceptable() {
        assert_eq!(outcome(&scene.by(other.clone()).when(name, body)), "not_yours", "{name}");
    }
}

#[test]
fn a_provider_is_known_by_its_code_in_either_case() {
    let lower = actor(ActorKind::TrainingProvider, "1tz");
    assert_eq!(outcome(&submitted().by(lower).when("DeferTrainee", json!({"defer_date": TODAY}))), "TraineeDeferred");
}

#[test]
fn support_may_do_everything() {
    for (name, scene, body) in acceptable() {
        assert!(scene.by(support()).when(name, body).is_ok(), "{name}");
    }
}

#[test]
fn the_own_provider_may_do_what_is_neither_supports_nor_the_teaching_records() {
    for (name, scene, body) in acceptable() {
        let expected = match name {
            "UndoWithdrawal" | "RescindRecommendation" => Err("support_only"),
            "RecordTrn" | "RecordQtsAward" => Err("not_permitted"),
            _ => Ok(()),
        };
        let decided = scene.by(provider()).when(name, body).map(|_| ());
        assert_eq!(decided.map_err(|refused| refused.code), expected, "{name}");
    }
}

#[test]
fn processes_ask_for_trns_and_pass_on_answers() {
    for (name, scene, body) in acceptable() {
        let expected = match name {
            "SubmitForTrn" | "RecordTrn" | "RecordQtsAward" => Ok(()),
            "UndoWithdrawal" | "RescindRecommendation" => Err("support_only"),
            _ => Err("not_permitted"),
        };
        let decided = scene.by(system()).when(name, body).map(|_| ());
        assert_eq!(decided.map_err(|refused| refused.code), expected, "{name}");
    }
}

#[test]
fn nobody_else_may_do_anything() {
    let may = [ActorKind::TrainingProvider, ActorKind::Support, ActorKind::System];
    for kind in ActorKind::ALL.into_iter().filter(|kind| !may.contains(kind)) {
        for (name, scene, body) in acceptable() {
            assert_eq!(outcome(&scene.by(actor(kind, "1TZ")).when(name, body)), "not_permitted", "{name} by {kind:?}");
        }
        let registering = nothing_yet().by(actor(kind, "1TZ")).when("RegisterTrainee", complete());
        assert_eq!(outcome(&registering), "not_permitted", "{kind:?}");
    }
}

#[test]
fn a_record_from_hesa_takes_every_command_but_amending() {
    for (name, scene, body) in acceptable() {
        let mut scene = scene.by(support());
        scene.trainee.record.as_mut().expect("registered").from_hesa = true;
        let decided = scene.when(name, body).map(|_| ());
        let expected = if name == "AmendTraineeDetails" { Err("hesa_editing_off") } else { Ok(()) };
        assert_eq!(decided.map_err(|refused| refused.code), expected, "{name}");
    }
    let mut from_hesa = complete();
    from_hesa["from_hesa"] = json!(true);
    let scene = registered_as(from_hesa);
    assert!(scene.record().from_hesa);
    assert_eq!(outcome(&scene.when("AmendTraineeDetails", json!({"last_names": "S"}))), "hesa_editing_off");
}
