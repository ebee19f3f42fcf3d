//! A reading: what an auditor or an analyst was given, and why. Recorded before it is given, once, and never changed.

pub mod rejections;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use events_schema::{
    envelope::Position,
    events::reading::{ReadingEvent, ReadingRecorded},
    ids::{ContentDigest, ReadingId, parsed},
    personal::Private,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::rejections as refused;
use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::ReadingFacts,
    rejection::Rejection,
    text::present,
};

/// A reason is said in at most this many characters.
pub const LONGEST_REASON: usize = 500;
/// What was read is named in at most this many characters; so is each name and value of a filter.
const LONGEST_NAME: usize = 200;
/// A filter has at most this many entries.
const MOST_ENTRIES: usize = 20;

/// Somebody (the actor) is about to be given records about people or providers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordReading {
    /// Why the reader looks, at most 500 characters; required. It is sealed, but name nobody in it all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Private<String>>,
    /// What is read: the name of a page, a query, a report or an export, at most 200 characters.
    pub what: String,
    /// What it is narrowed to: at most 20 ids, codes or days by name. Never anything personal: it is kept in clear.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, String>,
    /// The words that are looked for, at most 200 characters; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sought: Option<Private<String>>,
    /// The answer rests on the events after this position ...
    #[serde(default)]
    pub after: Position,
    /// ... up to this one.
    pub upto: Position,
    /// SHA-256 of what is given, 64 hexadecimal digits.
    #[serde(deserialize_with = "parsed")]
    pub digest: ContentDigest,
    /// How many records, rows or sentences that is.
    pub count: u64,
}

command_set!(
    /// Commands about a reading.
    ReadingCommand {
        RecordReading => |_| Target::New,
    }
);

/// The state of a reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reading {
    /// Nothing was read under this id.
    #[default]
    Unknown,
    /// It is on record.
    Recorded,
}

impl Aggregate for Reading {
    const NAME: &'static str = "reading";
    type Command = ReadingCommand;
    type Event = ReadingEvent;
    type Facts = ReadingFacts;

    fn decide(&self, command: &ReadingCommand, facts: &ReadingFacts) -> Result<Vec<ReadingEvent>, Rejection> {
        let ReadingCommand::RecordReading(command) = command;
        if *self == Self::Recorded {
            return Ok(vec![]);
        }
        let reason = reason(command.reason.as_ref().map(|reason| reason.0.as_str()))?;
        within_bounds(command)?;
        let recorded = ReadingRecorded {
            reading_id: ReadingId(facts.circumstances.new_id),
            reason: Private(reason.to_owned()).into_personal(),
            what: command.what.trim().to_owned(),
            filter: command.filter.clone(),
            sought: command.sought.clone().map(Private::into_personal),
            after: command.after,
            upto: command.upto,
            digest: command.digest.clone(),
            count: command.count,
        };
        Ok(vec![recorded.into()])
    }

    fn evolve(&mut self, event: &ReadingEvent) {
        let ReadingEvent::ReadingRecorded(_) = event;
        *self = Self::Recorded;
    }
}

/// The reason as it is kept, if one was given that fits. Doors ask before they look anything up.
pub fn reason(given: Option<&str>) -> Result<&str, Rejection> {
    let text = present(given).ok_or_else(refused::reason_missing)?;
    if text.chars().count() > LONGEST_REASON { Err(refused::reason_too_long(LONGEST_REASON)) } else { Ok(text) }
}

fn within_bounds(command: &RecordReading) -> Result<(), Rejection> {
    let named = present(Some(&command.what)).ok_or_else(refused::reading_unnamed)?;
    let sought = command.sought.as_ref().map(|sought| sought.0.as_str());
    let mut texts = command.filter.iter().flat_map(|(name, value)| [name.as_str(), value]).chain([named]).chain(sought);
    if command.filter.len() > MOST_ENTRIES || texts.any(|text| text.chars().count() > LONGEST_NAME) {
        return Err(refused::reading_too_long(MOST_ENTRIES, LONGEST_NAME));
    }
    if command.after < 0 || command.upto < command.after {
        return Err(refused::range_invalid());
    }
    Ok(())
}
