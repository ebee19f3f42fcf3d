//! What erasing a person does, told in sentences.

use events_schema::{
    codes::ErasureReason,
    events::person::{PersonErased, PersonEvent},
    ids::PersonId,
};

use super::{ErasePerson, Person};
use crate::spec::{Given, given, id};

fn erase() -> ErasePerson {
    ErasePerson {
        person_id: PersonId(id(7)),
        reason: Some("person_asked".to_owned()),
        authority: Some(" Data protection officer, 2026/17 ".to_owned()),
    }
}

fn erased() -> PersonEvent {
    PersonErased {
        person_id: PersonId(id(7)),
        reason: ErasureReason::PersonAsked,
        authority: "Data protection officer, 2026/17".to_owned(),
    }
    .into()
}

fn nothing_yet() -> Given<Person> {
    given([])
}

#[test]
fn a_person_is_erased_with_reason_and_authority_once() {
    nothing_yet().when(erase()).then([erased()]);
    given::<Person>([erased()]).when(erase()).then_nothing();
}

#[test]
fn without_reason_or_authority_nobody_is_erased() {
    nothing_yet().when(ErasePerson { reason: None, ..erase() }).rejected("reason_missing");
    nothing_yet().when(ErasePerson { reason: Some("because".to_owned()), ..erase() }).rejected("reason_unknown");
    nothing_yet().when(ErasePerson { authority: Some("  ".to_owned()), ..erase() }).rejected("authority_missing");
    nothing_yet().when(ErasePerson { authority: Some("x".repeat(201)), ..erase() }).rejected("authority_too_long");
}

#[test]
fn whoever_is_not_known_cannot_be_erased() {
    nothing_yet().knowing(|facts| facts.known = false).when(erase()).rejected("unknown_person");
}
