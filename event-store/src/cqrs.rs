//! cqrs-es over this log: the same streams, the same ledger, one transaction per commit.
//! Metadata carries who and why; without a command id each commit is a command of its own by the process "cqrs".

use std::{collections::HashMap, marker::PhantomData, str::FromStr};

use chrono::Utc;
use cqrs_es::{Aggregate, AggregateContext, AggregateError, DomainEvent, EventEnvelope, EventStore as CqrsEventStore};
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin, Position, Recorded, StreamId, Version},
    events::Event,
    ids::{CausationId, CommandId, CorrelationId, Parse, UserId},
};
use uuid::Uuid;

use crate::{
    append::{Append, Appended, CommandRecord, Decided, StreamWrite},
    fault::Fault,
    store::EventStore,
};

/// An aggregate's events, as events of this log.
pub trait Recordable: DomainEvent {
    /// The same event for the log.
    fn into_event(self) -> Event;
    /// The event from the log; nothing if it is not one of this aggregate.
    fn from_event(event: Event) -> Option<Self>;
}

/// The log as cqrs-es sees it, for one kind of aggregate. Its streams are `<A::TYPE>-<aggregate id>`.
pub struct CqrsStore<A> {
    store: EventStore,
    aggregate: PhantomData<fn() -> A>,
}

/// An aggregate as loaded, and the version it was loaded at.
pub struct Loaded<A> {
    aggregate: A,
    id: String,
    version: Version,
}

impl<A> CqrsStore<A> {
    /// The same store, seen through cqrs-es.
    pub fn new(store: EventStore) -> Self {
        Self { store, aggregate: PhantomData }
    }
}

impl<A> Clone for CqrsStore<A> {
    fn clone(&self) -> Self {
        Self::new(self.store.clone())
    }
}

impl<A: Aggregate> AggregateContext<A> for Loaded<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.aggregate
    }
}

impl<A: Aggregate> CqrsEventStore<A> for CqrsStore<A>
where
    A::Event: Recordable,
{
    type AC = Loaded<A>;

    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let recorded = self.store.load(&stream_of::<A>(aggregate_id), 0).await.map_err(failed)?;
        recorded.into_iter().map(|event| envelope(aggregate_id, event)).collect()
    }

    async fn load_aggregate(&self, aggregate_id: &str) -> Result<Loaded<A>, AggregateError<A::Error>> {
        let mut aggregate = A::default();
        let mut version = 0;
        for event in self.load_events(aggregate_id).await? {
            aggregate.apply(event.payload);
            version += 1;
        }
        Ok(Loaded { aggregate, id: aggregate_id.to_owned(), version })
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Loaded<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let append = append(&self.store, (events, &context), &metadata).map_err(failed)?;
        let appended = self.store.append(append).await.map_err(failed)?;
        match appended {
            Appended::Done(receipt) => self.committed(&context.id, &receipt.positions).await,
            Appended::Conflict { .. } => Err(AggregateError::AggregateConflict),
            Appended::DifferentBody => Err(AggregateError::UnexpectedError(
                "the command id was used for another body; give this command an id of its own".into(),
            )),
        }
    }
}

impl<A: Aggregate> CqrsStore<A>
where
    A::Event: Recordable,
{
    /// The events as the log holds them: of this commit or, for a repeated command, of the first one.
    async fn committed(
        &self,
        aggregate_id: &str,
        positions: &[Position],
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let Some(first) = positions.first() else { return Ok(Vec::new()) };
        let count = i64::try_from(positions.len()).expect("a command has at most 1,000 events");
        let recorded = self.store.log().page(first - 1, count).await.map_err(failed)?;
        recorded.into_iter().map(|event| envelope(aggregate_id, event)).collect()
    }
}

fn stream_of<A: Aggregate>(aggregate_id: &str) -> StreamId {
    StreamId::new(A::TYPE, aggregate_id)
}

fn append<A: Aggregate>(
    store: &EventStore,
    (events, context): (Vec<A::Event>, &Loaded<A>),
    metadata: &HashMap<String, String>,
) -> Result<Append, Fault>
where
    A::Event: Recordable,
{
    let outcome = if events.is_empty() { Decided::NothingToDo } else { Decided::Accepted };
    let events = events.into_iter().map(Recordable::into_event).collect();
    Ok(Append {
        record: command_record(store, A::TYPE, metadata)?,
        writes: vec![StreamWrite { stream: stream_of::<A>(&context.id), expected: context.version, events }],
        outcome,
        record_id: None,
    })
}

/// `command_type`, `given` (JSON) and what [`origin`] reads; anything else in the metadata is not kept.
fn command_record(
    store: &EventStore,
    aggregate: &str,
    metadata: &HashMap<String, String>,
) -> Result<CommandRecord, Fault> {
    let command_type = metadata.get("command_type").cloned().unwrap_or_else(|| format!("cqrs:{aggregate}"));
    let given = metadata.get("given").cloned().unwrap_or_else(|| "{}".to_owned());
    Ok(CommandRecord {
        origin: origin(metadata)?,
        digest: store.digest(&command_type, &given),
        command_type,
        given,
        facts: None,
        received_at: Utc::now(),
    })
}

/// `actor`, `command_id`, `correlation_id`, `causation_id`, `traceparent`, `user`.
fn origin(metadata: &HashMap<String, String>) -> Result<Origin, Fault> {
    let actor = metadata.get("actor").map(|actor| Actor::parse(actor)).transpose();
    let actor = actor.map_err(|error| Fault::Invalid { reason: error.to_string() })?;
    let command_id = id(metadata, "command_id")?.unwrap_or_else(Uuid::now_v7);
    Ok(Origin {
        actor: actor.unwrap_or_else(|| Actor::system("cqrs")),
        channel: Channel::System,
        command_id: CommandId(command_id),
        correlation_id: CorrelationId(id(metadata, "correlation_id")?.unwrap_or(command_id)),
        causation_id: CausationId(id(metadata, "causation_id")?.unwrap_or(command_id)),
        traceparent: metadata.get("traceparent").cloned(),
        user: id(metadata, "user")?.map(UserId),
    })
}

fn id(metadata: &HashMap<String, String>, name: &str) -> Result<Option<Uuid>, Fault> {
    let id = metadata.get(name).map(|text| Uuid::from_str(text)).transpose();
    id.map_err(|error| Fault::Invalid { reason: format!("its {name} is not a UUID: {error}") })
}

fn envelope<A: Aggregate>(
    aggregate_id: &str,
    recorded: Recorded<Event>,
) -> Result<EventEnvelope<A>, AggregateError<A::Error>>
where
    A::Event: Recordable,
{
    let metadata = HashMap::from([
        ("position".to_owned(), recorded.position.to_string()),
        ("event_id".to_owned(), recorded.event_id.to_string()),
        ("actor".to_owned(), recorded.origin.actor.token()),
        ("command_id".to_owned(), recorded.origin.command_id.to_string()),
        ("correlation_id".to_owned(), recorded.origin.correlation_id.to_string()),
        ("causation_id".to_owned(), recorded.origin.causation_id.to_string()),
        ("happened_at".to_owned(), recorded.happened_at.to_rfc3339()),
        ("recorded_at".to_owned(), recorded.recorded_at.to_rfc3339()),
    ]);
    let sequence = usize::try_from(recorded.version).expect("versions count from 1");
    let payload = A::Event::from_event(recorded.event).ok_or_else(|| {
        AggregateError::DeserializationError(
            format!("event {sequence} of {aggregate_id} is of another aggregate").into(),
        )
    })?;
    Ok(EventEnvelope { aggregate_id: aggregate_id.to_owned(), sequence, payload, metadata })
}

fn failed<E: std::error::Error>(fault: Fault) -> AggregateError<E> {
    match fault {
        Fault::Unreadable(_) => AggregateError::DeserializationError(Box::new(fault)),
        fault if fault.retry() => AggregateError::DatabaseConnectionError(Box::new(fault)),
        fault => AggregateError::UnexpectedError(Box::new(fault)),
    }
}
