//! Whatever is asked of a school in whatever order: one tutor at a time, one person per mail address,
//! no status changes unattended, and nothing is written twice.

use std::collections::BTreeMap;

use events_schema::{
    codes::ProgrammeChoice,
    events::school::{RegisterEntry, SchoolEvent},
    ids::PersonId,
    personal::Private,
};
use proptest::prelude::*;

use super::{ChooseProgramme, ImportSchool, NominateInductionTutor, School, SchoolCommand};
use crate::{
    aggregate::Aggregate,
    facts::{KnownPerson, SchoolFacts},
    school_partnership::tests::{cohort, school, urn},
    spec::{Situation, id},
};

const NAMES: [&str; 2] = ["Ada Example", "Bob Example"];
const ADDRESSES: [&str; 3] = ["head@kingsmead.example", "office@kingsmead.example", "not an address"];

/// Who is known by which address: what the rim looks up before it asks.
type Directory = BTreeMap<String, (PersonId, String)>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_keeps_the_invariants(life in proptest::collection::vec(command(), 1..30)) {
        let (mut state, mut history, mut directory) = (School::default(), vec![], Directory::new());
        for (number, command) in (1..).zip(&life) {
            let known = facts(command, &directory, number);
            let events = state.decide(command, &known).unwrap_or_default();
            let unaware = if events.is_empty() { known.clone() } else { facts(command, &Directory::new(), number + 2_000) };
            for event in events {
                holds_of(&state, command, &event)?;
                remember(&mut directory, &event);
                state.evolve(&event);
                history.push(event);
            }
            prop_assert_eq!(&School::fold(&history), &state);
            for again in [known, unaware, facts(command, &directory, number + 1_000)] {
                prop_assert!(state.decide(command, &again).unwrap_or_default().is_empty(), "written twice");
            }
        }
    }
}

fn holds_of(before: &School, command: &SchoolCommand, event: &SchoolEvent) -> Result<(), TestCaseError> {
    match event {
        SchoolEvent::SchoolImported(imported) => {
            prop_assert_ne!(before.entry.as_ref(), Some(&imported.entry));
            prop_assert_eq!(before.entry.is_none(), imported.changed.is_empty());
            let kept = before.entry.as_ref().is_none_or(|held| held.status_code == imported.entry.status_code);
            let accepted = matches!(command, SchoolCommand::ImportSchool(import) if import.accept_status_change);
            prop_assert!(kept || accepted, "a status changed unattended");
        }
        SchoolEvent::InductionTutorNominated(nominated) => {
            let tutor = before.tutor.as_ref().map(|tutor| tutor.person_id);
            prop_assert_eq!(nominated.replaces, tutor);
            prop_assert_ne!(Some(nominated.person_id), tutor);
        }
        SchoolEvent::ProgrammeChosen(chosen) => {
            prop_assert_ne!(before.choices.get(&chosen.cohort), Some(&chosen.choice));
        }
        SchoolEvent::NominationLinkSent(sent) => prop_assert!(!before.links.contains_key(&sent.link_id)),
        SchoolEvent::NominationLinkOpened(opened) => prop_assert!(!before.opened.contains(&opened.link_id)),
    }
    prop_assert!(before.entry.is_some() || matches!(event, SchoolEvent::SchoolImported(_)));
    Ok(())
}

fn remember(directory: &mut Directory, event: &SchoolEvent) {
    if let SchoolEvent::InductionTutorNominated(nominated) = event {
        let (email, name) = (nominated.email.value(), nominated.name.value());
        let (email, name) = (email.expect("open in memory"), name.expect("open in memory"));
        directory.insert(email.clone(), (nominated.person_id, name.clone()));
    }
}

fn facts(command: &SchoolCommand, directory: &Directory, number: u128) -> SchoolFacts {
    let mut facts = SchoolFacts::usual();
    facts.circumstances.new_id = id(number);
    if let SchoolCommand::NominateInductionTutor(nomination) = command {
        facts.known_person = (directory.get(&nomination.email.0))
            .map(|(person_id, name)| KnownPerson { person_id: *person_id, same_name: *name == nomination.name.0 });
    }
    facts
}

fn command() -> impl Strategy<Value = SchoolCommand> {
    prop_oneof![
        (1..4_u16, 0..2_usize, any::<bool>()).prop_map(|(status_code, name, accept_status_change)| {
            let entry = RegisterEntry { status_code, name: format!("School {name}"), ..school() };
            ImportSchool { entry, accept_status_change }.into()
        }),
        (0..NAMES.len(), 0..ADDRESSES.len()).prop_map(|(name, address)| {
            let (name, email) = (Private(NAMES[name].to_owned()), Private(ADDRESSES[address].to_owned()));
            NominateInductionTutor { school_urn: urn(), name, email }.into()
        }),
        prop::sample::select(ProgrammeChoice::ALL).prop_map(|choice| ChooseProgramme {
            school_urn: urn(),
            cohort: cohort(),
            choice
        }
        .into()),
    ]
}
