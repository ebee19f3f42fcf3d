//! A person whose fields are sealed under one key: a trainee, or an induction tutor. Erasing is the one thing to ask.

pub mod rejections;

#[cfg(test)]
mod tests;

use events_schema::{
    codes::ErasureReason,
    envelope::StreamId,
    events::person::{PersonErased, PersonEvent},
    ids::{PersonId, parsed},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::rejections as refused;
use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::PersonFacts,
    rejection::Rejection,
    text::present,
};

/// Who decided an erasure is said in at most this many characters.
const LONGEST_AUTHORITY: usize = 200;

/// Support (the actor) has a person forgotten, for ever: names, dates, numbers and every text about them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasePerson {
    /// Who: of a trainee the record's id, of an induction tutor the person's.
    #[serde(deserialize_with = "parsed")]
    pub person_id: PersonId,
    /// Why: `person_asked`, `no_longer_needed`, `unlawfully_kept` or `legal_obligation`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Who decided it: an office and the number of its decision, at most 200 characters. Never a name of the person:
    /// it is kept in clear.
    #[serde(default)]
    pub authority: Option<String>,
}

command_set!(
    /// Commands about a person.
    PersonCommand {
        ErasePerson => |command| Target::Stream(stream(command.person_id)),
    }
);

/// The stream of a person.
pub fn stream(person: PersonId) -> StreamId {
    StreamId::new(Person::NAME, person)
}

/// The state of a person's data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Person {
    /// Kept, sealed.
    #[default]
    Kept,
    /// Gone.
    Erased,
}

impl Aggregate for Person {
    const NAME: &'static str = "person";
    type Command = PersonCommand;
    type Event = PersonEvent;
    type Facts = PersonFacts;

    fn decide(&self, command: &PersonCommand, facts: &PersonFacts) -> Result<Vec<PersonEvent>, Rejection> {
        let PersonCommand::ErasePerson(command) = command;
        if *self == Self::Erased {
            return Ok(vec![]);
        }
        if !facts.known {
            return Err(refused::unknown_person());
        }
        let erased = PersonErased {
            person_id: command.person_id,
            reason: reason(command.reason.as_deref())?,
            authority: authority(command.authority.as_deref())?,
        };
        Ok(vec![erased.into()])
    }

    fn evolve(&mut self, event: &PersonEvent) {
        let PersonEvent::PersonErased(_) = event;
        *self = Self::Erased;
    }
}

fn reason(given: Option<&str>) -> Result<ErasureReason, Rejection> {
    let code = present(given).ok_or_else(refused::reason_missing)?;
    ErasureReason::from_code(code).ok_or_else(refused::reason_unknown)
}

fn authority(given: Option<&str>) -> Result<String, Rejection> {
    let text = present(given).ok_or_else(refused::authority_missing)?;
    if text.chars().count() > LONGEST_AUTHORITY {
        return Err(refused::authority_too_long(LONGEST_AUTHORITY));
    }
    Ok(text.to_owned())
}
