//! Old events, read as today's: each upcaster lifts one event from one schema version to the next.
//! Upcasters are pure; stored bytes are never rewritten. An unknown event or a newer version stops the reader loudly.

use serde_json::Value;

use crate::{
    envelope::{Payload, Recorded},
    events::{Event, EventSet},
};

/// Lifts the payload of `event_type` from `from` to `from + 1`.
pub struct Upcaster {
    /// The event it is for.
    pub event_type: &'static str,
    /// The schema version it reads.
    pub from: i16,
    /// What changes.
    pub lift: fn(Value) -> Value,
}

/// Every upcaster, oldest first. Empty while every event is at version 1.
pub const UPCASTERS: &[Upcaster] = &[];

/// Why a stored event cannot be read by this release.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The name is not known.
    #[error("event {event_type} at position {position} is not known to this release; run a newer one")]
    UnknownType {
        /// Where.
        position: i64,
        /// The name.
        event_type: String,
    },
    /// The schema version is newer than this release.
    #[error(
        "event {event_type} v{found} at position {position} is newer than this release (v{known}); run a newer one"
    )]
    NewerVersion {
        /// Where.
        position: i64,
        /// The name.
        event_type: String,
        /// The stored version.
        found: i16,
        /// The newest version known here.
        known: i16,
    },
    /// The payload is not of its schema.
    #[error("event {event_type} at position {position} cannot be read: {source}; run verify")]
    Malformed {
        /// Where.
        position: i64,
        /// The name.
        event_type: String,
        /// What serde says.
        source: serde_json::Error,
    },
}

/// Reads a stored event as today's type.
pub fn read(stored: Recorded<Payload>) -> Result<Recorded<Event>, Unreadable> {
    let event = read_payload(stored.position, &stored.event)?;
    Ok(stored.with(event))
}

/// Reads a stored payload as today's type; `position` is for the message only.
pub fn read_payload(position: i64, payload: &Payload) -> Result<Event, Unreadable> {
    read_text(position, &payload.event_type, (payload.schema_version, &payload.json))
}

/// As [`read_payload`], from the parts of a payload: its event's name, the version of its schema and its JSON.
pub fn read_text(position: i64, event_type: &str, payload: (i16, &str)) -> Result<Event, Unreadable> {
    read_with(UPCASTERS, position, (event_type, payload))
}

type Named<'a> = (&'a str, (i16, &'a str));

fn read_with(upcasters: &[Upcaster], position: i64, stored: Named<'_>) -> Result<Event, Unreadable> {
    let (event_type, (version, json)) = stored;
    let malformed = |source| Unreadable::Malformed { position, event_type: event_type.to_owned(), source };
    let lifted = lift(upcasters, stored).map_err(malformed)?;
    let (version, json) = lifted.as_ref().map_or((version, json), |(version, json)| (*version, json));
    let event = Event::from_json(event_type, json)
        .ok_or_else(|| Unreadable::UnknownType { position, event_type: event_type.to_owned() })?;
    let known = event.as_ref().map_or(version, EventSet::schema_version);
    if version > known {
        return Err(Unreadable::NewerVersion { position, event_type: event_type.to_owned(), found: version, known });
    }
    event.map_err(malformed)
}

/// The payload after every upcaster that applies, with its version then; nothing if none does.
fn lift(
    upcasters: &[Upcaster],
    (event_type, (mut version, json)): Named<'_>,
) -> serde_json::Result<Option<(i16, String)>> {
    let mut value = None;
    for upcaster in upcasters.iter().filter(|upcaster| upcaster.event_type == event_type) {
        if upcaster.from == version {
            let old = value.map_or_else(|| serde_json::from_str(json), Ok)?;
            value = Some((upcaster.lift)(old));
            version += 1;
        }
    }
    Ok(value.map(|value| (version, value.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(schema_version: i16, json: &str) -> Payload {
        Payload { event_type: "DeliveryPartnerImported".into(), schema_version, json: json.into() }
    }

    const TODAY: &str = r#"{"delivery_partner_id":"a-hub","name":"A Hub"}"#;

    #[test]
    fn an_old_payload_is_lifted_step_by_step() {
        let rename = |mut old: Value| {
            let title = old.as_object_mut().and_then(|fields| fields.remove("title")).expect("version 0 had a title");
            old["name"] = title;
            old
        };
        let upcasters = [Upcaster { event_type: "DeliveryPartnerImported", from: 0, lift: rename }];
        let old = ("DeliveryPartnerImported", (0, r#"{"delivery_partner_id":"a-hub","title":"A Hub"}"#));
        let today = read_payload(1, &payload(1, TODAY)).expect("today's shape");
        assert_eq!(read_with(&upcasters, 1, old).expect("lifted"), today);
    }

    #[test]
    fn a_newer_version_and_an_unknown_name_stop_the_reader() {
        assert!(matches!(read_payload(7, &payload(2, TODAY)), Err(Unreadable::NewerVersion { position: 7, .. })));
        let unknown = Payload { event_type: "TraineeApplauded".into(), schema_version: 1, json: "{}".into() };
        assert!(matches!(read_payload(8, &unknown), Err(Unreadable::UnknownType { position: 8, .. })));
    }
}
