//! A service to which nothing bad happens has nothing bad to say: a follower that stumbles again and again is heard here.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{
    heard::{Heard, alone},
    reference::SUPPORT,
    trainee_table::{STATES, trainee_in},
    world::World,
};

/// Longer than the pause of whatever looks again by itself.
const ROUNDS: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_to_which_nothing_bad_happens_logs_no_warning_and_no_error() {
    if !alone("quiet::a_service_to_which_nothing_bad_happens_logs_no_warning_and_no_error") {
        return;
    }
    let said = Heard::listen("warn");
    let mut world = World::start_at_work().await.with_reference().await;
    let mut last = String::new();
    for state in STATES {
        last = trainee_in(&world, state).await;
    }
    world.recruited("lead-provider_teach-first", 100_001).await;
    let erase = json!({ "person_id": last, "reason": "person_asked", "authority": "Decision 2026/17" });
    world.accepted(SUPPORT, "ErasePerson", erase).await;
    let began = Instant::now();
    world.until(|| async { (began.elapsed() > ROUNDS).then_some(()) }).await;
    world.seen().await;
    world.close().await;
    assert_eq!(said.text(), "");
    // The control: it would have been heard.
    tracing::warn!("something bad");
    assert!(said.text().contains("something bad"));
}
