//! Whatever commands come in whatever order, the promises about a trainee's record hold.

use std::collections::BTreeSet;

use events_schema::heading::Heading;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};

use super::*;
use crate::trainee::rejections;

/// Days around every limit of the rules.
const DAYS: [&str; 12] = [
    "2015-01-01",
    "2025-08-31",
    ITT_START,
    DEFERRED_ON,
    "2025-10-20",
    TODAY,
    "2025-11-11",
    "2026-03-01",
    END,
    "2026-12-18",
    "2029-06-01",
    "2033-01-01",
];

/// Where each event may lead from where; an event that is not in a row keeps the state.
const EDGES: &[(&str, &[(TraineeState, TraineeState)])] = {
    use TraineeState::{
        Awarded as A, Deferred as D, Draft, RecommendedForAward as R, SubmittedForTrn as S, TrnReceived as T,
        Withdrawn as W,
    };
    &[
        ("TraineeSubmittedForTrn", &[(Draft, S)]),
        ("TrnRecorded", &[(S, T), (D, D), (W, W)]),
        ("TraineeRecommendedForQts", &[(T, R)]),
        ("QtsAwarded", &[(R, A)]),
        ("TraineeDeferred", &[(S, D), (T, D)]),
        ("TraineeReinstated", &[(D, S), (D, T)]),
        ("TrainingExtended", &[(S, S), (T, T), (D, D)]),
        ("TraineeWithdrawn", &[(S, W), (T, W), (D, W)]),
        ("WithdrawalUndone", &[(W, S), (W, T), (W, D)]),
        ("RecommendationRescinded", &[(R, T), (A, T)]),
    ]
};

/// One command with who sends it and on which day.
#[derive(Debug, Clone)]
struct Step {
    name: &'static str,
    body: Value,
    actor: Actor,
    day: &'static str,
}

fn any_day() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => proptest::sample::select(&DAYS[3..6]), 1 => proptest::sample::select(&DAYS[..])]
}

/// A day as a command writes it: mostly real, now and then absent, blank or wrong.
fn written_day() -> impl Strategy<Value = Value> {
    let odd = proptest::sample::select(vec![json!(null), json!(""), json!("2025-02-30")]);
    prop_oneof![9 => any_day().prop_map(|day| json!(day)), 1 => odd]
}

fn body(name: &'static str) -> BoxedStrategy<Value> {
    match name {
        "RegisterTrainee" => proptest::sample::select(vec![complete(), bare()]).boxed(),
        "RecordTrn" => {
            proptest::sample::select(vec!["1234567", "7654321", "", "12"]).prop_map(|trn| json!({ "trn": trn })).boxed()
        }
        "RecommendForQts" => written_day().prop_map(|day| json!({"qts_standards_met_date": day})).boxed(),
        "RecordQtsAward" => written_day().prop_map(|day| json!({"awarded_at": day})).boxed(),
        "DeferTrainee" => written_day().prop_map(|day| json!({"defer_date": day, "defer_reason": "Illness"})).boxed(),
        "ReinstateTrainee" => (written_day(), proptest::sample::select(&DAYS[7..]))
            .prop_map(|(day, end)| json!({"return_date": day, "expected_end_date": end}))
            .boxed(),
        "ExtendTraining" => {
            proptest::sample::select(&DAYS[6..]).prop_map(|end| json!({"expected_end_date": end})).boxed()
        }
        "WithdrawTrainee" => (written_day(), proptest::sample::select(vec!["trainee", "provider", ""]))
            .prop_map(|(day, trigger)| {
                json!({"withdrawal_date": day, "trigger": trigger, "future_interest": "no",
                    "reasons": ["did_not_make_progress", "unacceptable_behaviour"]})
            })
            .boxed(),
        "UndoWithdrawal" | "RescindRecommendation" => {
            proptest::sample::select(vec!["A slip", " "]).prop_map(|comment| json!({ "comment": comment })).boxed()
        }
        "AmendTraineeDetails" => proptest::sample::select(amendments()).boxed(),
        _ => Just(json!({})).boxed(),
    }
}

/// A registration with names and route only.
fn bare() -> Value {
    json!({"first_names": "Ada", "last_names": "Example", "route": "early_years_undergrad"})
}

fn amendments() -> Vec<Value> {
    vec![
        json!({"details": complete()["details"]}),
        json!({"last_names": "Sample"}),
        json!({"details": {"age_range": ""}}),
        json!({"details": {"expected_end_date": "2026-06-30"}}),
        json!({"defer_date": "2025-10-20"}),
        json!({"route": "iqts", "details": {"placements": []}}),
    ]
}

fn any_actor() -> impl Strategy<Value = Actor> {
    let other = actor(ActorKind::TrainingProvider, "2AB");
    prop_oneof![8 => Just(support()), 8 => Just(provider()), 4 => Just(system()), 1 => Just(other)]
}

fn any_step() -> impl Strategy<Value = Step> {
    (proptest::sample::select(TraineeCommand::NAMES), any_actor(), any_day())
        .prop_flat_map(|(name, actor, day)| (Just(name), body(name), Just(actor), Just(day)))
        .prop_map(|(name, body, actor, day)| Step { name, body, actor, day })
}

/// Sequences that often begin as a record does, so that later states are reached too.
fn any_history() -> impl Strategy<Value = Vec<Step>> {
    let opening = |name, body, actor| Step { name, body, actor, day: TODAY };
    let openings = [
        opening("RegisterTrainee", complete(), provider()),
        opening("SubmitForTrn", json!({}), provider()),
        opening("RecordTrn", json!({"trn": "1234567"}), system()),
    ];
    let opened = (0..=openings.len()).prop_map(move |length| openings[..length].to_vec());
    (opened, proptest::collection::vec(any_step(), 1..40)).prop_map(|(opened, steps)| [opened, steps].concat())
}

fn keeps_to_the_edges(event: &TraineeEvent, before: TraineeState, after: TraineeState) -> bool {
    let edges = EDGES.iter().find(|(name, _)| *name == event.event_type());
    edges.map_or(before == after, |(_, edges)| edges.contains(&(before, after)))
}

/// What must hold between a record and the same record after one event.
fn check_step(before: &Record, event: &TraineeEvent, after: &Record) {
    assert!(keeps_to_the_edges(event, before.state, after.state), "{event:?}: {} to {}", before.state, after.state);
    assert!(before.trn.is_none() || before.trn == after.trn, "a held TRN was overwritten");
    assert_eq!((before.trainee_id, &before.provider), (after.trainee_id, &after.provider));
    assert!(after.state != TraineeState::Awarded || before.recommendation.is_some(), "awarded, not recommended");
    let recommended = matches!(after.state, TraineeState::RecommendedForAward | TraineeState::Awarded);
    assert_eq!(after.recommendation.is_some(), recommended);
    assert_eq!(after.state_before_withdrawal.is_some(), after.state == TraineeState::Withdrawn);
    if matches!(after.state, TraineeState::TrnReceived | TraineeState::RecommendedForAward | TraineeState::Awarded) {
        assert!(after.trn.is_some(), "{} without a TRN", after.state);
    }
    if after.state == TraineeState::SubmittedForTrn {
        assert!(after.trn.is_none(), "waits for a TRN that is held");
    }
}

fn check_refusal(refused: &Rejection) {
    let of_trainees = rejections::CODES.contains(&(refused.code, refused.rule));
    assert!(of_trainees || (refused.code, refused.rule) == ("not_permitted", "permissions/1"), "{refused:?}");
    let message = refused.message.to_lowercase();
    assert!(message.ends_with('.') && !message.contains("fail"), "{refused:?}");
    assert!(!message.contains("ada") && !message.contains("1234567"), "{refused:?}");
}

/// Plays the steps, checking each; returns the names of what was written.
fn play(steps: Vec<Step>) -> BTreeSet<&'static str> {
    let mut scene = nothing_yet();
    let mut written = Vec::new();
    for Step { name, body, actor, day } in steps {
        scene = scene.by(actor).on(day);
        let command = command(name, body);
        match scene.decide(&command) {
            Err(refused) => check_refusal(&refused),
            Ok(events) => {
                assert!(events.len() <= 1, "one command, one event");
                for event in &events {
                    check_event(&mut scene, event);
                }
                written.extend(events);
                let again = scene.decide(&command).unwrap_or_default();
                assert_eq!(again, [], "{name} wrote twice");
            }
        }
    }
    assert_eq!(Trainee::fold(&written), scene.trainee, "what was written is the state");
    written.iter().map(EventSet::event_type).collect()
}

fn check_event(scene: &mut Scene, event: &TraineeEvent) {
    let before = scene.trainee.record.clone();
    scene.trainee.evolve(event);
    if let Some(before) = before {
        check_step(&before, event, scene.record());
    }
    assert!(!event.heading().to_lowercase().contains("fail"), "{}", event.heading());
}

proptest! {
    #![proptest_config(Config::with_cases(512))]

    #[test]
    fn any_sequence_of_commands_keeps_the_promises(steps in any_history()) {
        play(steps);
    }
}

#[test]
fn the_sequences_reach_every_event() {
    let mut runner = TestRunner::deterministic();
    let mut written = BTreeSet::new();
    for _ in 0..500 {
        let steps = any_history().new_tree(&mut runner).expect("a history").current();
        written.extend(play(steps));
    }
    assert_eq!(written, TraineeEvent::TYPES.iter().copied().collect());
}
