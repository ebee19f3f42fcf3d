//! Recommending and the award.

use events_schema::codes::{AwardType, Route};

use super::*;
use crate::policies::routes::route_policy;

fn recommend_on(date: &str) -> Value {
    json!({"qts_standards_met_date": date})
}

#[test]
fn the_date_standards_met_is_a_real_day_between_itt_start_and_today() {
    let rows = [
        (json!({}), "date_missing"),
        (recommend_on(" "), "date_missing"),
        (recommend_on("2025-11-31"), "date_invalid"),
        (recommend_on("10/11/2025"), "date_invalid"),
        (recommend_on("2025-11-11"), "date_in_future"),
        (recommend_on(TODAY), "TraineeRecommendedForQts"),
        (recommend_on(ITT_START), "TraineeRecommendedForQts"),
        (recommend_on("2025-08-31"), "date_before_itt_start"),
    ];
    check(&with_trn(), "RecommendForQts", &rows);
}

#[test]
fn today_is_the_day_in_london() {
    let summer = |instant| with_trn().at(instant).when("RecommendForQts", recommend_on("2026-07-01"));
    assert_eq!(outcome(&summer("2026-06-30T22:59:59.999999Z")), "date_in_future");
    assert_eq!(outcome(&summer("2026-06-30T23:00:00Z")), "TraineeRecommendedForQts");
    let winter = |instant| with_trn().at(instant).when("RecommendForQts", recommend_on("2026-01-01"));
    assert_eq!(outcome(&winter("2025-12-31T23:59:59.999999Z")), "date_in_future");
    assert_eq!(outcome(&winter("2026-01-01T00:00:00Z")), "TraineeRecommendedForQts");
}

#[test]
fn nobody_is_recommended_before_the_course_begins() {
    let decided = with_trn().on("2025-08-31").when("RecommendForQts", recommend_on("2025-08-31"));
    assert_eq!(outcome(&decided), "itt_not_started");
    assert!(message(decided).contains("1 September 2025"));
    let first_day = with_trn().on(ITT_START).when("RecommendForQts", recommend_on(ITT_START));
    assert_eq!(outcome(&first_day), "TraineeRecommendedForQts");
}

#[test]
fn what_is_missing_has_its_code_and_the_message_lists_it_all() {
    let one = json!([{"school_name": "A School"}]);
    let rows = [
        (json!({"trainee_start_date": null}), "record_incomplete", "trainee start date"),
        (json!({"trainee_start_date": null, "degrees": []}), "record_incomplete", "trainee start date, a degree"),
        (json!({"degrees": []}), "degree_missing", "a degree"),
        (json!({"degrees": [], "placements": []}), "degree_missing", "a degree, placements (the route needs 2, 0"),
        (json!({"placements": one}), "placements_missing", "the route needs 2, 1 recorded"),
    ];
    for (details, code, shown) in rows {
        let decided = with_trn_but(&details).when("RecommendForQts", recommend_on(TODAY));
        assert_eq!(outcome(&decided), code, "{details}");
        let message = message(decided);
        assert!(message.contains(shown), "{details}: {message}");
    }
}

#[test]
fn whoever_is_there_needs_no_expected_end() {
    let mut scene = with_trn();
    scene.trainee.record.as_mut().expect("registered").training.expected_end_date = None;
    assert_eq!(outcome(&scene.when("RecommendForQts", recommend_on(TODAY))), "TraineeRecommendedForQts");
}

#[test]
fn the_row_of_a_file_stays_with_the_recommendation() {
    let upload = json!({"upload_id": TRAINEE, "row": 7});
    let decided = with_trn().when("RecommendForQts", json!({"qts_standards_met_date": TODAY, "upload": upload}));
    let TraineeEvent::TraineeRecommendedForQts(event) = &decided.expect("accepted")[0] else { panic!("recommended") };
    assert_eq!(event.upload.as_ref().map(|upload| upload.row), Some(7));
}

#[test]
fn a_section_emptied_after_the_trn_came_is_missed() {
    let scene = with_trn().then("AmendTraineeDetails", json!({"details": {"age_range": ""}}));
    let decided = scene.when("RecommendForQts", recommend_on(TODAY));
    assert_eq!(outcome(&decided), "record_incomplete");
    assert!(message(decided).contains("age range"));
}

#[test]
fn each_route_asks_for_its_own_placements_and_degree_and_gives_its_own_award() {
    for route in Route::ALL {
        let policy = route_policy(*route);
        let with = |placements: usize, degrees: usize| {
            let place = json!({"school_name": "A School"});
            let degree = json!({"subject": "S", "institution": "I"});
            let details = json!({"placements": vec![place; placements], "degrees": vec![degree; degrees]});
            let mut body = complete_but(&details);
            body["route"] = json!(route);
            registered_as(body)
                .then("SubmitForTrn", json!({}))
                .by(system())
                .then("RecordTrn", json!({"trn": "1234567"}))
                .by(provider())
                .when("RecommendForQts", recommend_on(TODAY))
        };
        let least = policy.placements.least();
        let enough = with(least, usize::from(policy.degree_needed)).expect("enough");
        let [TraineeEvent::TraineeRecommendedForQts(event)] = enough.as_slice() else { panic!("{enough:?}") };
        assert_eq!((event.award, event.route), (policy.award, *route));
        if policy.degree_needed {
            assert_eq!(outcome(&with(least, 0)), "degree_missing", "{route}");
        }
        if least > 0 {
            assert_eq!(outcome(&with(least - 1, 1)), "placements_missing", "{route}");
        }
    }
}

#[test]
fn the_recommendation_says_when_it_was_made_and_since_when_standards_are_met() {
    let scene = with_trn().then("RecommendForQts", recommend_on("2025-11-03"));
    let recommendation = scene.record().recommendation.expect("stands");
    assert_eq!(recommendation.outcome_date, day("2025-11-03"));
    assert_eq!(recommendation.recommended_for_award_at, noon(TODAY));
    assert_eq!(recommendation.award, AwardType::Qts);
}

#[test]
fn an_award_needs_a_real_date() {
    let rows = [
        (json!({}), "award_date_missing"),
        (json!({"awarded_at": ""}), "award_date_missing"),
        (json!({"awarded_at": "2025-02-29"}), "date_invalid"),
        (json!({"awarded_at": "2025-11-11"}), "date_in_future"),
        (json!({"awarded_at": "2025-11-09"}), "award_date_differs"),
        (json!({"awarded_at": TODAY}), "QtsAwarded"),
    ];
    check(&in_state(TraineeState::RecommendedForAward).by(system()), "RecordQtsAward", &rows);
}
