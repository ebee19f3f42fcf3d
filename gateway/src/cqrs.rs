//! Each aggregate of the domain as a `cqrs_es::Aggregate`, so that the log can be driven by cqrs-es as well:
//! its framework decides with our `decide`, its store is our log.

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use domain::rejection::Rejection;
use event_store::cqrs::Recordable;
use events_schema::events::{Event, EventSet};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

use crate::aggregates::Served;

/// An aggregate of the domain, as cqrs-es wants it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adapted<A>(pub A);

/// An event of the domain, as cqrs-es wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct AdaptedEvent<A: Served>(pub A::Event);

/// A command with its facts: cqrs-es hands a decision nothing else.
pub struct Asked<A: Served> {
    /// What is asked.
    pub command: A::Command,
    /// What is known from elsewhere.
    pub facts: A::Facts,
}

impl<A: Served> Aggregate for Adapted<A> {
    const TYPE: &'static str = A::NAME;
    type Command = Asked<A>;
    type Event = AdaptedEvent<A>;
    type Error = Rejection;
    type Services = ();

    async fn handle(&mut self, asked: Asked<A>, (): &(), sink: &EventSink<Self>) -> Result<(), Rejection> {
        for event in self.0.decide(&asked.command, &asked.facts)? {
            sink.write(AdaptedEvent(event), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AdaptedEvent<A>) {
        self.0.evolve(&event.0);
    }
}

impl<A: Served> DomainEvent for AdaptedEvent<A> {
    fn event_type(&self) -> String {
        self.0.event_type().to_owned()
    }
    fn event_version(&self) -> String {
        format!("{}.0", self.0.schema_version())
    }
}

impl<A: Served> Recordable for AdaptedEvent<A> {
    fn into_event(self) -> Event {
        A::event(self.0)
    }
    fn from_event(event: Event) -> Option<Self> {
        A::own(event).map(Self)
    }
}

/// cqrs-es asks for this in order to take snapshots. Streams are short: an aggregate is folded, never stored.
impl<A> Serialize for Adapted<A> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(ser::Error::custom("an aggregate is not stored; its events are"))
    }
}

impl<'de, A> Deserialize<'de> for Adapted<A> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("an aggregate is not stored; its events are"))
    }
}

/// An event between other stores of cqrs-es and ours.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Portable {
    event_type: String,
    payload: Box<RawValue>,
}

impl<A: Served> Serialize for AdaptedEvent<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let payload = self.0.to_json().and_then(RawValue::from_string).map_err(ser::Error::custom)?;
        Portable { event_type: self.event_type(), payload }.serialize(serializer)
    }
}

impl<'de, A: Served> Deserialize<'de> for AdaptedEvent<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Portable { event_type, payload } = Portable::deserialize(deserializer)?;
        let event = A::Event::from_json(&event_type, payload.get());
        let event =
            event.ok_or_else(|| de::Error::custom(format_args!("{event_type} is no event of a {}", A::NAME)))?;
        event.map(Self).map_err(de::Error::custom)
    }
}
