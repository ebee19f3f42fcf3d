//! What a leaf of the tree covers: every stored byte of an event, each part with its length, in a fixed order.
//! *Warning:* this is a proof format. It never changes; another one would be another [`FORMAT`].

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    copy::Fields,
    merkle::{Hash, LEAF_PREFIX, prefixed_leaf_hash},
};

/// First byte of the encoding, after the leaf prefix.
pub const FORMAT: u8 = 1;

/// One event exactly as the columns of its row hold it. Personal fields of the payload are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// Place in the log.
    pub position: i64,
    /// The stream.
    pub stream: &'a str,
    /// Place in the stream.
    pub version: i64,
    /// UUIDv7.
    pub event_id: Uuid,
    /// Name of the event.
    pub event_type: &'a str,
    /// Version of its schema.
    pub schema_version: i16,
    /// Payload as stored.
    pub payload: &'a str,
    /// Metadata as stored.
    pub metadata: &'a str,
    /// Who.
    pub actor: &'a str,
    /// The command.
    pub command_id: Uuid,
    /// What followed from one first cause.
    pub correlation_id: Uuid,
    /// What directly led to it.
    pub causation_id: Uuid,
    /// Microseconds since 1970.
    pub happened_at: i64,
    /// Microseconds since 1970.
    pub recorded_at: i64,
}

impl<'a> Leaf<'a> {
    /// From the next fields of a copied row, which are [`crate::rows::event_columns`].
    pub(crate) fn read_row(fields: &mut Fields<'a>) -> Option<Self> {
        Some(Self {
            position: fields.bigint()?,
            stream: fields.text()?,
            version: fields.bigint()?,
            event_id: fields.uuid()?,
            event_type: fields.text()?,
            schema_version: fields.smallint()?,
            payload: fields.text()?,
            metadata: fields.text()?,
            actor: fields.text()?,
            command_id: fields.uuid()?,
            correlation_id: fields.uuid()?,
            causation_id: fields.uuid()?,
            happened_at: fields.microseconds()?,
            recorded_at: fields.microseconds()?,
        })
    }

    /// The leaf's hash; `buffer` is only there to be used again.
    pub fn hash(&self, buffer: &mut Vec<u8>) -> Hash {
        buffer.clear();
        buffer.extend([LEAF_PREFIX, FORMAT]);
        for number in [self.position, self.version, self.schema_version.into(), self.happened_at, self.recorded_at] {
            buffer.extend(number.to_be_bytes());
        }
        for id in [self.event_id, self.command_id, self.correlation_id, self.causation_id] {
            buffer.extend(id.as_bytes());
        }
        for text in [self.stream, self.event_type, self.actor, self.metadata, self.payload] {
            buffer.extend((text.len() as u64).to_be_bytes());
            buffer.extend(text.as_bytes());
        }
        prefixed_leaf_hash(buffer)
    }
}

/// An instant as the database keeps it: whole microseconds.
pub fn whole_microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).expect("fewer digits of an instant are an instant")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAF: Leaf<'static> = Leaf {
        position: 1,
        stream: "school-1",
        version: 1,
        event_id: Uuid::nil(),
        event_type: "SchoolImported",
        schema_version: 1,
        payload: "{}",
        metadata: "{}",
        actor: "system_import",
        command_id: Uuid::nil(),
        correlation_id: Uuid::nil(),
        causation_id: Uuid::nil(),
        happened_at: 0,
        recorded_at: 0,
    };

    fn hex(hash: Hash) -> String {
        hash.iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|half| char::from(b"0123456789abcdef"[usize::from(half)]))
            .collect()
    }

    #[test]
    fn a_letter_that_moves_from_one_part_to_the_next_changes_the_hash() {
        let moved = Leaf { stream: "school-1S", event_type: "choolImported", ..LEAF };
        assert_ne!(LEAF.hash(&mut Vec::new()), moved.hash(&mut Vec::new()));
    }

    #[test]
    fn the_encoding_of_yesterday_is_the_encoding_of_today() {
        assert_eq!(hex(LEAF.hash(&mut Vec::new())), "2a9a3a30411c13b8101b6cc5912b26f79f931094f4d2b02b1a1f65b77e8c7774");
    }
}
