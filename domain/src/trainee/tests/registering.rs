//! Registering, and what a record holds from the first event on.

use super::*;

#[test]
fn a_provider_registers_its_own_trainee_in_draft() {
    let scene = registered_as(complete());
    assert_eq!((scene.state(), scene.record().provider.as_str()), (TraineeState::Draft, "1TZ"));
    assert_eq!(scene.record().trainee_id, TRAINEE);
}

#[test]
fn without_an_id_the_record_gets_the_new_one() {
    let command = TraineeCommand::decode("RegisterTrainee", &complete().to_string()).expect("name").expect("body");
    let events = nothing_yet().decide(&command).expect("accepted");
    let [TraineeEvent::TraineeRegistered(event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.trainee_id, TraineeId(Uuid::from_u128(7)));
}

#[test]
fn a_provider_may_name_itself_but_nobody_else() {
    let mut body = complete();
    body["provider"] = json!("1tz");
    assert_eq!(outcome(&nothing_yet().when("RegisterTrainee", body.clone())), "TraineeRegistered");
    body["provider"] = json!("2AB");
    assert_eq!(outcome(&nothing_yet().when("RegisterTrainee", body)), "not_yours");
}

#[test]
fn support_names_the_provider() {
    let mut body = complete();
    assert_eq!(outcome(&nothing_yet().by(support()).when("RegisterTrainee", body.clone())), "provider_missing");
    body["provider"] = json!("2AB");
    let scene = nothing_yet().by(support()).then("RegisterTrainee", body);
    assert_eq!(scene.record().provider.as_str(), "2AB");
}

#[test]
fn an_unknown_provider_registers_nobody() {
    let scene = nothing_yet();
    let facts = TraineeFacts { provider_known: false, ..scene.facts() };
    let decided = scene.trainee.decide(&command("RegisterTrainee", complete()), &facts);
    assert_eq!(outcome(&decided), "provider_unknown");
    let odd = nothing_yet().by(actor(ActorKind::TrainingProvider, "not-a-provider-code"));
    assert_eq!(outcome(&odd.when("RegisterTrainee", complete())), "provider_unknown");
}

#[test]
fn names_are_needed() {
    for field in ["first_names", "last_names"] {
        let mut body = complete();
        body[field] = json!("  ");
        assert_eq!(outcome(&nothing_yet().when("RegisterTrainee", body)), "names_missing", "{field}");
    }
}

#[test]
fn three_subjects_are_the_most() {
    let three = json!({"subjects": ["a", "b", "c", " "]});
    assert_eq!(registered_as(complete_but(&three)).record().training.subjects, ["a", "b", "c"]);
    let four = complete_but(&json!({"subjects": ["a", "b", "c", "d"]}));
    assert_eq!(outcome(&nothing_yet().when("RegisterTrainee", four)), "too_many_subjects");
}

#[test]
fn the_course_ends_after_it_starts_and_nobody_starts_before_it() {
    let rows = [
        (json!({"expected_end_date": ITT_START}), "end_date_not_later"),
        (json!({"expected_end_date": "2025-09-02"}), "TraineeRegistered"),
        (json!({"trainee_start_date": "2025-08-31"}), "date_before_itt_start"),
        (json!({"itt_start_date": null}), "TraineeRegistered"),
    ];
    for (details, expected) in rows {
        let decided = nothing_yet().when("RegisterTrainee", complete_but(&details));
        assert_eq!(outcome(&decided), expected, "{details}");
    }
}

#[test]
fn a_hesa_id_has_13_or_17_digits_and_is_not_repeated_when_it_has_not() {
    for (digits, fits) in [("0123456789012", true), ("01234567890123456", true), ("987654321", false)] {
        let body = complete_but(&json!({"hesa_id": digits})).to_string();
        let decoded = TraineeCommand::decode("RegisterTrainee", &body).expect("name");
        assert_eq!(decoded.is_ok(), fits, "{digits}");
        if let Err(error) = decoded {
            assert!(!error.to_string().contains(digits), "{error}");
        }
    }
}

#[test]
fn the_urn_of_a_placement_is_parsed_and_blank_entries_are_left_out() {
    let scene = registered_as(complete());
    let urn = scene.record().training.placements[1].school_urn.as_ref().expect("given");
    assert_eq!(urn.as_str(), "100120");
    let blank = json!({"placements": [{"school_name": " "}], "degrees": [{"subject": "", "institution": ""}]});
    let training = registered_as(complete_but(&blank)).record().training.clone();
    assert!(training.placements.is_empty() && training.degrees.is_empty());
    let wrong = complete_but(&json!({"placements": [{"school_urn": "12a", "school_name": "A"}]})).to_string();
    assert!(TraineeCommand::decode("RegisterTrainee", &wrong).expect("name").is_err());
}

#[test]
fn unknown_fields_and_routes_are_refused_by_the_decoder() {
    for (field, value) in [("nickname", json!("A")), ("route", json!("by_osmosis"))] {
        let mut body = complete();
        body[field] = value;
        assert!(TraineeCommand::decode("RegisterTrainee", &body.to_string()).expect("name").is_err(), "{field}");
    }
    let unknown_detail = complete_but(&json!({"shoe_size": 41})).to_string();
    assert!(TraineeCommand::decode("RegisterTrainee", &unknown_detail).expect("name").is_err());
}
