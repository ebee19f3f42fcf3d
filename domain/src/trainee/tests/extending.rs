//! Extending.

use super::*;

fn to(end: &str) -> Value {
    json!({"expected_end_date": end})
}

#[test]
fn an_extension_ends_later_than_the_present_end_and_within_next_year_plus_four() {
    let rows = [
        (json!({}), "end_date_missing"),
        (to("2026-02-29"), "end_date_invalid"),
        (to("2026-07-30"), "end_date_not_later"),
        (to(END), "end_date_not_later"),
        (to("2026-08-01"), "TrainingExtended"),
        (to("2030-12-31"), "TrainingExtended"),
        (to("2031-01-01"), "end_date_out_of_range"),
    ];
    check(&submitted(), "ExtendTraining", &rows);
}

#[test]
fn the_last_year_follows_the_london_year() {
    let at = |instant| outcome(&submitted().at(instant).when("ExtendTraining", to("2031-01-01")));
    assert_eq!(at("2025-12-31T23:59:59.999999Z"), "end_date_out_of_range");
    assert_eq!(at("2026-01-01T00:00:00Z"), "TrainingExtended");
}

#[test]
fn an_end_more_than_ten_years_back_is_out_of_range() {
    let long_ago = json!({"itt_start_date": "2013-09-01", "trainee_start_date": "2013-09-01",
        "expected_end_date": "2014-07-31"});
    let rows = [(to("2015-11-09"), "end_date_out_of_range"), (to("2015-11-10"), "TrainingExtended")];
    check(&submitted_but(&long_ago), "ExtendTraining", &rows);
}

#[test]
fn without_a_present_end_the_start_of_the_course_is_the_floor() {
    let mut scene = submitted();
    scene.trainee.record.as_mut().expect("registered").training.expected_end_date = None;
    let rows = [(to(ITT_START), "end_date_not_later"), (to("2025-09-02"), "TrainingExtended")];
    check(&scene, "ExtendTraining", &rows);
}

#[test]
fn an_extension_tells_both_ends_and_keeps_the_state() {
    for state in [TraineeState::SubmittedForTrn, TraineeState::TrnReceived, TraineeState::Deferred] {
        let events = in_state(state).when("ExtendTraining", to("2026-12-18")).expect("accepted");
        let [TraineeEvent::TrainingExtended(event)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.previous_end_date, event.expected_end_date), (Some(day(END)), day("2026-12-18")));
        let scene = in_state(state).then("ExtendTraining", to("2026-12-18"));
        assert_eq!((scene.state(), scene.record().training.expected_end_date), (state, Some(day("2026-12-18"))));
    }
}

#[test]
fn extending_twice_to_the_same_day_writes_once() {
    let scene = submitted().then("ExtendTraining", to("2026-12-18"));
    assert_eq!(outcome(&scene.when("ExtendTraining", to("2026-12-18"))), "end_date_not_later");
}
