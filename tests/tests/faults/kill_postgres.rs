//! Postgres is killed with kill -9 while clients send; the service stays, and finds it again.

use std::time::Instant;

use super::{load::Load, rig::Rig};

const SEED: u64 = 20_261_123;
const KILLS: usize = 3;
const BETWEEN: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn killing_postgres_loses_nothing_that_was_acknowledged() {
    let mut rig = Rig::start("kill_postgres").await;
    let load = Load::start(&rig.client, &rig.history, SEED);
    for kill in 0..KILLS {
        load.wait_for_accepted(BETWEEN + 11 * kill).await;
        let killed = Instant::now();
        rig.postgres.kill9().await.expect("a server of ours can be killed");
        rig.postgres.restart().await.expect("it recovers");
        rig.answers_again(killed, &load).await;
        rig.service.must_be_alive().await;
    }
    load.wait_for_accepted(BETWEEN).await;
    load.finish().await;
    rig.check().await;
}
