//! DOMAIN 4.2 as data: every command, what its body is, and what each state of a trainee's record answers to it.

use serde_json::{Value, json};

use crate::{
    reference::{PROVIDER, SUPPORT},
    world::World,
};

/// A world in the June to which the dates of the bodies belong.
pub async fn world() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", false).await;
    world
}

/// The process that brings what the teaching record answers.
pub const REGISTER: &str = "system_register";

/// The states, in the order of the table's columns.
pub const STATES: [&str; 7] =
    ["draft", "submitted_for_trn", "trn_received", "recommended_for_award", "awarded", "deferred", "withdrawn"];

/// What a cell holds: an event and the state after it, or a refusal.
#[derive(Debug, Clone, Copy)]
pub enum Cell {
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
pub type Row = (&'static str, &'static str, fn() -> Value, [Cell; 7]);

const EXTENDED: Cell = To("TrainingExtended", None);
const DEFERRED: Cell = To("TraineeDeferred", Some("deferred"));
const WITHDRAWN: Cell = To("TraineeWithdrawn", Some("withdrawn"));
const AMENDED: Cell = To("TraineeDetailsAmended", None);
const RESCINDED: Cell = To("RecommendationRescinded", Some("trn_received"));
const TRN_KEPT_STATE: Cell = To("TrnRecorded", None);

/// The table; two rows more say who may not.
pub const TABLE: [Row; 13] = [
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

/// A good recommendation.
pub fn recommendation() -> Value {
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

/// A record that is complete.
pub fn registration() -> Value {
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

/// The body, about a trainee.
pub fn of_trainee(id: &str, mut body: Value) -> Value {
    body["trainee_id"] = id.into();
    body
}

/// The withdrawal date of a deferred trainee is the deferral's; it is not given again.
pub fn in_state(state: &str, mut body: Value) -> Value {
    if state == "deferred"
        && let Some(fields) = body.as_object_mut()
    {
        fields.remove("withdrawal_date");
    }
    body
}

/// A trainee who was led to a state.
pub async fn trainee_in(world: &World, state: &str) -> String {
    let registered = world.accepted(PROVIDER, "RegisterTrainee", registration()).await;
    let id = registered["id"].as_str().expect("the new record").to_owned();
    for step in steps(state) {
        let (name, actor, body, _) = named(step);
        world.accepted(actor, name, of_trainee(&id, body())).await;
    }
    id
}
