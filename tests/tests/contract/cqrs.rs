//! cqrs-es and postgres-es over this log: the framework drives it, and the stock store reads its history.

use std::collections::HashMap;

use cqrs_es::{Aggregate, AggregateError, CqrsFramework, DomainEvent, EventStore as _, event_sink::EventSink};
use event_store::{CqrsStore, Recordable};
use events_schema::{
    events::{Event, EventSet, reference::ReferenceEvent},
    ids::CommandId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::given::{actor, database, partner};

/// A delivery partner that counts how often it was renamed.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Partner {
    name: Option<String>,
}

/// An event of the log, as cqrs-es wants it: one key with the event's name.
#[derive(Debug, Clone, PartialEq)]
struct PartnerEvent(ReferenceEvent);

impl Serialize for PartnerEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: serde_json::Value = self.0.to_json().and_then(|json| serde_json::from_str(&json)).expect("plain");
        HashMap::from([(self.0.event_type(), json)]).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PartnerEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (event_type, json) = HashMap::<String, serde_json::Value>::deserialize(deserializer)?
            .into_iter()
            .next()
            .ok_or_else(|| serde::de::Error::custom("no event"))?;
        ReferenceEvent::from_json(&event_type, &json.to_string())
            .and_then(Result::ok)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("not an event of reference data"))
    }
}

impl DomainEvent for PartnerEvent {
    fn event_type(&self) -> String {
        EventSet::event_type(&self.0).to_owned()
    }
    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Recordable for PartnerEvent {
    fn into_event(self) -> Event {
        Event::Reference(self.0)
    }
    fn from_event(event: Event) -> Option<Self> {
        match event {
            Event::Reference(event) => Some(Self(event)),
            _ => None,
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a partner needs a name")]
struct NoName;

impl Aggregate for Partner {
    const TYPE: &'static str = "partner";
    type Command = String;
    type Event = PartnerEvent;
    type Error = NoName;
    type Services = ();

    async fn handle(&mut self, name: String, (): &(), sink: &EventSink<Self>) -> Result<(), NoName> {
        if name.is_empty() {
            return Err(NoName);
        }
        if self.name.as_deref() != Some(name.as_str()) {
            let Event::Reference(event) = partner(&name) else { unreachable!("a partner is reference data") };
            sink.write(PartnerEvent(event), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, PartnerEvent(event): PartnerEvent) {
        if let ReferenceEvent::DeliveryPartnerImported(imported) = event {
            self.name = Some(imported.name);
        }
    }
}

#[tokio::test]
async fn the_framework_drives_the_log() {
    let database = database().await;
    let store = database.store().await;
    let framework = CqrsFramework::new(CqrsStore::<Partner>::new(store.clone()), vec![], ());
    for name in ["A Hub", "A Hub", "B Hub"] {
        framework.execute("a-hub", name.to_owned()).await.expect("handled");
    }
    let refused = framework.execute("a-hub", String::new()).await;
    assert!(matches!(refused, Err(AggregateError::UserError(NoName))));
    let events = CqrsStore::<Partner>::new(store.clone()).load_events("a-hub").await.expect("readable");
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
    let head = store.log().head().await.expect("readable");
    assert_eq!((head.position, head.ledger_position), (2, 3), "nothing to do is in the ledger too");
}

#[tokio::test]
async fn metadata_says_who_and_a_repeated_command_id_writes_once() {
    let database = database().await;
    let store = database.store().await;
    let framework = CqrsFramework::new(CqrsStore::<Partner>::new(store.clone()), vec![], ());
    let command_id = CommandId(Uuid::now_v7());
    let metadata = HashMap::from([
        ("actor".to_owned(), actor().token()),
        ("command_id".to_owned(), command_id.to_string()),
        ("command_type".to_owned(), "ImportDeliveryPartner".to_owned()),
        ("given".to_owned(), r#"{"name":"A Hub"}"#.to_owned()),
    ]);
    for name in ["A Hub", "B Hub"] {
        framework.execute_with_metadata("a-hub", name.to_owned(), metadata.clone()).await.expect("handled");
    }
    let receipt = store.outcome_of(&actor(), command_id).await.expect("readable").expect("kept");
    assert_eq!((receipt.positions, store.log().head().await.expect("readable").position), (vec![1], 1));
}

#[tokio::test]
async fn a_stale_aggregate_is_a_conflict() {
    let database = database().await;
    let store = CqrsStore::<Partner>::new(database.store().await);
    let (first, stale) = (store.load_aggregate("a-hub").await, store.load_aggregate("a-hub").await);
    let Event::Reference(event) = partner("A Hub") else { unreachable!("a partner is reference data") };
    let events = vec![PartnerEvent(event)];
    store.commit(events.clone(), first.expect("loaded"), HashMap::new()).await.expect("kept");
    let late = store.commit(events, stale.expect("loaded"), HashMap::new()).await;
    assert!(matches!(late, Err(AggregateError::AggregateConflict)));
}

#[tokio::test]
async fn the_stock_store_of_postgres_es_reads_our_history() {
    use cqrs_es::persist::PersistedEventRepository;
    let database = database().await;
    let store = CqrsStore::<Partner>::new(database.store().await);
    let framework = CqrsFramework::new(store.clone(), vec![], ());
    for name in ["A Hub", "B Hub"] {
        framework.execute("a-hub", name.to_owned()).await.expect("handled");
    }
    let options = database.superuser.connect_options().as_ref().clone().options([("search_path", "postgres_es")]);
    let pool = sqlx::PgPool::connect_with(options).await.expect("connected");
    let repository = postgres_es::PostgresEventRepository::new(pool);
    let stock = repository.get_events::<Partner>("a-hub").await.expect("readable");
    let ours = store.load_events("a-hub").await.expect("readable");
    assert_eq!(stock.len(), 2);
    for (stock, ours) in stock.into_iter().zip(ours) {
        assert_eq!((stock.sequence, stock.event_type), (ours.sequence, DomainEvent::event_type(&ours.payload)));
        let payload: PartnerEvent = serde_json::from_value(stock.payload).expect("the same event");
        assert_eq!(payload, ours.payload);
        assert_eq!(stock.metadata["position"], ours.metadata["position"].as_str());
    }
}
