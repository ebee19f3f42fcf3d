//! A process follows the log from its own checkpoint, asks each thing once however often it is killed, and sets timers
//! that fire late but never early.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    command::Command,
    processes::{Begins, Deadline, Process},
    reference::{ImportDeliveryPartner, ImportLeadProvider, ReferenceCommand},
};
use event_store::Role;
use events_schema::{
    envelope::Recorded,
    events::{Event, EventSet, reference::ReferenceEvent},
    ids::Parse,
};
use gateway::{
    clock::Clock,
    gateway::Gateway,
    processes::{Commands, Ground, Timers, follow},
};
use projections::{Presence, Views};
use serde_json::json;
use tests::{reference::IMPORT, world::World};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Wherever a cohort is set up, a delivery partner of its own follows at once and a lead provider a week later.
static PROCESS: Process =
    Process { name: "test-process", events: &["CohortImported"], begins: Begins::FirstEvent, react, deadlines };

fn react(event: &Recorded<Event>) -> Vec<Command> {
    let id = format!("partner-of-{}", year(event));
    let import = ImportDeliveryPartner { delivery_partner_id: Parse::parse(&id).expect("a slug"), name: id };
    vec![Command::Reference(ReferenceCommand::from(import))]
}

fn deadlines(event: &Recorded<Event>) -> Vec<Deadline> {
    let id = format!("provider-of-{}", year(event));
    let import = ImportLeadProvider {
        lead_provider_id: Parse::parse(&id).expect("a slug"),
        name: id,
        ukprn: None,
        first_cohort: None,
        last_cohort: None,
    };
    let due_at = event.happened_at + TimeDelta::days(7);
    vec![Deadline { due_at, command: Command::Reference(ReferenceCommand::from(import)) }]
}

fn year(event: &Recorded<Event>) -> String {
    let Event::Reference(ReferenceEvent::CohortImported(cohort)) = &event.event else { panic!("{event:?}") };
    cohort.cohort.to_string()
}

/// An instance that runs the process, with a clock of its own.
struct Instance {
    clock: Arc<Clock>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Instance {
    async fn start(world: &World, now: &str) -> Self {
        let register =
            "insert into gateway.processes (process, position) values ('test-process', 0) on conflict do nothing";
        sqlx::query(register).execute(&world.owner).await.expect("the table is there");
        let clock = Arc::new(Clock::settable());
        set(&clock, now);
        let pool = event_store::connect(&world.database.url, 4).await.expect("the test's own database");
        let views = event_store::connect_as(&world.database.url, 2, Role::Projector).await.expect("the same");
        let store = world.store().await;
        let gateway = Arc::new(Gateway::new(store.clone(), Views::new(views), Arc::clone(&clock)));
        let presence = Arc::new(Presence::new(&pool));
        let ground = Ground { pool, store, gateway, presence };
        let (stop, timers) = (CancellationToken::new(), Timers::new(&ground));
        let commands = Commands::new(&PROCESS, &ground, timers.book());
        let tasks = vec![tokio::spawn(follow(commands, ground, stop.clone())), tokio::spawn(timers.run(stop.clone()))];
        Self { clock, stop, tasks }
    }

    async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.expect("it does not panic");
        }
    }
}

fn set(clock: &Clock, now: &str) {
    let change = serde_json::from_value(json!({ "now": now, "stopped": true })).expect("a change");
    clock.set(&change).expect("settable");
}

async fn cohort(world: &World, year: u16) {
    let cohort = json!({ "cohort": year.to_string(), "academic_year_start": format!("{year}-09-01") });
    world.accepted(IMPORT, "ImportCohort", cohort).await;
}

/// Waits until the log holds as many events of a type as wanted; all of them.
async fn events(world: &World, event_type: &str, wanted: usize) -> Vec<Recorded<Event>> {
    world
        .until(|| async {
            let all = world.log().page(0, i64::MAX).await.expect("the log can be read");
            let found: Vec<_> = all.into_iter().filter(|event| event.event.event_type() == event_type).collect();
            (found.len() >= wanted).then_some(found)
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_is_asked_once_by_the_process_and_names_its_cause() {
    let world = World::start().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    cohort(&world, 2024).await;
    let instance = Instance::start(&world, "2025-06-02T09:00:00Z").await;
    let partners = events(&world, "DeliveryPartnerImported", 1).await;
    let cause = world.log().event_at(1).await.expect("read").expect("the cohort");
    assert_eq!(partners[0].origin.actor.token(), "system_test-process");
    assert_eq!(partners[0].origin.causation_id.0, cause.event_id.0);
    assert_eq!(partners[0].origin.correlation_id, cause.origin.correlation_id);
    instance.stop().await;
    // As if it had been killed before its checkpoint moved: it sees the same events again.
    sqlx::query("update gateway.processes set position = 0").execute(&world.owner).await.expect("set back");
    cohort(&world, 2025).await;
    let instance = Instance::start(&world, "2025-06-02T09:00:00Z").await;
    assert_eq!(events(&world, "DeliveryPartnerImported", 2).await.len(), 2);
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_share_the_work_and_one_takes_over_from_the_other() {
    let world = World::start().await;
    let first = Instance::start(&world, "2025-06-02T09:00:00Z").await;
    let second = Instance::start(&world, "2025-06-02T09:00:00Z").await;
    cohort(&world, 2024).await;
    assert_eq!(events(&world, "DeliveryPartnerImported", 1).await.len(), 1);
    first.stop().await;
    cohort(&world, 2025).await;
    assert_eq!(events(&world, "DeliveryPartnerImported", 2).await.len(), 2);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_never_fires_early_and_fires_late_after_the_service_was_down() {
    let world = World::start().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    cohort(&world, 2024).await;
    let instance = Instance::start(&world, "2025-06-02T09:00:00Z").await;
    events(&world, "DeliveryPartnerImported", 1).await;
    set(&instance.clock, "2025-06-09T08:59:59.999999Z");
    // The control: a timer that is due fires while the other, due a microsecond later than now, does not.
    sqlx::query(
        "insert into gateway.timers select gen_random_uuid(), process, due_at - interval '1 microsecond', command,
         '{\"lead_provider_id\":\"control\",\"name\":\"Control\"}', causation_id, correlation_id from gateway.timers",
    )
    .execute(&world.owner)
    .await
    .expect("another timer");
    set(&instance.clock, "2025-06-09T08:59:59.999999Z");
    assert_eq!(events(&world, "LeadProviderImported", 1).await.len(), 1);
    instance.stop().await;
    let instance = Instance::start(&world, "2025-07-01T00:00:00Z").await;
    let providers = events(&world, "LeadProviderImported", 2).await;
    assert_eq!(
        providers[1].happened_at,
        "2025-07-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("late")
    );
    world.until(|| async { (timers(&world).await == 0).then_some(()) }).await;
    instance.stop().await;
}

async fn timers(world: &World) -> i64 {
    sqlx::query_scalar("select count(*) from gateway.timers").fetch_one(&world.owner).await.expect("counted")
}
