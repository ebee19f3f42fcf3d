//! Nobody is ever recorded as having failed: no event, command, field, value, code, label or heading says so (DOMAIN 4.1).

use events_schema::{
    codes::{FutureInterest, Route, WithdrawalReason, WithdrawalTrigger},
    events::Event,
};

use super::*;
use crate::{
    command::Command,
    policies::withdrawal_reasons::{REASONS_OF_2021, REASONS_OF_2023, reason_policy},
    rejection,
};

fn speaks_of_failing(text: &str) -> bool {
    text.to_lowercase().contains("fail")
}

/// Names, fields, values and descriptions of every schema of the trainee.
fn schemas() -> Vec<(&'static str, String)> {
    let text = |schema: &schemars::Schema| serde_json::to_string(schema).expect("JSON");
    let events = TraineeEvent::schemas().into_iter().map(|(name, _, schema)| (name, text(&schema)));
    let commands = TraineeCommand::schemas().into_iter().map(|(name, schema)| (name, text(&schema)));
    events.chain(commands).collect()
}

#[test]
fn no_event_or_command_has_a_name_field_value_or_description_for_it() {
    let schemas = schemas();
    assert_eq!(schemas.len(), TraineeEvent::TYPES.len() + TraineeCommand::NAMES.len());
    for (name, schema) in schemas {
        assert!(!speaks_of_failing(name) && !speaks_of_failing(&schema), "{name}: {schema}");
    }
}

#[test]
fn no_event_or_command_of_the_whole_service_is_named_for_it() {
    let names = Event::schemas().into_iter().map(|(name, _, _)| name);
    for name in names.chain(Command::schemas().into_iter().map(|(name, _)| name)) {
        assert!(!speaks_of_failing(name), "{name}");
    }
}

#[test]
fn no_code_or_label_stands_for_it() {
    let codes = TraineeState::ALL.iter().map(|state| state.code());
    let codes = codes.chain(Route::ALL.iter().map(|route| route.code()));
    let codes = codes.chain(WithdrawalTrigger::ALL.iter().map(|trigger| trigger.code()));
    let codes = codes.chain(FutureInterest::ALL.iter().map(|interest| interest.code()));
    let codes = codes.chain(rejection::codes().into_iter().map(|(code, _)| code));
    let reasons = WithdrawalReason::ALL.iter().flat_map(|reason| [reason.code(), reason_policy(*reason).label]);
    let older = REASONS_OF_2021.iter().chain(&REASONS_OF_2023).flat_map(|older| [older.code, older.label]);
    for text in codes.chain(reasons).chain(older) {
        assert!(!speaks_of_failing(text), "{text}");
    }
}

#[test]
fn the_scan_would_find_it() {
    assert!(speaks_of_failing("TraineeFailed") && speaks_of_failing(r#"{"enum":["failed"]}"#));
}
