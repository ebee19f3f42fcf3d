//! Every cell of DOMAIN 4.2 from outside, over NATS: each command in each state of a trainee's record.

use events_schema::events::EventSet;
use serde_json::{Value, json};

use tests::{
    reference::{OTHER_PROVIDER, PROVIDER, SUPPORT},
    world::World,
};

use super::decided_again::decided_again;

const REGISTER: &str = "system_register";

pub(super) const STATES: [&str; 7] =
    ["draft", "submitted_for_trn", "trn_received", "recommended_for_award", "awarded", "deferred", "withdrawn"];

/// What a cell holds: an event and the state after it, or a refusal.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell {
    /// The event, and the state then; nothing = the state is kept.
    To(&'static str, Option<&'static str>),
    /// Refused `invalid_transition`.
    X,
    /// Refused under another code.
    No(&'static str),
    /// Nothing to do.
    Nothing,
}
use Cell::{No, Nothing, To, X};

/// A row of the table: who sends what, and the cells in the order of [`STATES`].
pub(super) type Row = (&'static str, &'static str, fn() -> Value, [Cell; 7]);

const EXTENDED: Cell = To("TrainingExtended", None);
const DEFERRED: Cell = To("TraineeDeferred", Some("deferred"));
const WITHDRAWN: Cell = To("TraineeWithdrawn", Some("withdrawn"));
const AMENDED: Cell = To("TraineeDetailsAmended", None);
const RESCINDED: Cell = To("RecommendationRescinded", Some("trn_received"));
const TRN_KEPT_STATE: Cell = To("TrnRecorded", None);

pub(super) const TABLE: [Row; 13] = [
    (
        "SubmitForTrn",
        PROVIDER,
        || json!({}),
        [To("TraineeSubmittedForTrn", Some("submitted_for_trn")), X, X, X, X, X, X],
    ),
    (
        "RecordTrn",
        REGISTER,
        || json!({ "trn": "1234567" }),
        [X, To("TrnRecorded", Some("trn_received")), Nothing, X, X, TRN_KEPT_STATE, TRN_KEPT_STATE],
    ),
    (
        "RecommendForQts",
        PROVIDER,
        recommendation,
        [X, X, To("TraineeRecommendedForQts", Some("recommended_for_award")), X, X, X, X],
    ),
    (
        "RecordQtsAward",
        REGISTER,
        || json!({ "awarded_at": "2025-06-01" }),
        [X, X, X, To("QtsAwarded", Some("awarded")), X, X, X],
    ),
    ("DeferTrainee", PROVIDER, deferral, [X, DEFERRED, DEFERRED, X, X, X, X]),
    (
        "ReinstateTrainee",
        PROVIDER,
        || json!({ "return_date": "2025-06-10", "expected_end_date": "2025-12-31" }),
        [X, X, X, X, X, To("TraineeReinstated", Some("submitted_for_trn")), X],
    ),
    (
        "ExtendTraining",
        PROVIDER,
        || json!({ "expected_end_date": "2026-03-31" }),
        [X, EXTENDED, EXTENDED, X, X, EXTENDED, X],
    ),
    ("WithdrawTrainee", PROVIDER, withdrawal, [X, WITHDRAWN, WITHDRAWN, X, X, WITHDRAWN, X]),
    (
        "UndoWithdrawal",
        SUPPORT,
        || json!({ "comment": "entered by mistake" }),
        [X, X, X, X, X, X, To("WithdrawalUndone", Some("submitted_for_trn"))],
    ),
    ("UndoWithdrawal", PROVIDER, || json!({ "comment": "entered by mistake" }), [No("not_permitted"); 7]),
    ("RescindRecommendation", SUPPORT, || json!({ "comment": "wrong person" }), [X, X, X, RESCINDED, RESCINDED, X, X]),
    (
        "AmendTraineeDetails",
        PROVIDER,
        amendment,
        [AMENDED, AMENDED, AMENDED, No("support_only"), No("support_only"), AMENDED, No("support_only")],
    ),
    ("AmendTraineeDetails", SUPPORT, amendment, [AMENDED; 7]),
];

fn recommendation() -> Value {
    json!({ "qts_standards_met_date": "2025-06-01" })
}

fn deferral() -> Value {
    json!({ "defer_date": "2025-05-01" })
}

fn withdrawal() -> Value {
    json!({ "withdrawal_date": "2025-05-15", "trigger": "provider", "reasons": ["unacceptable_behaviour"],
        "future_interest": "unknown" })
}

fn amendment() -> Value {
    json!({ "first_names": "Grace", "details": { "phase": "secondary" } })
}

pub(super) fn registration() -> Value {
    json!({
        "first_names": "Ada", "last_names": "Example", "route": "provider_led_postgrad",
        "details": {
            "date_of_birth": "1999-01-01", "email": "ada@trainee.example", "provider_trainee_id": "T-1",
            "phase": "primary", "age_range": "5_to_11", "subjects": ["primary teaching"],
            "itt_start_date": "2024-09-01", "trainee_start_date": "2024-09-02", "expected_end_date": "2025-07-31",
            "degrees": [{ "subject": "Mathematics", "institution": "University of Example" }],
            "placements": [{ "school_name": "One" }, { "school_name": "Two" }]
        }
    })
}

/// The steps that lead to a state; a deferred and a withdrawn trainee hold no TRN, as the table's cells suppose.
fn steps(state: &str) -> &'static [&'static str] {
    match state {
        "draft" => &[],
        "submitted_for_trn" => &["SubmitForTrn"],
        "trn_received" => &["SubmitForTrn", "RecordTrn"],
        "recommended_for_award" => &["SubmitForTrn", "RecordTrn", "RecommendForQts"],
        "awarded" => &["SubmitForTrn", "RecordTrn", "RecommendForQts", "RecordQtsAward"],
        "deferred" => &["SubmitForTrn", "DeferTrainee"],
        "withdrawn" => &["SubmitForTrn", "WithdrawTrainee"],
        other => unreachable!("no state {other}"),
    }
}

fn named(name: &str) -> &'static Row {
    TABLE.iter().find(|(known, ..)| *known == name).expect("a row")
}

pub(super) fn of_trainee(id: &str, mut body: Value) -> Value {
    body["trainee_id"] = id.into();
    body
}

/// The withdrawal date of a deferred trainee is the deferral's; it is not given again.
pub(super) fn in_state(state: &str, mut body: Value) -> Value {
    if state == "deferred"
        && let Some(fields) = body.as_object_mut()
    {
        fields.remove("withdrawal_date");
    }
    body
}

pub(super) async fn trainee_in(world: &World, state: &str) -> String {
    let registered = world.accepted(PROVIDER, "RegisterTrainee", registration()).await;
    let id = registered["id"].as_str().expect("the new record").to_owned();
    for step in steps(state) {
        let (name, actor, body, _) = named(step);
        world.accepted(actor, name, of_trainee(&id, body())).await;
    }
    id
}

async fn assert_cell(world: &World, row: &Row, (state, id): (&str, &str)) {
    let (name, actor, body, cells) = row;
    let column = STATES.iter().position(|known| *known == state).expect("a state");
    let place = format!("{name} by {actor} in {state}");
    let before = world.written().await.0;
    let answer = world.send(actor, name, of_trainee(id, in_state(state, body()))).await;
    let after = world.written().await.0;
    match cells[column] {
        To(event, to) => {
            assert_eq!(answer.body["outcome"], "accepted", "{place}: {}", answer.body);
            let recorded = world.log().event_at(after).await.expect("readable").expect("there");
            assert_eq!((recorded.event.event_type(), after), (event, before + 1), "{place}");
            let view = world.query("training-provider_1AB", "trainee", json!({ "id": id, "wait_for": after })).await;
            assert_eq!(view.body["state"], to.unwrap_or(state), "{place}");
        }
        Nothing => assert_eq!((&answer.body["outcome"], after), (&json!("nothing_to_do"), before), "{place}"),
        X => assert_refused(&place, &answer.body, "invalid_transition"),
        No(code) => assert_refused(&place, &answer.body, code),
    }
    if !matches!(cells[column], To(..)) {
        assert_eq!(after, before, "{place}: no event");
    }
}

fn assert_refused(place: &str, body: &Value, code: &str) {
    assert_eq!((&body["outcome"], &body["code"]), (&json!("rejected"), &json!(code)), "{place}: {body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_in_every_state_answers_as_the_table_says() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", false).await;
    for row in &TABLE {
        for state in STATES {
            let id = trainee_in(&world, state).await;
            assert_cell(&world, row, (state, &id)).await;
        }
    }
    let (accepted, refused) = decided_again(&world).await;
    assert!(accepted > 100 && refused > 30, "most were made again: {accepted}, {refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_another_provider_looks_as_if_there_were_none() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", false).await;
    let id = trainee_in(&world, "trn_received").await;
    let missing = uuid::Uuid::now_v7().to_string();
    let theirs = world.send(OTHER_PROVIDER, "RecommendForQts", of_trainee(&id, recommendation())).await;
    assert_eq!(world.last_refusal().await, "not_yours");
    let none = world.send(OTHER_PROVIDER, "RecommendForQts", of_trainee(&missing, recommendation())).await;
    let without_ids = |mut answer: tests::world::Answer| {
        answer.body["command_id"] = Value::Null;
        let text = answer.body.to_string().replace(&id, "?").replace(&missing, "?");
        (answer.status, text)
    };
    assert_eq!(without_ids(theirs), without_ids(none));
}
