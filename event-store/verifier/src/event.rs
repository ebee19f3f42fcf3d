//! An event as a bundle writes it: one line of JSON, of which every byte is fixed by the event, and its leaf's hash.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::tree::{Hash, sha256};

/// First byte of the leaf's encoding, after the byte that says leaf.
const FORMAT: u8 = 1;

/// Every stored byte of an event. The order of the fields is the order in the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Place in the log, from 1.
    pub position: u64,
    /// The stream.
    pub stream: String,
    /// Place in the stream, from 1.
    pub version: u64,
    /// A UUID in lower case.
    pub event_id: String,
    /// Its name.
    pub event_type: String,
    /// Version of its schema.
    pub schema_version: i16,
    /// Payload as stored, personal fields sealed.
    pub payload: String,
    /// Metadata as stored.
    pub metadata: String,
    /// Who.
    pub actor: String,
    /// A UUID in lower case.
    pub command_id: String,
    /// A UUID in lower case.
    pub correlation_id: String,
    /// A UUID in lower case.
    pub causation_id: String,
    /// Microseconds since 1970.
    pub happened_at: i64,
    /// Microseconds since 1970.
    pub recorded_at: i64,
}

impl Event {
    /// The hash of its leaf; nothing if an id is no UUID as it is written here.
    pub fn leaf(&self) -> Option<Hash> {
        let mut bytes = vec![0, FORMAT];
        let numbers = [i64::try_from(self.position).ok()?, i64::try_from(self.version).ok()?];
        for number in numbers.into_iter().chain([self.schema_version.into(), self.happened_at, self.recorded_at]) {
            bytes.extend(number.to_be_bytes());
        }
        for id in [&self.event_id, &self.command_id, &self.correlation_id, &self.causation_id] {
            bytes.extend(uuid(id)?);
        }
        for text in [&self.stream, &self.event_type, &self.actor, &self.metadata, &self.payload] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        Some(sha256(&bytes))
    }
}

/// A value from its one line; nothing if the line is not, byte for byte, how the value is written.
pub fn from_line<T: Serialize + DeserializeOwned>(line: &str) -> Option<T> {
    let value: T = serde_json::from_str(line).ok()?;
    (serde_json::to_string(&value).ok()? == line).then_some(value)
}

/// The 16 bytes of a UUID in lower case with its four hyphens.
pub(crate) fn uuid(text: &str) -> Option<[u8; 16]> {
    let hyphens = [8, 13, 18, 23];
    let fits = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match byte {
            b'-' => hyphens.contains(&at),
            b'0'..=b'9' | b'a'..=b'f' => !hyphens.contains(&at),
            _ => false,
        });
    let number = u128::from_str_radix(&text.replace('-', ""), 16).ok().filter(|_| fits)?;
    Some(number.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIL: &str = "00000000-0000-0000-0000-000000000000";

    fn event() -> Event {
        Event {
            position: 1,
            stream: "school-1".to_owned(),
            version: 1,
            event_id: NIL.to_owned(),
            event_type: "SchoolImported".to_owned(),
            schema_version: 1,
            payload: "{}".to_owned(),
            metadata: "{}".to_owned(),
            actor: "system_import".to_owned(),
            command_id: NIL.to_owned(),
            correlation_id: NIL.to_owned(),
            causation_id: NIL.to_owned(),
            happened_at: 0,
            recorded_at: 0,
        }
    }

    /// The same number stands in the tests of the service's own encoding.
    #[test]
    fn the_leaf_is_the_one_that_the_service_hashes() {
        let hex: String = event().leaf().expect("ids").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "2a9a3a30411c13b8101b6cc5912b26f79f931094f4d2b02b1a1f65b77e8c7774");
    }

    #[test]
    fn a_line_written_in_another_way_is_no_line() {
        let line = serde_json::to_string(&event()).expect("JSON");
        assert_eq!(from_line(&line), Some(event()));
        for other in [line.replace(':', ": "), line.replace("school", "s\\u0063hool"), format!("{line} ")] {
            assert_eq!(from_line::<Event>(&other), None, "{other}");
        }
    }

    #[test]
    fn an_id_has_one_way_to_be_written() {
        assert!(uuid("0192c4e8-11aa-7bbb-8ccc-2d3e4f5a6b7c").is_some());
        for wrong in [
            "0192C4e8-11aa-7bbb-8ccc-2d3e4f5a6b7c",
            "0192c4e811aa7bbb8ccc2d3e4f5a6b7c",
            "",
            "+192c4e8-11aa-7bbb-8ccc-2d3e4f5a6b7c",
        ] {
            assert!(uuid(wrong).is_none(), "{wrong}");
        }
    }
}
