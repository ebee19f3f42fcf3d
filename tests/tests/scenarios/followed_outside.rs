//! A projection outside the service, as the how-to shows it: it follows the published events, keeps its own table, and goes
//! on where it stopped. It needs Python with nats-py: `tests/analysis` runs it.

use std::path::{Path, PathBuf};

use gateway::nats::streams::EVENTS_STREAM;
use tests::{reference::TEACH_FIRST, world::World};

/// The one that `tests/analysis` sets up.
fn python() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.local/analysis/bin/python")
}

/// Runs the example until it has come to the last published event; what it printed.
async fn followed(world: &World, python: &Path, table: &Path) -> String {
    let head = u64::try_from(world.written().await.0).expect("positive");
    let published = || async {
        let mut stream = world.jetstream().get_stream(EVENTS_STREAM).await.ok()?;
        (stream.info().await.ok()?.state.last_sequence >= head).then_some(())
    };
    world.until(published).await;
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/how-to/follow_events.py");
    let (user, password) = world.config().nats.user.expect("the service has a user");
    let mut command = tokio::process::Command::new(python);
    command.arg(example).arg(table).env("NATS_URL", world.nats.url()).env("NATS_USER", user);
    let output = command.env("NATS_PASSWORD", password.reveal()).output().await.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Python with nats-py; tests/analysis runs it"]
async fn an_example_over_jetstream_counts_each_recruitment_once_and_goes_on_where_it_stopped() {
    let python = python();
    let world = World::start().await.with_reference().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = folder.path().join("counts.sqlite");
    world.recruited(TEACH_FIRST, 100_001).await;
    assert_eq!(followed(&world, &python, &table).await, "teach-first,2025,1\n");
    world.recruited(TEACH_FIRST, 100_002).await;
    world.recruited(TEACH_FIRST, 100_003).await;
    assert_eq!(followed(&world, &python, &table).await, "teach-first,2025,3\n");
    assert_eq!(followed(&world, &python, &table).await, "teach-first,2025,3\n", "nothing counts twice");
}
