//! What outsiders get from the log's proof: receipts, proofs over HTTP, checkpoints on NATS; and what start-up refuses.

use std::sync::Arc;

use event_store::{Log, WitnessFolder};
use events_schema::events::{Event, log_witness::LogWitnessEvent};
use gateway::{
    clock::Clock,
    config::Secret,
    gateway::Gateway,
    nats::streams::WITNESS_STREAM,
    proof::{Accepted, Decision, Notary},
    serve,
};
use ledger_verifier::{VerifierKey, Witness, receipt, tree};
use projections::Views;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, PgPool};
use tests::{
    reference::{IMPORT, TEACH_FIRST},
    visitor::{Shown, Visitor},
    world::{World, witnessed},
};
use tokio_util::sync::CancellationToken;

const PATH: &str = "/report-incorrect-partnership";

fn key(world: &World) -> VerifierKey {
    VerifierKey::read(&notary(world).verifier_key()).expect("its own key")
}

/// As another process with the same witness folder has it.
fn notary(world: &World) -> Notary {
    Notary::open(&witnessed(world.witness.path()), Log::new(world.owner.clone(), None)).expect("the folder is there")
}

fn witness(world: &World) -> Witness {
    Witness::read(world.witness.path(), &key(world)).expect("a witness file")
}

/// A report on the page of the link, sent at an instant; the page that it ends on.
async fn reported(world: &World, visitor: &mut Visitor, at: &str) -> Shown {
    world.set_clock("2025-06-02T09:00:00Z", true).await;
    let partnership = world.recruited(TEACH_FIRST, 100_120).await;
    let link = format!("{PATH}?token={}", world.notice_token(&partnership).await);
    world.set_clock(at, true).await;
    let page = visitor.get(&link).await;
    let sent = visitor.send(&page, PATH, &[("reason", "do_not_recognise")]).await;
    visitor.follow(&sent).await
}

/// Follows the link to the receipt.
async fn downloaded(visitor: &mut Visitor, page: &Shown) -> Shown {
    assert!(page.text().contains("Download your receipt"), "{}", page.text());
    let link = page.html.split_once(&format!("href=\"{PATH}/receipt?receipt=")).expect("a link").1;
    let sealed = link.split('"').next().expect("an address");
    visitor.get(&format!("{PATH}/receipt?receipt={sealed}")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_keeps_a_receipt_of_its_report_that_anybody_can_check() {
    for (at, event) in
        [("2025-06-03T09:00:00Z", "PartnershipMistakeReported"), ("2025-08-01T09:00:00Z", "ReportPassedToSupport")]
    {
        let world = World::start().await.with_reference().await;
        let mut visitor = Visitor::new(&world);
        let page = reported(&world, &mut visitor, at).await;
        let file = downloaded(&mut visitor, &page).await;
        assert_eq!(file.status, 200, "{}", file.html);
        let disposition = file.headers["content-disposition"].to_str().expect("text");
        assert!(disposition.starts_with("attachment; filename=\"receipt-"), "{disposition}");
        for known in [Witness::default(), witness(&world)] {
            let verdict = receipt::verify(&key(&world), &known, &file.html).expect("a receipt");
            assert!(verdict.holds() && verdict.to_string().contains(event), "{verdict}");
        }
        assert!(by_hand(&world, &file.html).await, "the script of the documentation agrees");
        assert!(!by_hand(&world, &file.html.replace("do_not_recognise", "mistake")).await);
        let forged = file.html.replace("do_not_recognise", "mistake");
        assert!(!receipt::verify(&key(&world), &Witness::default(), &forged).expect("a receipt").holds());
        assert_eq!(visitor.get(&format!("{PATH}/receipt?receipt=x")).await.status, 404);
    }
}

/// What `docs/how-to/verify_receipt.py` says.
async fn by_hand(world: &World, text: &str) -> bool {
    let path = world.witness.path().join("receipt.json");
    std::fs::write(&path, text).expect("the folder can be written");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/how-to/verify_receipt.py");
    let mut python = tokio::process::Command::new("python3");
    python.arg(script).arg(&path).arg(notary(world).verifier_key());
    python.output().await.expect("python3 is there").status.success()
}

/// What `docs/how-to/verify_proofs.py` says of a position, and of the log since the first checkpoint.
async fn proofs_by_hand(world: &World, position: i64) -> String {
    let notes = std::fs::read_to_string(world.witness.path().join("checkpoints")).expect("written");
    let first: String = notes.split_inclusive("\n\n").take(2).collect();
    let earlier = world.witness.path().join("earlier");
    std::fs::write(&earlier, first.trim_end()).expect("the folder can be written");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/how-to/verify_proofs.py");
    let mut python = tokio::process::Command::new("python3");
    python.arg(script).arg(world.url("")).arg(notary(world).verifier_key()).arg(position.to_string()).arg(earlier);
    let output = python.env("PYTHONDONTWRITEBYTECODE", "1").output().await.expect("python3 is there");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

async fn asked(world: &World, path: &str) -> (u16, Value) {
    async_nats::rustls::crypto::ring::default_provider().install_default().ok();
    let answer = reqwest::get(world.url(path)).await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn hash(value: &Value) -> tree::Hash {
    tree::read(value.as_str().expect("text")).expect("a hash")
}

fn hashes(value: &Value) -> Vec<tree::Hash> {
    value.as_array().expect("a list").iter().map(hash).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_can_ask_for_a_proof_of_an_event_without_a_token() {
    let world = World::start().await.with_reference().await;
    let head = world.written().await.0;
    let (status, proof) = asked(&world, &format!("/api/v1/log/proof/event/{head}")).await;
    assert_eq!(status, 200, "{proof}");
    let size = proof["size"].as_u64().expect("a number");
    let place = (head.unsigned_abs() - 1, size);
    assert!(tree::includes(hash(&proof["leaf"]), place, &hashes(&proof["path"]), &hash(&proof["root"])));
    key(&world).open(proof["checkpoint"].as_str().expect("a note")).expect("signed");
    let said = proofs_by_hand(&world, head).await;
    assert!(said.contains(&format!("HOLDS: position {head} is among the {size} events")), "{said}");
    assert!(said.contains(&format!("is the beginning of the log of {size}")), "{said}");
    let (status, proof) = asked(&world, &format!("/api/v1/log/proof/consistency?from=3&to={head}")).await;
    assert_eq!(status, 200, "{proof}");
    let (old, new) = (hash(&proof["from_root"]), hash(&proof["to_root"]));
    assert!(tree::extends((3, &old), (head.unsigned_abs(), &new), &hashes(&proof["path"])));
    for (path, expected) in [
        (format!("/api/v1/log/proof/event/{}", head + 1), 404),
        ("/api/v1/log/proof/event/0".to_owned(), 404),
        ("/api/v1/log/proof/event/x".to_owned(), 400),
        (format!("/api/v1/log/proof/consistency?from=1&to={}", head + 1), 404),
        ("/api/v1/log/proof/consistency?from=3".to_owned(), 400),
    ] {
        let (status, body) = asked(&world, &path).await;
        assert_eq!(status, expected, "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_gets_the_receipts_of_its_own_commands_and_of_no_others() {
    let world = World::start().await.with_reference().await;
    world.recruited(TEACH_FIRST, 100_120).await;
    let path = world.url(&format!("/api/v1/log/receipt/{}", world.written().await.0));
    for (actor, expected) in
        [(TEACH_FIRST, 200), ("auditor_a", 200), ("lead-provider_ambition", 404), ("school_100121", 404)]
    {
        let answer = world.http(actor).await.get(&path).send().await.expect("an answer");
        assert_eq!(answer.status(), expected, "{actor}");
        let text = answer.text().await.expect("text");
        let verdict = receipt::verify(&key(&world), &Witness::default(), &text);
        assert_eq!(verdict.is_ok_and(|verdict| verdict.holds()), expected == 200, "{actor}");
    }
    assert_eq!(reqwest::get(path).await.expect("an answer").status(), 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_are_served_published_and_signed_once_more_at_the_end() {
    let mut world = World::start().await.with_reference().await;
    let head = world.written().await.0;
    assert_eq!(asked(&world, &format!("/api/v1/log/proof/event/{head}")).await.0, 200);
    let served =
        reqwest::get(world.url("/api/v1/log/checkpoint")).await.expect("an answer").text().await.expect("text");
    key(&world).open(&served).expect("signed");
    let stream = world.jetstream().get_stream(WITNESS_STREAM).await.expect("the service made it");
    let subject = "ledger.v1.witness.checkpoint";
    let published = world.until(|| async { stream.get_last_raw_message_by_subject(subject).await.ok() }).await;
    assert_eq!(String::from_utf8_lossy(&published.payload), served);
    world.recruited(TEACH_FIRST, 100_121).await;
    let (last, _) = world.written().await;
    world.close().await;
    assert_eq!(witness(&world).size(), last.unsigned_abs());
}

/// The same server, another database that is a copy of this one as it is now.
async fn copied(world: &mut World) -> String {
    world.owner.close().await;
    let (server, name) = world.database.url.rsplit_once('/').expect("a path");
    let copy = format!("{name}_copy");
    let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.expect("the cluster's superuser");
    let alone = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    sqlx::query(&alone).execute(&mut admin).await.expect("a superuser may");
    let create = format!("create database {copy} template {name}");
    sqlx::query(&create).execute(&mut admin).await.expect("nobody is connected");
    world.owner = PgPool::connect(&world.database.url).await.expect("the test's own database");
    format!("{server}/{copy}")
}

async fn refusal(world: &World) -> String {
    match serve::start(world.config(), CancellationToken::new()).await {
        Ok(running) => {
            running.close().await;
            String::from("it started")
        }
        Err(fault) => fault.to_string(),
    }
}

/// Decides as `training-ledger witness accept` does.
async fn accept(world: &World) -> Accepted {
    let store = world.store().await;
    let gateway = Gateway::new(store.clone(), Views::new(world.owner.clone()), Arc::new(Clock::fixed_to_database()));
    let decision = Decision { operator: "On call".to_owned(), reason: "The disk was lost".to_owned() };
    let accepted = notary(world).accept(&gateway, &decision).await.expect("decided");
    store.close().await;
    accepted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_is_not_served_until_an_operator_says_so_on_record() {
    let mut world = World::start().await.with_reference().await;
    world.close().await;
    let older = copied(&mut world).await;
    let kept = world.written().await.0;
    world.open().await;
    for urn in [100_120, 100_121] {
        world.recruited(TEACH_FIRST, urn).await;
    }
    let lost = world.written().await.0;
    world.close().await;
    assert_eq!(accept(&world).await, Accepted::Nothing, "there is nothing to decide");
    world.owner = PgPool::connect(&older).await.expect("the copy");
    world.database.url.clone_from(&older);
    world.configure(|config| config.database_url = Secret::new(older));
    let said = refusal(&world).await;
    assert!(said.contains(&format!("ends at position {kept}")) && said.contains(&format!("{lost} events")), "{said}");
    let Accepted::State { witnessed, accepted, keeps } = accept(&world).await else { panic!("there is something") };
    assert_eq!((witnessed.size, accepted.size, keeps), (lost, kept + 1, kept));
    let recorded = world.log().event_at(kept + 1).await.expect("readable").expect("the decision");
    let Event::LogWitness(LogWitnessEvent::LogStateAccepted(event)) = recorded.event else { panic!("{recorded:?}") };
    assert_eq!((event.operator.as_str(), event.witnessed_size, event.keeps), ("On call", lost, kept));
    world.open().await;
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": tests::reference::entry(100_900) })).await;
    world.close().await;
    let witness = witness(&world);
    assert_eq!(witness.size(), kept.unsigned_abs() + 2);
    assert!(witness.remarks().iter().any(|said| said.contains("because The disk was lost")), "{:?}", witness.remarks());
    let aside = world.witness.path().join("leaves.given-up-1");
    assert_eq!(std::fs::metadata(aside).expect("kept aside").len(), 32 * lost.unsigned_abs());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_grew_beside_its_witness_is_not_served_either() {
    let mut world = World::start().await.with_reference().await;
    world.close().await;
    let older = copied(&mut world).await;
    world.open().await;
    world.recruited(TEACH_FIRST, 100_120).await;
    world.close().await;
    let unwitnessed = tempfile::tempdir().expect("a folder");
    world.owner = PgPool::connect(&older).await.expect("the copy");
    for forget in ["alter table ledger.signed_checkpoints disable trigger all", "delete from ledger.signed_checkpoints"]
    {
        sqlx::query(forget).execute(&world.owner).await.expect("a superuser may");
    }
    world.database.url.clone_from(&older);
    world.configure(|config| {
        config.database_url = Secret::new(older);
        config.proof = Some(witnessed(unwitnessed.path()));
    });
    world.open().await;
    for urn in [100_121, 100_122, 100_123] {
        world.recruited(TEACH_FIRST, urn).await;
    }
    world.close().await;
    let folder = world.witness.path().to_owned();
    world.configure(|config| config.proof = Some(witnessed(&folder)));
    let said = refusal(&world).await;
    assert!(said.contains("it has other ones") && said.contains("witness accept"), "{said}");
    let last = WitnessFolder::open(&folder).expect("there").path().join("checkpoints");
    assert!(last.exists());
}
