//! What happened to a person's data as a whole. Stream: `person-<id>`; of a trainee the id is that of the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{codes::ErasureReason, heading::Heading, ids::PersonId, personal::HasPersonal};

/// The person is to be forgotten: the key under which every field of theirs is sealed is destroyed after this event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonErased {
    /// Who, by an id that says nothing without the key.
    pub person_id: PersonId,
    /// Why.
    pub reason: ErasureReason,
    /// Who decided it: an office and the number of its decision, never a name of the person.
    pub authority: String,
}

event_set!(
    /// Events of a person.
    PersonEvent {
        PersonErased v 1,
    }
);

impl HasPersonal for PersonErased {}

impl Heading for PersonErased {
    fn heading(&self) -> String {
        format!("The person's data was erased ({}), authorised by {}", self.reason.spoken(), self.authority)
    }
}
