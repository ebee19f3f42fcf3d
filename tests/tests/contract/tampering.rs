//! Verify finds what someone with every right did to the log, and names the first position.

use event_store::{EventStore, Verdict, leaf::Leaf};
use sqlx::Executor;

use crate::given::{Database, append, database, done, stream};

const EVENTS: i64 = 100;

async fn a_log() -> (Database, EventStore) {
    let database = database().await;
    let store = database.store().await;
    let appends = (0..EVENTS).map(|n| done(&store, append(&store, stream(n % 50), n / 50)));
    futures::future::join_all(appends).await;
    assert!(matches!(store.log().verify(|_| ()).await, Ok(Verdict::Holds { size: EVENTS, .. })));
    database.superuser.execute("alter table ledger.events disable trigger all").await.expect("a superuser may");
    database.superuser.execute("alter table ledger.log_head disable trigger all").await.expect("a superuser may");
    (database, store)
}

/// The position that verify names after these statements, and what it says.
async fn found_after(statements: &[&str]) -> (i64, String) {
    let (database, store) = a_log().await;
    for statement in statements {
        database.superuser.execute(*statement).await.expect("a superuser may");
    }
    verdict(&store).await
}

async fn verdict(store: &EventStore) -> (i64, String) {
    match store.log().verify(|_| ()).await.expect("readable") {
        Verdict::Wrong { position, found, .. } => (position, found),
        holds @ Verdict::Holds { .. } => panic!("not found: {holds:?}"),
    }
}

#[tokio::test]
async fn an_edit_of_any_column_is_found_where_it_is() {
    for edit in [
        "payload = (payload::text || ' ')::json",
        "metadata = '{\"channel\":\"api\"}'",
        "stream_id = stream_id || 'x'",
        "stream_version = 77",
        "event_id = gen_random_uuid()",
        "event_type = 'LeadProviderImported'",
        "schema_version = 2",
        "actor = 'support_x'",
        "command_id = gen_random_uuid()",
        "correlation_id = gen_random_uuid()",
        "causation_id = gen_random_uuid()",
        "happened_at = happened_at - interval '1 microsecond'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "leaf_hash = sha256('x')",
    ] {
        let (position, found) = found_after(&[&format!("update ledger.events set {edit} where position = 57")]).await;
        assert_eq!(position, 57, "{edit}: {found}");
        assert!(found.contains("not as it was recorded"), "{edit}: {found}");
    }
}

#[tokio::test]
async fn a_swapped_pair_is_found_at_the_first_of_the_two() {
    let (position, found) = found_after(&[
        "update ledger.events set position = 1000 where position = 30",
        "update ledger.events set position = 30 where position = 31",
        "update ledger.events set position = 31 where position = 1000",
    ])
    .await;
    assert_eq!(position, 30, "{found}");
}

#[tokio::test]
async fn a_hole_a_cut_tail_and_an_emptied_log_are_found_where_they_begin() {
    for (change, expected) in [("position = 40", 40), ("position > 90", 91), ("true", 1)] {
        let (position, found) = found_after(&[&format!("delete from ledger.events where {change}")]).await;
        assert_eq!((position, found.contains("missing")), (expected, true), "{found}");
    }
}

#[tokio::test]
async fn an_inserted_row_is_found_behind_the_head_and_in_the_middle() {
    let insert = "insert into ledger.events select 101, stream_id, 3, gen_random_uuid(), event_type, schema_version,
        payload, metadata, actor, command_id, correlation_id, causation_id, happened_at, recorded_at, leaf_hash
        from ledger.events where position = 100";
    let (position, found) = found_after(&[insert]).await;
    assert_eq!(position, 101, "{found}");
    let shift = "update ledger.events set position = -position where position >= 60";
    let back = "update ledger.events set position = 1 - position where position < 0";
    let insert = "insert into ledger.events select 60, 'reference-x', 1, gen_random_uuid(), event_type, schema_version,
        payload, metadata, actor, command_id, correlation_id, causation_id, happened_at, recorded_at, leaf_hash
        from ledger.events where position = 59";
    let unchecked = "alter table ledger.events drop constraint events_fit";
    let (position, found) = found_after(&[unchecked, shift, back, insert]).await;
    assert_eq!(position, 60, "{found}");
}

#[tokio::test]
async fn an_edit_that_takes_its_hash_along_is_found_by_the_tree() {
    let (database, store) = a_log().await;
    let event = store.log().raw_page(41, 1).await.expect("readable").remove(0);
    let payload = event.event.json.replace("A Hub", "B Hub");
    let leaf = Leaf {
        position: event.position,
        stream: event.stream.as_str(),
        version: event.version,
        event_id: event.event_id.0,
        event_type: &event.event.event_type,
        schema_version: event.event.schema_version,
        payload: &payload,
        metadata: r#"{"channel":"nats"}"#,
        actor: &event.origin.actor.token(),
        command_id: event.origin.command_id.0,
        correlation_id: event.origin.correlation_id.0,
        causation_id: event.origin.causation_id.0,
        happened_at: event.happened_at.timestamp_micros(),
        recorded_at: event.recorded_at.timestamp_micros(),
    };
    sqlx::query("update ledger.events set payload = $1::json, leaf_hash = $2 where position = 42")
        .bind(&payload)
        .bind(leaf.hash(&mut Vec::new()).as_slice())
        .execute(&database.superuser)
        .await
        .expect("a superuser may");
    let (position, found) = verdict(&store).await;
    assert_eq!((position, found.contains("positions 1 to 64")), (1, true), "{found}");
}

#[tokio::test]
async fn a_frontier_that_does_not_fit_is_found_and_stops_the_writer() {
    let (database, store) = a_log().await;
    database.superuser.execute("update ledger.log_head set frontier = '{}'").await.expect("a superuser may");
    assert!(verdict(&store).await.1.contains("tree kept in the head"));
    let fault = store.append(append(&store, stream("new"), 0)).await.expect_err("nothing is built on a damaged tree");
    assert!(fault.to_string().contains("tree"), "{fault}");
}
