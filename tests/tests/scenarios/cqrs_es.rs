//! The same log driven by cqrs-es: its framework decides with our aggregates and commits to our store, and the
//! service goes on from there.

use std::collections::HashMap;

use cqrs_es::{AggregateError, CqrsFramework};
use domain::{
    facts::{Circumstances, ReferenceFacts},
    reference::{ImportDeliveryPartner, Reference},
};
use event_store::CqrsStore;
use gateway::cqrs::{Adapted, Asked};
use serde_json::json;
use tests::{
    reference::IMPORT,
    world::{World, who},
};
use uuid::Uuid;

const STREAM: &str = "delivery_partner-c-hub";

fn import(name: &str) -> Asked<Reference> {
    let body = json!({ "delivery_partner_id": "c-hub", "name": name });
    let command: ImportDeliveryPartner = serde_json::from_value(body).expect("its shape");
    let received_at = "2025-06-01T09:00:00Z".parse().expect("an instant");
    let circumstances = Circumstances { actor: who(IMPORT), received_at, new_id: Uuid::now_v7() };
    Asked { command: command.into(), facts: ReferenceFacts { circumstances } }
}

fn by(id: Uuid) -> HashMap<String, String> {
    HashMap::from([("actor".to_owned(), IMPORT.to_owned()), ("command_id".to_owned(), id.to_string())])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cqrs_es_commits_the_service_goes_on_from_and_the_other_way_round() {
    let world = World::start().await;
    let store = CqrsStore::<Adapted<Reference>>::new(world.store().await);
    let framework = CqrsFramework::new(store, vec![], ());
    framework.execute_with_metadata(STREAM, import("C Hub"), by(Uuid::now_v7())).await.expect("committed");
    let same = json!({ "delivery_partner_id": "c-hub", "name": "C Hub" });
    let again = world.send(IMPORT, "ImportDeliveryPartner", same).await;
    assert_eq!((&again.body["outcome"], &again.body["version"]), (&json!("nothing_to_do"), &json!(1)));
    let renamed = json!({ "delivery_partner_id": "c-hub", "name": "C Hub of Exampleshire" });
    let renamed = world.accepted(IMPORT, "ImportDeliveryPartner", renamed).await;
    assert_eq!(renamed["version"], 2);
    framework.execute_with_metadata(STREAM, import("C Hub"), by(Uuid::now_v7())).await.expect("it saw version 2");
    assert_eq!(world.log().head().await.expect("readable").position, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_id_of_cqrs_es_counts_once() {
    let world = World::start().await;
    let store = CqrsStore::<Adapted<Reference>>::new(world.store().await);
    let framework = CqrsFramework::new(store, vec![], ());
    let id = Uuid::now_v7();
    for _ in 0..2 {
        let done = framework.execute_with_metadata(STREAM, import("C Hub"), by(id)).await;
        assert!(!matches!(done, Err(AggregateError::AggregateConflict)), "{done:?}");
    }
    assert_eq!(world.written().await, (1, 1));
}
