//! What a school answers, one function per command.

use std::collections::BTreeSet;

use events_schema::{
    actor::{Actor, ActorKind},
    events::school::{InductionTutorNominated, ProgrammeChosen, RegisterEntry, SchoolEvent, SchoolImported},
    ids::{PersonId, Urn},
    personal::Personal,
};
use serde_json::{Map, Value};

use super::{ChooseProgramme, ImportSchool, NominateInductionTutor, School, Tutor, rejections as refused};
use crate::{
    facts::{KnownPerson, SchoolFacts},
    policies::programme_choice,
    rejection::Rejection,
    school_partnership::rejections::{not_yours, school_unknown},
    text::present,
};

type Decision = Result<Vec<SchoolEvent>, Rejection>;

/// Longest name of a person, in characters.
const LONGEST_NAME: usize = 200;

/// Longest mail address (RFC 5321), in bytes.
const LONGEST_ADDRESS: usize = 254;

/// DOMAIN 7.1: what is the same is not written again; a changed status waits for a person.
pub(super) fn import(state: &School, command: &ImportSchool) -> Decision {
    let new = &command.entry;
    let changed = match &state.entry {
        Some(held) if held == new => return Ok(vec![]),
        Some(held) if held.status_code != new.status_code && !command.accept_status_change => {
            return Err(refused::status_change_needs_person(&new.urn, &held.status_name, &new.status_name));
        }
        Some(held) => changed_fields(held, new),
        None => vec![],
    };
    Ok(vec![SchoolImported { entry: new.clone(), changed }.into()])
}

/// DOMAIN 3.11: one tutor per school; nominating replaces the present one.
pub(super) fn nominate(state: &School, command: &NominateInductionTutor, facts: &SchoolFacts) -> Decision {
    of_the_school(&command.school_urn, &facts.circumstances.actor)?;
    registered(state, &command.school_urn)?;
    let name = valid_name(&command.name.0)?;
    let email = valid_address(&command.email.0)?;
    let person_id = the_person(state, facts, (&name, &email))?;
    let replaces = state.tutor.as_ref().map(|tutor| tutor.person_id);
    if replaces == Some(person_id) {
        return Err(refused::already_tutor(&command.school_urn));
    }
    let nominated = InductionTutorNominated {
        school_urn: command.school_urn.clone(),
        person_id,
        name: Personal::Open(name),
        email: Personal::Open(email),
        replaces,
    };
    Ok(vec![nominated.into()])
}

/// The answer on the school's pages; the same answer again is nothing to do while it still stands.
pub(super) fn choose(state: &School, command: &ChooseProgramme, facts: &SchoolFacts) -> Decision {
    of_the_school(&command.school_urn, &facts.circumstances.actor)?;
    registered(state, &command.school_urn)?;
    let stands = facts.programme_choice.is_none_or(|standing| standing == command.choice);
    if stands && state.choices.get(&command.cohort) == Some(&command.choice) {
        return Ok(vec![]);
    }
    let chosen = ProgrammeChosen {
        school_urn: command.school_urn.clone(),
        cohort: command.cohort,
        choice: command.choice,
        opt_out_of_updates: programme_choice::opts_out_of_updates(command.choice),
    };
    Ok(vec![chosen.into()])
}

pub(super) fn of_the_school(urn: &Urn, actor: &Actor) -> Result<(), Rejection> {
    match actor.kind {
        ActorKind::Support => Ok(()),
        ActorKind::School if actor.id == urn.as_str() => Ok(()),
        _ => Err(not_yours(format_args!("school {urn}"))),
    }
}

fn registered(state: &School, urn: &Urn) -> Result<(), Rejection> {
    state.entry.as_ref().map(|_| ()).ok_or_else(|| school_unknown(urn))
}

/// A person may serve several schools, if name and address both agree. The present tutor is recognised here, whatever
/// the directory of persons knows by now.
fn the_person(state: &School, facts: &SchoolFacts, (name, email): (&str, &str)) -> Result<PersonId, Rejection> {
    let present = state.tutor.as_ref().and_then(|tutor| tutor.known_by(name, email));
    match present.as_ref().or(facts.known_person.as_ref()) {
        None => Ok(PersonId(facts.circumstances.new_id)),
        Some(KnownPerson { person_id, same_name: true }) => Ok(*person_id),
        Some(KnownPerson { same_name: false, .. }) => Err(refused::tutor_name_differs()),
    }
}

impl Tutor {
    /// The tutor, if this is the tutor's address in whatever case; it cannot be told while the address is sealed.
    pub fn known_by(&self, name: &str, email: &str) -> Option<KnownPerson> {
        let same_address = self.email.value()?.to_lowercase() == email.trim().to_lowercase();
        let same_name = self.name.value().is_some_and(|known| known == name.trim());
        same_address.then_some(KnownPerson { person_id: self.person_id, same_name })
    }
}

/// The full name of a person as it is kept, if it can be one.
pub fn valid_name(given: &str) -> Result<String, Rejection> {
    let name = present(Some(given)).ok_or_else(refused::name_missing)?;
    let fits = name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or_else(refused::name_invalid)
}

/// The mail address as it is kept, if mail can be sent there.
pub fn valid_address(given: &str) -> Result<String, Rejection> {
    let address = present(Some(given)).ok_or_else(refused::email_missing)?;
    is_mail_address(address).then(|| address.to_owned()).ok_or_else(refused::email_invalid)
}

/// Whether mail can be sent there.
pub fn is_mail_address(address: &str) -> bool {
    address.len() <= LONGEST_ADDRESS
        && address
            .split_once('@')
            .is_some_and(|(user, domain)| !user.is_empty() && user.chars().all(fit_for_mail) && is_domain(domain))
}

fn fit_for_mail(letter: char) -> bool {
    !letter.is_whitespace() && !letter.is_control() && !"\"(),:;<>[\\]@".contains(letter)
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let edges = |letter| label.starts_with(letter) || label.ends_with(letter);
        !label.is_empty() && !edges('-') && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

/// By their stored names, so that a field added to the entry is compared without another line here.
fn changed_fields(held: &RegisterEntry, new: &RegisterEntry) -> Vec<String> {
    let (held, new) = (fields(held), fields(new));
    let names: BTreeSet<&String> = held.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| held.get(*name) != new.get(*name)).cloned().collect()
}

fn fields(entry: &RegisterEntry) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(fields)) => fields,
        other => unreachable!("a register entry is a plain object, not {other:?}"),
    }
}
