//! Induction tutors: one person may serve several schools, and is nobody any more once erased.

use std::sync::Arc;

use events_schema::{
    envelope::{Channel, Origin},
    events::{Event, school::SchoolEvent},
    ids::PersonId,
};
use gateway::{clock::Clock, gateway::Gateway, names, reply::Outcome};
use projections::Views;
use serde_json::{Value, json};
use tests::{
    reference::SUPPORT,
    world::{World, who},
};
use uuid::Uuid;

const ADDRESS: &str = "ada@school.example";

fn nomination(urn: u32, name: &str, email: &str) -> Value {
    json!({ "school_urn": urn.to_string(), "name": name, "email": email })
}

/// Nominates and insists; the person, as the log has it.
async fn nominated(world: &World, body: Value) -> PersonId {
    let accepted = world.accepted(SUPPORT, "NominateInductionTutor", body).await;
    person_at(world, accepted["positions"][0].as_i64().expect("one event")).await
}

async fn person_at(world: &World, position: i64) -> PersonId {
    let recorded = world.log().event_at(position).await.expect("read").expect("there");
    match recorded.event {
        Event::School(SchoolEvent::InductionTutorNominated(nominated)) => nominated.person_id,
        other => panic!("not a nomination: {other:?}"),
    }
}

async fn schools(world: &World) {
    for urn in 100_001..=100_003 {
        world.school(urn).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_at_two_schools_is_one_person_and_keeps_one_name() {
    let world = World::start().await.with_reference().await;
    schools(&world).await;
    let first = nominated(&world, nomination(100_001, "Ada Example", ADDRESS)).await;
    let second = nominated(&world, nomination(100_002, " Ada Example ", " ADA@School.example ")).await;
    assert_eq!(first, second);
    let before = world.written().await.0;
    let other_name = nomination(100_003, "Eve Example", ADDRESS);
    let refused = world.send(SUPPORT, "NominateInductionTutor", other_name).await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("tutor_name_differs")), "{}", refused.body);
    let again = world.send(SUPPORT, "NominateInductionTutor", nomination(100_002, "Ada Example", ADDRESS)).await;
    assert_eq!(again.body["code"], "already_tutor", "{}", again.body);
    assert_eq!(world.written().await.0, before);
    let another = nominated(&world, nomination(100_003, "Ada Example", "ada@other.example")).await;
    assert_ne!(another, first, "the address tells people apart, not the name");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_is_known_to_nobody_and_comes_back_as_another() {
    let world = World::start().await.with_reference().await;
    schools(&world).await;
    let first = nominated(&world, nomination(100_001, "Ada Example", ADDRESS)).await;
    assert!(world.store().await.erase(first).await.expect("erased"));
    let second = nominated(&world, nomination(100_002, "Ada Other", ADDRESS)).await;
    assert_ne!(first, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_erases_remembers_nothing_of_the_person() {
    let world = World::start().await.with_reference().await;
    schools(&world).await;
    let gateway = Gateway::new(world.store().await, Views::new(world.owner.clone()), Arc::new(Clock::settable()));
    let nominate = |name: &str| {
        let (gateway, body) = (&gateway, nomination(100_001, name, ADDRESS).to_string());
        async move {
            let name = names::find("NominateInductionTutor").expect("a command");
            gateway.answer(origin(), name, body.as_bytes()).await.outcome
        }
    };
    let Outcome::Accepted(kept) = nominate("Ada Example").await else { panic!("accepted") };
    let person = person_at(&world, kept.positions[0]).await;
    assert!(matches!(nominate("Ada Other").await, Outcome::Rejected(refusal) if refusal.code == "tutor_name_differs"));
    assert!(gateway.erase(person).await.expect("erased"));
    assert!(!gateway.erase(person).await.expect("erased before"));
    let Outcome::Accepted(kept) = nominate("Ada Other").await else { panic!("accepted") };
    assert_ne!(person_at(&world, kept.positions[0]).await, person);
}

fn origin() -> Origin {
    gateway::origin::first(who(SUPPORT), Channel::System, Uuid::now_v7())
}
