//! What support takes back.

use super::*;

fn comment() -> Value {
    json!({"comment": "Withdrawn by a slip", "ticket_url": "https://support.example/1"})
}

#[test]
fn a_comment_is_required_and_a_ticket_is_not() {
    let rows = |event| {
        [
            (json!({}), "comment_missing"),
            (json!({"comment": "  "}), "comment_missing"),
            (json!({"comment": "x".repeat(2001)}), "text_too_long"),
            (json!({"comment": "A slip"}), event),
            (comment(), event),
        ]
    };
    check(&in_state(TraineeState::Withdrawn).by(support()), "UndoWithdrawal", &rows("WithdrawalUndone"));
    for state in [TraineeState::RecommendedForAward, TraineeState::Awarded] {
        check(&in_state(state).by(support()), "RescindRecommendation", &rows("RecommendationRescinded"));
    }
}

#[test]
fn an_undone_withdrawal_leads_back_to_the_state_before() {
    for state in [TraineeState::SubmittedForTrn, TraineeState::TrnReceived, TraineeState::Deferred] {
        let scene = in_state(state);
        let back = scene.clone().then("WithdrawTrainee", withdrawal()).by(support()).then("UndoWithdrawal", comment());
        assert_eq!(back.trainee, scene.trainee, "{state}: as if nothing had happened");
    }
}

#[test]
fn whoever_got_a_trn_while_withdrawn_does_not_wait_for_it_again() {
    let withdrawn = in_state(TraineeState::Withdrawn).by(system()).then("RecordTrn", json!({"trn": "1234567"}));
    assert_eq!(withdrawn.by(support()).then("UndoWithdrawal", comment()).state(), TraineeState::TrnReceived);
}

#[test]
fn a_rescinded_recommendation_no_longer_applies_and_can_be_made_again() {
    for state in [TraineeState::RecommendedForAward, TraineeState::Awarded] {
        let scene = in_state(state).by(support()).then("RescindRecommendation", comment());
        assert_eq!((scene.state(), scene.record().recommendation), (TraineeState::TrnReceived, None));
        assert!(scene.record().trn.is_some());
        let again = scene.by(provider()).when("RecommendForQts", json!({"qts_standards_met_date": TODAY}));
        assert_eq!(outcome(&again), "TraineeRecommendedForQts");
    }
}

#[test]
fn the_event_says_which_of_the_two_was_taken_back() {
    for state in [TraineeState::RecommendedForAward, TraineeState::Awarded] {
        let events = in_state(state).by(support()).when("RescindRecommendation", comment()).expect("accepted");
        let [TraineeEvent::RecommendationRescinded(event)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(event.state_before, state);
    }
}
