//! Whose data had been erased: how many people, and one number over who they are.

use event_store::Log;
use events_schema::{
    envelope::Position,
    events::{Event, person::PersonEvent},
};
use serde::{Deserialize, Serialize};

use super::{fault::ExportFault, sink::sha256};

/// The erasures in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasures {
    /// Counted up to this position: the end of the export, or of the log where personal fields were opened.
    pub up_to: Position,
    /// How many people.
    pub people: usize,
    /// The SHA-256 over their ids, in order, a line each.
    pub digest: String,
    /// The position of the last erasure; nothing = there is none.
    pub last: Option<Position>,
}

impl Erasures {
    /// Reads the erasures of a log up to a position.
    pub(super) async fn read(log: &Log, up_to: Position) -> Result<Self, ExportFault> {
        let (mut people, mut last) = (Vec::new(), None);
        for recorded in log.of_kind("person", up_to).await? {
            let Event::Person(PersonEvent::PersonErased(erased)) = recorded.event else { continue };
            people.push(erased.person_id.to_string());
            last = Some(recorded.position);
        }
        people.sort();
        people.dedup();
        let lines: String = people.iter().map(|person| format!("{person}\n")).collect();
        Ok(Self { up_to, people: people.len(), digest: sha256(&lines), last })
    }
}
