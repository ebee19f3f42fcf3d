//! A committed event as the outside sees it: CloudEvents 1.0 in structured JSON, which survives export and replay.
//! Personal fields stay sealed: the payload is sent byte for byte as the log holds it.

use chrono::SecondsFormat;
use events_schema::envelope::{Payload, Recorded};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::names::kebab;

#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    subject: &'a str,
    time: String,
    datacontenttype: &'static str,
    dataschema: String,
    sequence: String,
    streamversion: String,
    recordedat: String,
    actor: String,
    commandid: String,
    correlationid: String,
    causationid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
    data: &'a RawValue,
}

/// The event's JSON. Fails only if the stored payload is not JSON.
pub fn structured(event: &Recorded<Payload>) -> serde_json::Result<Vec<u8>> {
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let Payload { event_type, schema_version, json } = &event.event;
    serde_json::to_vec(&CloudEvent {
        specversion: "1.0",
        id: event.event_id.to_string(),
        source: format!("/training-ledger/{}", kebab(event.stream.aggregate())),
        kind: format!("training-ledger.{event_type}.v{schema_version}"),
        subject: event.stream.as_str(),
        time: instant(event.happened_at),
        datacontenttype: "application/json",
        dataschema: format!("/schemas/events/{event_type}.v{schema_version}.json"),
        sequence: event.position.to_string(),
        streamversion: event.version.to_string(),
        recordedat: instant(event.recorded_at),
        actor: event.origin.actor.token(),
        commandid: event.origin.command_id.to_string(),
        correlationid: event.origin.correlation_id.to_string(),
        causationid: event.origin.causation_id.to_string(),
        traceparent: event.origin.traceparent.as_deref(),
        data: serde_json::from_str(json)?,
    })
}

#[cfg(test)]
mod tests {
    use events_schema::{
        actor::{Actor, ActorKind},
        envelope::{Channel, Origin, StreamId},
        ids::{CausationId, CommandId, CorrelationId, EventId},
    };
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_event_goes_out_whole_with_its_place_and_its_cause() {
        let id = Uuid::from_u128(7);
        let recorded = Recorded {
            position: 42,
            stream: StreamId::new("support_case", id),
            version: 2,
            event_id: EventId(id),
            origin: Origin {
                actor: Actor::try_new(ActorKind::Support, "desk").expect("fit"),
                channel: Channel::Nats,
                command_id: CommandId(id),
                correlation_id: CorrelationId(id),
                causation_id: CausationId(id),
                traceparent: None,
                user: None,
            },
            happened_at: "2025-06-01T09:00:00Z".parse().expect("an instant"),
            recorded_at: "2025-06-01T09:00:01Z".parse().expect("an instant"),
            event: Payload {
                event_type: "SupportCaseResolved".into(),
                schema_version: 1,
                json: r#"{"z":1,"a":2}"#.into(),
            },
        };
        let text = String::from_utf8(structured(&recorded).expect("JSON")).expect("UTF-8");
        assert!(text.ends_with(r#""data":{"z":1,"a":2}}"#), "as stored: {text}");
        let event: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(event["type"], "training-ledger.SupportCaseResolved.v1");
        assert_eq!((&event["sequence"], &event["specversion"]), (&Value::from("42"), &Value::from("1.0")));
    }
}
