//! What an auditor or an analyst was given to read. Stream: `reading-<id>`, one per answer, page or export.
//! Who read it is the event's origin. What people type is sealed under the reading's own key.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    envelope::Position,
    heading::Heading,
    ids::{ContentDigest, PersonId, ReadingId},
    personal::{HasPersonal, Personal, PersonalField},
};

/// Records about people or providers were about to be given to a reader; written before the first byte left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingRecorded {
    /// Which.
    pub reading_id: ReadingId,
    /// Why the reader looked, in the reader's words.
    pub reason: Personal<String>,
    /// What was read: the name of a page, a query, a report or an export, such as "trace partnership".
    pub what: String,
    /// What it was narrowed to: ids, codes and days by name. Never anything personal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, String>,
    /// The words that were looked for, if any were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sought: Option<Personal<String>>,
    /// The answer rests on the events after this position ...
    pub after: Position,
    /// ... up to this one.
    pub upto: Position,
    /// SHA-256 of what was given.
    pub digest: ContentDigest,
    /// How many records, rows or sentences that was.
    pub count: u64,
}

event_set!(
    /// Events of a reading.
    ReadingEvent {
        ReadingRecorded v 1,
    }
);

impl HasPersonal for ReadingRecorded {
    /// The reading's own key: erasing it takes these words away and nothing else.
    fn person(&self) -> Option<PersonId> {
        Some(PersonId(self.reading_id.0))
    }
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn PersonalField)) {
        visit("reason", &mut self.reason);
        if let Some(sought) = &mut self.sought {
            visit("sought", sought);
        }
    }
}

impl Heading for ReadingRecorded {
    fn heading(&self) -> String {
        let filter: Vec<_> = self.filter.iter().map(|(name, value)| format!("{} {value}", spoken(name))).collect();
        let of = if filter.is_empty() { String::new() } else { format!(", {}", filter.join(", ")) };
        let given = if self.count == 1 { "1 record".to_owned() } else { format!("{} records", self.count) };
        format!("A reader was given {}{of}: {given} as of position {}", self.what, self.upto)
    }
}

/// `partnership_id` is "partnership id".
fn spoken(name: &str) -> String {
    name.replace(['_', '-'], " ")
}
