//! What accepting a state of the log does, told in sentences.

use events_schema::events::log_witness::{LogStateAccepted, LogWitnessEvent};

use super::{AcceptLogState, LogWitness};
use crate::spec::given;

fn accept() -> AcceptLogState {
    AcceptLogState {
        operator: Some(" On call ".to_owned()),
        reason: Some("The disk was lost".to_owned()),
        witnessed_size: 9,
        witnessed_root: "old".to_owned(),
        accepted_size: 7,
        accepted_root: "new".to_owned(),
        keeps: 7,
    }
}

fn accepted() -> LogWitnessEvent {
    LogStateAccepted {
        operator: "On call".to_owned(),
        reason: "The disk was lost".to_owned(),
        witnessed_size: 9,
        witnessed_root: "old".to_owned(),
        accepted_size: 7,
        accepted_root: "new".to_owned(),
        keeps: 7,
    }
    .into()
}

#[test]
fn a_state_is_accepted_once_and_another_one_anew() {
    given::<LogWitness>([]).when(accept()).then([accepted()]);
    given::<LogWitness>([accepted()]).when(accept()).then_nothing();
    let again = AcceptLogState { accepted_size: 8, ..accept() };
    let LogWitnessEvent::LogStateAccepted(first) = accepted();
    given::<LogWitness>([accepted()]).when(again).then([LogStateAccepted { accepted_size: 8, ..first }.into()]);
}

#[test]
fn nobody_accepts_without_a_name_and_a_reason_in_a_line_each() {
    let rejected = |command: AcceptLogState, code| given::<LogWitness>([]).when(command).rejected(code);
    rejected(AcceptLogState { operator: Some(" ".to_owned()), ..accept() }, "decision_incomplete");
    rejected(AcceptLogState { reason: None, ..accept() }, "decision_incomplete");
    rejected(AcceptLogState { reason: Some("x".repeat(301)), ..accept() }, "decision_not_one_line");
    rejected(AcceptLogState { operator: Some("a\nb".to_owned()), ..accept() }, "decision_not_one_line");
}
