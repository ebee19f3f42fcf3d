//! The service looks after itself: each check finds what it is there for and says where; the page and the daily
//! attestation say it too.

use std::{sync::Arc, time::Duration};

use event_store::{Checkpoint, Log};
use gateway::{
    clock::{Change, Clock},
    gateway::Gateway,
    proof::{Notary, signing_key},
    self_audit::{Board, Ground, Scope, SelfAudit, Standing},
};
use ledger_verifier::VerifierKey;
use projections::Views;
use sqlx::{Executor, PgPool};
use tests::{
    reference::{TEACH_FIRST, recruitment},
    visitor::Visitor,
    world::{World, witnessed},
};

/// An audit of the world's log, run by the test; its clock shows this.
async fn audit(world: &World, now: &str) -> SelfAudit {
    let config = witnessed(world.witness.path());
    let log = Log::new(world.owner.clone(), None);
    let notary = Notary::open(&config, log).expect("the folder is there");
    let clock = Clock::settable();
    clock.measure(&world.owner).await.expect("the database tells the time");
    clock.set(&Change { now: now.parse().ok(), stopped: true, ..Change::default() }).expect("settable");
    let views = Views::new(world.owner.clone());
    let gateway = Arc::new(Gateway::new(world.store().await, views.clone(), Arc::new(clock)));
    let pool = PgPool::connect(&world.database.url).await.expect("the test's own database");
    SelfAudit::new(Ground { gateway, pool, views, notary, processes: true }, Board::default(), &config)
}

const BEFORE: &str = "2025-06-10T09:00:00Z";
const AFTER: &str = "2025-07-10T09:00:00Z";

async fn recruited() -> (World, String) {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    let partnership = world.recruited(TEACH_FIRST, 100_120).await;
    world.caught_up().await;
    (world, partnership)
}

async fn as_superuser(world: &World, statements: &[&str]) {
    let off = ["events", "commands", "log_head"].map(|table| format!("alter table ledger.{table} disable trigger all"));
    for statement in off.iter().map(String::as_str).chain(statements.iter().copied()) {
        world.owner.execute(statement).await.expect("a superuser may");
    }
}

/// What one check says after a look at everything; all others must hold.
async fn found(audit: &mut SelfAudit, check: &str) -> String {
    audit.round(Scope::Everything).await;
    for looked in audit.board().findings().iter().filter(|looked| looked.check != check) {
        assert_eq!(looked.standing, Standing::Holds, "{}: {}", looked.check, looked.said);
    }
    let looked = audit.board().finding(check).expect("it looked");
    assert_eq!(looked.standing, Standing::Wrong, "{check}: {}", looked.said);
    looked.said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nobody_touched_holds_and_later_looks_go_on_from_there() {
    let (world, _) = recruited().await;
    let mut audit = audit(&world, BEFORE).await;
    audit.round(Scope::Everything).await;
    assert_eq!(audit.board().standing(), Standing::Holds, "{:#?}", audit.board().findings());
    assert_eq!(audit.board().findings().len(), 6);
    let before = world.written().await.0;
    world.recruited(TEACH_FIRST, 100_121).await;
    audit.round(Scope::New).await;
    let looked = audit.board().finding("log").expect("it looked");
    assert!(looked.said.starts_with(&format!("positions {} to ", before + 1)), "{}", looked.said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_event_is_found_where_it_is() {
    let (world, _) = recruited().await;
    let mut audit = audit(&world, BEFORE).await;
    as_superuser(&world, &["update ledger.events set metadata = metadata || ' ' where position = 3"]).await;
    let said = found(&mut audit, "log").await;
    assert!(said.starts_with("position 3: ") && said.contains("not as it was recorded"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_without_its_command_and_a_command_without_its_events_are_found() {
    let (world, _) = recruited().await;
    let mut audit = audit(&world, BEFORE).await;
    as_superuser(&world, &["update ledger.commands set event_count = 2 where ledger_position = 4"]).await;
    let said = found(&mut audit, "ledger").await;
    assert_eq!(said, "command 4 of the ledger does not have the events that it says it made");
    as_superuser(&world, &["delete from ledger.commands where ledger_position = 4"]).await;
    let said = found(&mut audit, "ledger").await;
    assert!(said.starts_with("no command of the ledger made the event at position "), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_that_does_not_follow_from_the_log_is_found_by_its_table() {
    let (world, _) = recruited().await;
    let mut audit = audit(&world, BEFORE).await;
    as_superuser(&world, &["update view_school_partnerships.partnerships set school_name = 'Another'"]).await;
    let said = found(&mut audit, "views").await;
    assert!(said.starts_with("2 rows of school_partnerships.partnerships differ"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_ended_without_its_event_is_found_by_its_partnership() {
    let (world, partnership) = recruited().await;
    let mut audit = audit(&world, AFTER).await;
    let said = found(&mut audit, "timers").await;
    assert!(said.contains(&partnership) && said.contains("2025-06-16 22:59:59"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_that_was_moved_lost_or_added_by_hand_is_found() {
    let world = World::start_at_work().await.with_reference().await;
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    world.recruited(TEACH_FIRST, 100_120).await;
    let recruited = world.written().await.0;
    let noted = || async {
        let both = "select count(*) = 2 from gateway.timers
                    where (select position from gateway.processes where process = 'notices') >= $1";
        sqlx::query_scalar::<_, bool>(both).bind(recruited).fetch_one(&world.owner).await.ok()?.then_some(())
    };
    world.until(noted).await;
    let mut audit = audit(&world, "2025-06-02T09:30:00Z").await;
    audit.round(Scope::Everything).await;
    let looked = audit.board().finding("deadlines").expect("it looked");
    assert_eq!(looked.said, "2 deadlines to come are those that the log asks for");
    for (change, expected) in [
        ("update gateway.timers set due_at = due_at + interval '1 year' where command = 'CloseReportingWindow'", "asks for"),
        ("delete from gateway.timers where command = 'CreateNotice'", "neither noted nor decided"),
        ("insert into gateway.timers select gen_random_uuid(), process, due_at, command, body, causation_id, correlation_id
          from gateway.timers limit 1", "no event asks for"),
    ] {
        as_superuser(&world, &["create table kept as table gateway.timers", change]).await;
        audit.round(Scope::Everything).await;
        let looked = audit.board().finding("deadlines").expect("it looked");
        assert_eq!(looked.standing, Standing::Wrong, "{change}: {}", looked.said);
        assert!(looked.said.contains(expected), "{change}: {}", looked.said);
        as_superuser(&world, &["truncate gateway.timers", "insert into gateway.timers table kept", "drop table kept"]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_that_was_changed_is_found_by_its_place_in_the_ledger() {
    let (world, _) = recruited().await;
    let again = world.send(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_120)).await;
    assert_eq!(again.body["outcome"], "rejected", "{}", again.body);
    let mut audit = audit(&world, BEFORE).await;
    audit.attest().await.expect("signed");
    let place: i64 = sqlx::query_scalar("select max(ledger_position) from ledger.commands where outcome = 'rejected'")
        .fetch_one(&world.owner)
        .await
        .expect("there is one");
    let change = format!("update ledger.commands set message = 'It was too late.' where ledger_position = {place}");
    as_superuser(&world, &[&change]).await;
    audit.round(Scope::Everything).await;
    let said = audit.board().finding("ledger").expect("it looked").said;
    assert_eq!(said, format!("command {place} of the ledger is not the one that was witnessed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_behind_its_witness_is_found_at_its_first_missing_event() {
    let (world, _) = recruited().await;
    let mut audit = audit(&world, BEFORE).await;
    let config = witnessed(world.witness.path());
    let key = signing_key(&config).expect("made at the start");
    let head = world.written().await.0;
    let notary = Notary::open(&config, Log::new(world.owner.clone(), None)).expect("the folder is there");
    let held = notary.folder().hold().expect("the folder is there").expect("nobody writes");
    held.add_checkpoint(&Checkpoint { size: head + 5, root: [7; 32] }.sign(&key)).expect("written");
    drop(held);
    let said = found(&mut audit, "witness").await;
    assert!(said.starts_with(&format!("position {}: ", head + 1)), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_attestation_of_the_day_is_signed_and_says_what_was_found() {
    let (world, _) = recruited().await;
    let mut audit = audit(&world, BEFORE).await;
    as_superuser(&world, &["update view_school_partnerships.partnerships set school_name = 'Another'"]).await;
    audit.round(Scope::Everything).await;
    let note = audit.attest().await.expect("signed");
    let config = witnessed(world.witness.path());
    let notary = Notary::open(&config, Log::new(world.owner.clone(), None)).expect("the folder is there");
    let key = VerifierKey::read(&notary.verifier_key()).expect("a key");
    let text = key.open(&note).expect("signed by the log's key");
    for line in ["date 2025-06-10", "size ", "root ", "log holds: ", "ledger holds: ", "views wrong: 2 rows of "] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}: {text}");
    }
    assert_eq!(notary.folder().last_attestation().expect("readable"), Some(note));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_page_says_what_the_running_service_found_to_anybody() {
    let world = World::start_with(|config| {
        let proof = config.proof.as_mut().expect("a witness");
        proof.audit_every = Duration::from_millis(100);
    })
    .await;
    let world = world.with_reference().await;
    let mut visitor = Visitor::new(&world);
    assert_eq!(visitor.get("/status").await.status, 200);
    world
        .until(|| async {
            let answer = reqwest::get(world.url("/status.json")).await.ok()?.json::<serde_json::Value>().await.ok()?;
            (answer["standing"] == "holds" && answer["attestation"].is_string()).then_some(())
        })
        .await;
    let page = visitor.get("/status").await;
    for shown in ["all of it holds", "Events are as they were recorded", "Verifier key", "Last daily attestation"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
}
