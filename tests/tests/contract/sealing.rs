//! Personal fields: no clear text in the database, readable while the key is there, erased for ever afterwards.

use event_store::{EventStore, Fault, Log, MasterKey, StoreOptions, Verdict, connect};
use events_schema::{
    events::{Event, school::SchoolEvent},
    ids::PersonId,
    personal::Personal,
};
use sqlx::Executor;
use uuid::Uuid;

use crate::given::{Database, append_events, database, done, stream, tutor};

fn name_of(event: &Event) -> Personal<String> {
    match event {
        Event::School(SchoolEvent::InductionTutorNominated(nominated)) => nominated.name.clone(),
        other => panic!("not a tutor: {other:?}"),
    }
}

async fn nominate(store: &EventStore, (key, version): (&str, i64), person: PersonId) {
    done(store, append_events(store, (stream(key), version), vec![tutor(person, "Ada Example")])).await;
}

async fn names(store: &EventStore, key: &str) -> Result<Vec<Personal<String>>, Fault> {
    let events = store.load(&stream(key), 0).await?;
    Ok(events.iter().map(|event| name_of(&event.event)).collect())
}

fn ada() -> Personal<String> {
    Personal::Open("Ada Example".to_owned())
}

/// Every row of every table of the log, as text.
async fn everything(database: &Database) -> String {
    sqlx::query_scalar(
        "select concat((select string_agg(e::text, '') from ledger.events e),
                       (select string_agg(c::text, '') from ledger.commands c),
                       (select string_agg(k::text, '') from ledger.subject_keys k))",
    )
    .fetch_one(&database.superuser)
    .await
    .expect("readable")
}

#[tokio::test]
async fn what_is_stored_holds_no_clear_text_and_reads_back_open() {
    let database = database().await;
    let store = database.store().await;
    nominate(&store, ("one", 0), PersonId(Uuid::now_v7())).await;
    let stored = everything(&database).await;
    assert!(stored.contains("sealed") && !stored.contains("Ada") && !stored.contains("example.com"), "{stored}");
    assert_eq!(names(&store, "one").await.expect("readable"), [ada()]);
    let page = store.log().page(0, 10).await.expect("readable");
    assert_eq!(name_of(&page[0].event), ada());
}

#[tokio::test]
async fn one_key_per_person_serves_many_events_and_many_callers_at_once() {
    let database = database().await;
    let store = database.store().await;
    let person = PersonId(Uuid::now_v7());
    let keys: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    futures::future::join_all(keys.iter().map(|key| nominate(&store, (key, 0), person))).await;
    for key in &keys {
        assert_eq!(names(&store, key).await.expect("readable"), [ada()]);
    }
}

#[tokio::test]
async fn erasing_a_person_makes_their_fields_erased_everywhere_and_the_proof_still_holds() {
    let database = database().await;
    let (store, other_process) = (database.store().await, database.store().await);
    let (erased, kept) = (PersonId(Uuid::now_v7()), PersonId(Uuid::now_v7()));
    nominate(&store, ("one", 0), erased).await;
    nominate(&store, ("one", 1), kept).await;
    assert!(store.erase(erased).await.expect("done"));
    assert!(!store.erase(erased).await.expect("nothing to do is not an error"));
    for store in [&store, &other_process] {
        assert_eq!(names(store, "one").await.expect("readable"), [Personal::Erased, ada()]);
    }
    let verdict = store.log().verify(|_| ()).await.expect("readable");
    assert!(matches!(verdict, Verdict::Holds { size: 2, .. }), "{verdict:?}");
}

#[tokio::test]
async fn nothing_personal_is_ever_written_again_of_someone_erased() {
    let database = database().await;
    let store = database.store().await;
    let (known, never_seen) = (PersonId(Uuid::now_v7()), PersonId(Uuid::now_v7()));
    nominate(&store, ("one", 0), known).await;
    for (version, person) in [(1, known), (2, never_seen)] {
        store.erase(person).await.expect("done");
        nominate(&store, ("one", version), person).await;
    }
    let erased = [Personal::Erased, Personal::Erased, Personal::Erased];
    assert_eq!(names(&store, "one").await.expect("readable"), erased);
}

#[tokio::test]
async fn without_the_key_fields_stay_sealed_and_another_key_is_a_clear_fault() {
    let database = database().await;
    let store = database.store().await;
    nominate(&store, ("one", 0), PersonId(Uuid::now_v7())).await;
    let page = Log::new(database.superuser.clone(), None).page(0, 1).await.expect("readable");
    assert!(matches!(name_of(&page[0].event), Personal::Sealed(_)));
    let pool = connect(database.url(), 1).await.expect("connected");
    let options = StoreOptions::new(MasterKey::derive("another secret"));
    let stranger = EventStore::open(pool, options).await.expect("opened");
    let fault = names(&stranger, "one").await.expect_err("not its key");
    assert!(matches!(fault, Fault::Misconfigured { .. }), "{fault}");
}

/// After this change by someone with every right, reading names the position and shows nothing.
async fn does_not_open_after(change: &str) {
    let database = database().await;
    let store = database.store().await;
    let person = PersonId(Uuid::now_v7());
    nominate(&store, ("one", 0), person).await;
    nominate(&store, ("one", 1), person).await;
    database.superuser.execute("alter table ledger.events disable trigger all").await.expect("a superuser may");
    database.superuser.execute(change).await.expect("a superuser may");
    let fault = names(&store, "one").await.expect_err(change);
    assert!(matches!(fault, Fault::Corrupt { position: 2, .. }), "{fault}");
    assert!(matches!(store.log().verify(|_| ()).await, Ok(Verdict::Wrong { position: 2, .. })));
}

#[tokio::test]
async fn a_sealed_field_moved_to_another_event_or_field_does_not_open() {
    does_not_open_after(
        "update ledger.events set payload = (select payload from ledger.events where position = 1) where position = 2",
    )
    .await;
    does_not_open_after(
        "update ledger.events set payload = (payload::jsonb || jsonb_build_object('name', payload::json -> 'email'))::text
         where position = 2",
    )
    .await;
    does_not_open_after("update ledger.events set event_id = gen_random_uuid() where position = 2").await;
}
