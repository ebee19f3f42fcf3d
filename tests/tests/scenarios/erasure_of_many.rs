//! One of many trainees is erased: nothing of that person is found on any page, in any answer of the APIs, in a file that
//! is downloaded, in what was logged and published, or in a dump of the whole cluster; the others are all still there.
//! 50 trainees in every build; 2,000 in a long one.

use std::{path::PathBuf, process::Command};

use event_store::{Role, Verdict};
use futures::{StreamExt, stream};
use gateway::local::Durability;
use projections::rebuild;
use serde_json::{Value, json};
use tests::{
    heard::{Heard, alone},
    people,
    reference::{PROVIDER, SUPPORT},
    servers::{OwnPostgres, database_in, own_postgres},
    trainees::registration,
    visitor::Visitor,
    world::World,
};

use super::erasure::{GONE, KEPT, assert_clean, by_every_door, bytes_below, erase, measures, whole_history};

const LIST: &str = "/training-provider/trainees";

/// The erased one and the one to compare with among them.
fn trainees() -> usize {
    if std::env::var_os("TRAINING_LEDGER_LONG").is_some() { 2_000 } else { 50 }
}

fn numbered(number: usize) -> Value {
    let mut body = registration();
    body["last_names"] = format!("Other-{number}").into();
    body["details"]["provider_trainee_id"] = format!("O-{number}").into();
    body["details"]["email"] = format!("other.{number}@trainee.example").into();
    body
}

/// A trainee who is in training again, so that the file of those to be recommended names them.
async fn in_training(world: &World, id: &str) {
    let back = json!({ "return_date": "2025-06-10", "expected_end_date": "2025-10-31" });
    world.of_trainee(PROVIDER, ("ReinstateTrainee", id), back).await;
}

/// Everything that pages, APIs and downloads say where the person stood, one text each.
async fn everywhere(world: &World, visitors: &mut [Visitor; 2], id: &str) -> Vec<(String, String)> {
    let mut said = Vec::new();
    let pages = [
        LIST.to_owned(),
        format!("{LIST}?order=updated"),
        format!("{LIST}?state=trn_received&year=2024"),
        format!("{LIST}/{id}"),
        format!("{LIST}/{id}/timeline"),
        format!("{LIST}/{id}/edit"),
        format!("{LIST}/{id}/recommend"),
        format!("{LIST}/{id}/withdraw"),
        "/training-provider/bulk-recommend/prepopulated.csv".to_owned(),
        format!("/support/erase?person={id}"),
        "/support/awards".to_owned(),
        "/support/tasks".to_owned(),
    ];
    for visitor in visitors {
        for page in &pages {
            said.push((page.clone(), visitor.get(page).await.html));
        }
    }
    let caller = world.caller(PROVIDER).await;
    for path in ["/api/v2026.1/trainees?per_page=100".to_owned(), format!("/api/v2026.1/trainees/{id}")] {
        said.push((path.clone(), caller.get(&path).await.body.to_string()));
    }
    for (view, body) in [
        ("trainee", json!({ "id": id })),
        ("hand-over", json!({ "id": id })),
        ("pending-awards", json!({})),
        ("trainee-tasks", json!({})),
    ] {
        said.push((format!("query {view}"), world.query(SUPPORT, view, body).await.body.to_string()));
    }
    said
}

/// The whole cluster as SQL, roles and every database.
fn dumped(postgres: &OwnPostgres) -> Vec<u8> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let programs = installed.map(|version| version.path().join("bin/pg_dumpall")).filter(|path| path.exists());
    let program = programs.max().unwrap_or_else(|| PathBuf::from("pg_dumpall"));
    let url = postgres.url("postgres");
    let password = url.split_once('@').and_then(|(user, _)| user.rsplit_once(':')).map_or("", |(_, password)| password);
    let dumped = Command::new(program).arg("--dbname").arg(&url).env("PGPASSWORD", password).output();
    let dumped = dumped.expect("pg_dumpall comes with the server");
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    dumped.stdout
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_one_erased_among_many_is_found_and_the_others_are_all_there() {
    if !alone("erasure_of_many::nothing_of_one_erased_among_many_is_found_and_the_others_are_all_there") {
        return;
    }
    let said = Heard::listen("trace");
    let postgres = own_postgres(Durability::ForgottenForTests).await;
    let mut world = World::start_in(database_in(postgres.url("postgres")).await, |_| ()).await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", true).await;
    let others =
        stream::iter(0..trainees() - 2).map(|number| world.accepted(PROVIDER, "RegisterTrainee", numbered(number)));
    others.buffer_unordered(16).for_each(|_| async {}).await;
    let (gone, kept) = (by_every_door(&world, &GONE).await, by_every_door(&world, &KEPT).await);
    in_training(&world, &gone).await;
    in_training(&world, &kept).await;
    world.seen().await;
    let mut visitors = [
        Visitor::signed_in(&world, &people::training_provider("1AB")).await,
        Visitor::signed_in(&world, &people::support()).await,
    ];
    let before = everywhere(&world, &mut visitors, &gone).await;
    let named = before.iter().filter(|(_, text)| text.contains(GONE.word)).count();
    assert!(named >= 15, "the person stood in most of these places: {named}");
    let counted = measures(&world.owner).await;
    assert_eq!(counted.iter().map(|(_, count)| usize::try_from(*count).expect("few")).sum::<usize>(), trainees());

    world.accepted(SUPPORT, "ErasePerson", erase(&gone)).await;
    world.seen().await;
    for (place, text) in everywhere(&world, &mut visitors, &gone).await {
        let found: Vec<_> = GONE.traces().into_iter().filter(|trace| text.contains(trace)).collect();
        assert!(found.is_empty(), "{place} holds {found:?}");
    }
    for visitor in &mut visitors {
        let found = visitor.get(&format!("{LIST}?q={}", GONE.word)).await;
        assert!(found.text().contains("No trainees match"), "{}", found.text());
        assert!(visitor.get(&format!("{LIST}?q={}", KEPT.word)).await.text().contains("1 trainee "));
    }
    assert_clean("the history as it is read", whole_history(&world).await.as_bytes(), KEPT.word);
    assert_eq!(measures(&world.owner).await, counted, "nobody is lost from any count");
    assert_clean("a dump of the cluster", &dumped(&postgres), &gone);

    let projector = event_store::connect_as(&world.database.url, 2, Role::Projector).await.expect("connected");
    let rebuilt = rebuild(&projector, &world.log(), None, &mut |_| {}).await.expect("rebuilt");
    assert!(rebuilt.views.iter().flat_map(|view| &view.tables).all(|table| table.differing == Some(0)));
    assert_eq!(measures(&world.owner).await, counted, "a rebuild gives the same");
    assert!(matches!(world.log().verify(|_| ()).await, Ok(Verdict::Holds { .. })));
    assert_clean("a dump after the rebuild", &dumped(&postgres), &kept);

    world.close().await;
    world.nats.server.stop().await.expect("it stops");
    assert_clean("the folder of JetStream", &bytes_below(world.nats.folder()), &gone);
    assert_clean("what was logged", &said.bytes(), "ledger.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mails_of_an_erased_tutor_are_thrown_away_in_development_too() {
    let world = World::start_at_work().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", false).await;
    let urn = world.school(100_001).await;
    let body = json!({ "school_urn": urn.to_string(), "name": GONE.said("Tutor"), "email": "q.canary@school.example" });
    world.accepted(&format!("school_{urn}"), "NominateInductionTutor", body).await;
    let person: uuid::Uuid = world
        .until(|| async {
            let found = sqlx::query_scalar("select person_id from view_reference.tutors").fetch_optional(&world.owner);
            found.await.expect("the view is there")
        })
        .await;
    let confirmed = tests::reference::recruitment(urn);
    world.accepted("lead-provider_teach-first", "ConfirmRecruitment", confirmed).await;
    let mails = || async {
        let count = "select count(*) from gateway.mailbox where sent_to = 'q.canary@school.example'";
        sqlx::query_scalar::<_, i64>(count).fetch_one(&world.owner).await.expect("the table is there")
    };
    world.until(|| async { (mails().await > 0).then_some(()) }).await;
    world.accepted(SUPPORT, "ErasePerson", erase(&person.to_string())).await;
    assert_eq!(mails().await, 0);
}
