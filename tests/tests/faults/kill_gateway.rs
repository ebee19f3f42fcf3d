//! The service is killed with kill -9, again and again, while clients send; each time it is started again.

use std::time::Instant;

use super::{load::Load, rig::Rig};

const SEED: u64 = 20_261_122;

/// Kills in every build, and in a long run.
const KILLS: usize = 5;
const KILLS_IN_A_LONG_RUN: usize = 20;

/// Commands accepted between two kills, at the least.
const BETWEEN: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_service_loses_nothing_and_doubles_nothing() {
    let kills = if std::env::var_os("TRAINING_LEDGER_LONG").is_some() { KILLS_IN_A_LONG_RUN } else { KILLS };
    let mut rig = Rig::start("kill_gateway").await;
    let load = Load::start(&rig.client, &rig.history, SEED);
    for kill in 0..kills {
        // Never the same point in the load twice.
        load.wait_for_accepted(BETWEEN + 7 * kill).await;
        let killed = Instant::now();
        rig.service.kill9().await;
        rig.service.start_again().await;
        rig.answers_again(killed, &load).await;
    }
    load.wait_for_accepted(BETWEEN).await;
    load.finish().await;
    rig.check().await;
}
