//! Decisions on trainees: given a record in some state, on some day, when a command comes, then these events or that refusal.

mod amending;
mod deferring;
mod extending;
mod no_failure;
mod permissions;
mod properties;
mod recommending;
mod registering;
mod support;
mod table;
mod trn;
mod withdrawing;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::TraineeState,
    events::{EventSet, trainee::TraineeEvent},
    ids::TraineeId,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Record, Trainee, TraineeCommand};
use crate::{
    aggregate::Aggregate,
    command_set::CommandSet,
    facts::{Circumstances, TraineeFacts},
    policies::dates::iso_day,
    rejection::Rejection,
};

/// First day of the course in these tests.
const ITT_START: &str = "2025-09-01";
/// Expected end of training in these tests.
const END: &str = "2026-07-31";
/// The day on which the commands of these tests come, unless said otherwise.
const TODAY: &str = "2025-11-10";
/// The day of deferral in these tests.
const DEFERRED_ON: &str = "2025-10-01";

const TRAINEE: TraineeId = TraineeId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));

type Decided = Result<Vec<TraineeEvent>, Rejection>;

/// A stream, who sends the next command, and when.
#[derive(Debug, Clone)]
struct Scene {
    trainee: Trainee,
    actor: Actor,
    now: DateTime<Utc>,
}

fn actor(kind: ActorKind, id: &str) -> Actor {
    Actor::try_new(kind, id).expect("fit")
}

fn provider() -> Actor {
    actor(ActorKind::TrainingProvider, "1TZ")
}

fn support() -> Actor {
    actor(ActorKind::Support, "support-7")
}

fn system() -> Actor {
    Actor::system("teaching-record")
}

fn day(text: &str) -> NaiveDate {
    iso_day(text).expect("a day")
}

/// A strictly decoded command to the one trainee of these tests.
fn command(name: &str, mut body: Value) -> TraineeCommand {
    body["trainee_id"] = json!(TRAINEE);
    TraineeCommand::decode(name, &body.to_string()).expect("a command's name").expect("a command's body")
}

/// An empty stream, asked by the provider at noon of [`TODAY`].
fn nothing_yet() -> Scene {
    Scene { trainee: Trainee::default(), actor: provider(), now: noon(TODAY) }
}

fn noon(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().expect("an instant")
}

/// A registration that lacks nothing but a TRN.
fn complete() -> Value {
    json!({
        "first_names": "Ada", "last_names": "Example", "route": "provider_led_postgrad",
        "details": {
            "date_of_birth": "2000-02-29", "email": "ada@example.org", "provider_trainee_id": "P-1",
            "age_range": "11 to 16", "subjects": ["mathematics"],
            "itt_start_date": ITT_START, "trainee_start_date": ITT_START, "expected_end_date": END,
            "degrees": [{"subject": "Mathematics", "institution": "A University"}],
            "placements": [{"school_name": "A School"}, {"school_urn": "0100120", "school_name": "B School"}],
        }
    })
}

/// The complete registration with some of its details changed; null takes one away.
fn complete_but(details: &Value) -> Value {
    let mut body = complete();
    for (field, value) in details.as_object().expect("details") {
        body["details"][field] = value.clone();
    }
    body
}

fn registered_as(body: Value) -> Scene {
    nothing_yet().then("RegisterTrainee", body)
}

/// A complete record that waits for a TRN.
fn submitted() -> Scene {
    submitted_but(&json!({}))
}

fn submitted_but(details: &Value) -> Scene {
    registered_as(complete_but(details)).then("SubmitForTrn", json!({}))
}

/// A complete record with a TRN.
fn with_trn() -> Scene {
    with_trn_but(&json!({}))
}

fn with_trn_but(details: &Value) -> Scene {
    submitted_but(details).by(system()).then("RecordTrn", json!({"trn": "1234567"})).by(provider())
}

/// A record in a state, reached by commands; no TRN is held where the state does not say so.
fn in_state(state: TraineeState) -> Scene {
    let recommended = || with_trn().then("RecommendForQts", json!({"qts_standards_met_date": TODAY}));
    match state {
        TraineeState::Draft => registered_as(complete()),
        TraineeState::SubmittedForTrn => submitted(),
        TraineeState::TrnReceived => with_trn(),
        TraineeState::RecommendedForAward => recommended(),
        TraineeState::Awarded => recommended().by(system()).then("RecordQtsAward", json!({"awarded_at": TODAY})),
        TraineeState::Deferred => submitted().then("DeferTrainee", json!({"defer_date": DEFERRED_ON})),
        TraineeState::Withdrawn => submitted().then("WithdrawTrainee", withdrawal()),
    }
    .by(provider())
}

/// A withdrawal that lacks nothing.
fn withdrawal() -> Value {
    json!({
        "withdrawal_date": DEFERRED_ON, "trigger": "trainee", "future_interest": "yes",
        "reasons": ["trainee_workload_issues"],
    })
}

impl Scene {
    fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    fn on(mut self, day: &str) -> Self {
        self.now = noon(day);
        self
    }

    fn at(mut self, instant: &str) -> Self {
        self.now = instant.parse().expect("an instant");
        self
    }

    fn facts(&self) -> TraineeFacts {
        let circumstances =
            Circumstances { actor: self.actor.clone(), received_at: self.now, new_id: Uuid::from_u128(7) };
        TraineeFacts { circumstances, provider_known: true }
    }

    fn decide(&self, command: &TraineeCommand) -> Decided {
        self.trainee.decide(command, &self.facts())
    }

    fn when(&self, name: &str, body: Value) -> Decided {
        self.decide(&command(name, body))
    }

    /// The stream after a command that must be accepted.
    fn then(mut self, name: &str, body: Value) -> Self {
        let events = self.when(name, body).unwrap_or_else(|refused| panic!("{name}: {} {refused}", refused.code));
        for event in &events {
            self.trainee.evolve(event);
        }
        self
    }

    fn record(&self) -> &Record {
        self.trainee.record.as_ref().expect("registered")
    }

    fn state(&self) -> TraineeState {
        self.record().state
    }
}

/// The names of the events, or the code of the refusal.
fn outcome(decided: &Decided) -> String {
    match decided {
        Ok(events) if events.is_empty() => "nothing".to_owned(),
        Ok(events) => events.iter().map(EventSet::event_type).collect::<Vec<_>>().join("+"),
        Err(refused) => refused.code.to_owned(),
    }
}

/// The sentence of a refusal.
fn message(decided: Decided) -> String {
    decided.expect_err("refused").message
}

/// Each row: a body and the outcome of the command with it.
fn check(scene: &Scene, name: &str, rows: &[(Value, &str)]) {
    for (body, expected) in rows {
        assert_eq!(outcome(&scene.when(name, body.clone())), *expected, "{name} {body}");
    }
}
