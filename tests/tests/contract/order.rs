//! One order for all writers of all processes; a reader that follows it misses nothing.

use std::{collections::HashSet, process::Stdio};

use event_store::{Append, Appended, EventStore, Log, Role, Verdict, connect_as};
use events_schema::envelope::Recorded;
use sqlx::{Connection, PgConnection};

use crate::given::{append, database, store_at, stream};

const WRITERS: usize = 16;
const COMMANDS: usize = 60;
/// Where the second process finds the database.
const ADDRESS: &str = "CONTRACT_SECOND_PROCESS";

/// Every writer appends to streams that all writers of both processes share, until each command is kept.
async fn write_all(store: &EventStore) {
    let writers = (0..WRITERS).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for command in 0..COMMANDS {
                keep(&store, append(&store, stream((writer + command) % 12), 0)).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("a writer does not panic");
    }
}

async fn keep(store: &EventStore, mut append: Append) {
    loop {
        match store.append(append.clone()).await.expect("no fault") {
            Appended::Done(_) => return,
            Appended::Conflict { actual, .. } => append.writes[0].expected = actual,
            Appended::DifferentBody => panic!("each command has an id of its own"),
        }
    }
}

/// The second process: this very program, told where to write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test of two processes"]
async fn second_process() {
    let address = std::env::var(ADDRESS).expect("started by the test of two processes");
    let store = store_at(&address).await;
    write_all(&store).await;
    store.close().await;
}

fn start_second_process(url: &str) -> tokio::process::Child {
    tokio::process::Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["order::second_process", "--exact", "--ignored"])
        .env(ADDRESS, url)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("this program starts")
}

/// Reads to the end position, page by page, while others write.
async fn follow(log: Log, end: i64) -> Vec<Recorded<events_schema::events::Event>> {
    let mut seen = Vec::new();
    while i64::try_from(seen.len()).expect("small") < end {
        let after = seen.last().map_or(0, |event: &Recorded<_>| event.position);
        seen.extend(log.page(after, 100).await.expect("no hole"));
        tokio::task::yield_now().await;
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_follows_two_processes_of_writers_misses_nothing() {
    let database = database().await;
    let store = database.store().await;
    let end = i64::try_from(2 * WRITERS * COMMANDS).expect("small");
    let reader = connect_as(database.url(), 2, Role::Reader).await.expect("the reader's role may connect");
    let reader = tokio::spawn(follow(Log::new(reader, None), end));
    let mut second = start_second_process(database.url());
    write_all(&store).await;
    assert!(second.wait().await.expect("it ends").success());
    let seen = reader.await.expect("the reader does not panic");
    assert_eq!(seen, follow(store.log().clone(), end).await, "what was seen on the way is what is there");
    assert_eq!(seen.iter().map(|event| event.event_id).collect::<HashSet<_>>().len(), seen.len());
    assert!(seen.is_sorted_by_key(|event| event.recorded_at));
    assert!(matches!(store.log().verify(|_| ()).await, Ok(Verdict::Holds { size, .. }) if size == end));
    let commands = store.log().commands_page(0, 10_000).await.expect("readable");
    let places: Vec<_> = commands.iter().map(|command| command.receipt.ledger_position).collect();
    assert_eq!(places, (1..=end).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_control_a_plain_sequence_loses_an_event_to_a_reader() {
    let database = database().await;
    let pool = &database.superuser;
    sqlx::query("create table naive (position bigint generated always as identity)").execute(pool).await.expect("made");
    let insert = "insert into naive default values";
    let mut slow = PgConnection::connect(database.url()).await.expect("connected");
    let mut slow = slow.begin().await.expect("begun");
    sqlx::query(insert).execute(&mut *slow).await.expect("position 1, not committed");
    sqlx::query(insert).execute(pool).await.expect("position 2, committed");
    let read = "select position from naive where position > $1 order by position";
    let mut seen: Vec<i64> = sqlx::query_scalar(read).bind(0_i64).fetch_all(pool).await.expect("readable");
    slow.commit().await.expect("committed late");
    seen.extend(sqlx::query_scalar::<_, i64>(read).bind(2_i64).fetch_all(pool).await.expect("readable"));
    assert_eq!(seen, [2], "position 1 is there and was missed for ever: the reader's way alone is not enough");
}
