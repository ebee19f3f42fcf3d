//! What the contract tests start from: a fresh log in a fresh database, commands, events and people.

use chrono::{DateTime, Utc};
use event_store::{
    Append, Appended, CommandRecord, Decided, EventStore, MasterKey, Receipt, StoreOptions, StreamWrite, connect,
};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, Origin, StreamId},
    events::{
        Event,
        reference::{DeliveryPartnerImported, ReferenceEvent},
        school::{InductionTutorNominated, SchoolEvent},
    },
    ids::{CommandId, DeliveryPartnerId, Parse, PersonId, Urn},
    personal::Personal,
};
use sqlx::PgPool;
use tests::servers::TestDatabase;
use uuid::Uuid;

/// A database of the test's own; dropped with it.
pub(crate) struct Database {
    server: TestDatabase,
    /// As superuser, for looking and for tampering.
    pub(crate) superuser: PgPool,
}

pub(crate) fn master_key() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

/// A fresh database with the log's tables.
pub(crate) async fn database() -> Database {
    let database = empty_database().await;
    event_store::migrate(&database.superuser).await.expect("migrated");
    database
}

/// A fresh database without any table.
pub(crate) async fn empty_database() -> Database {
    let server = tests::servers::database().await;
    let superuser = PgPool::connect(&server.url).await.expect("the database is there");
    Database { server, superuser }
}

impl Database {
    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    pub(crate) async fn store(&self) -> EventStore {
        store_at(self.url()).await
    }
}

pub(crate) async fn store_at(url: &str) -> EventStore {
    let pool = connect(url, 4).await.expect("the writer's role may connect");
    EventStore::open(pool, StoreOptions::new(master_key())).await.expect("the tables are there")
}

pub(crate) fn stream(key: impl std::fmt::Display) -> StreamId {
    StreamId::new("reference", format!("delivery_partner-{key}"))
}

/// An event without personal fields.
pub(crate) fn partner(name: &str) -> Event {
    let delivery_partner_id = DeliveryPartnerId::parse("a-hub").expect("a slug");
    Event::Reference(ReferenceEvent::DeliveryPartnerImported(DeliveryPartnerImported {
        delivery_partner_id,
        name: name.to_owned(),
    }))
}

/// An event with two personal fields.
pub(crate) fn tutor(person: PersonId, name: &str) -> Event {
    Event::School(SchoolEvent::InductionTutorNominated(InductionTutorNominated {
        school_urn: Urn::parse("100120").expect("digits"),
        person_id: person,
        name: Personal::Open(name.to_owned()),
        email: Personal::Open(format!("{name}@example.com")),
        replaces: None,
    }))
}

pub(crate) fn actor() -> Actor {
    Actor::try_new(ActorKind::LeadProvider, "teach-north").expect("fit")
}

pub(crate) fn origin(command_id: CommandId) -> Origin {
    gateway::origin::first(actor(), Channel::Nats, command_id.0)
}

pub(crate) fn new_id() -> CommandId {
    CommandId(Uuid::now_v7())
}

/// A moment with more digits than are kept.
pub(crate) fn received_at() -> DateTime<Utc> {
    "2026-09-01T10:00:00.123456789Z".parse().expect("an instant")
}

/// An accepted command with one event at a version of a stream.
pub(crate) fn append(store: &EventStore, stream: StreamId, expected: i64) -> Append {
    append_events(store, (stream, expected), vec![partner("A Hub")])
}

pub(crate) fn append_events(store: &EventStore, (stream, expected): (StreamId, i64), events: Vec<Event>) -> Append {
    let outcome = if events.is_empty() { Decided::NothingToDo } else { Decided::Accepted };
    Append {
        record: CommandRecord {
            origin: origin(new_id()),
            command_type: "ImportDeliveryPartner".to_owned(),
            digest: store.digest("ImportDeliveryPartner", r#"{"name":"A Hub"}"#),
            given: r#"{"name":"A Hub"}"#.to_owned(),
            facts: None,
            received_at: received_at(),
        },
        writes: vec![StreamWrite { stream, expected, events }],
        outcome,
        record_id: Some("a-hub".to_owned()),
    }
}

/// The receipt of an append that must go through.
pub(crate) async fn done(store: &EventStore, append: Append) -> Receipt {
    match store.append(append).await.expect("no fault") {
        Appended::Done(receipt) => receipt,
        other => panic!("not kept: {other:?}"),
    }
}
