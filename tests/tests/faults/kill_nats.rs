//! The NATS server is killed with kill -9 while clients send; service and clients find it again.

use std::time::Instant;

use super::{load::Load, rig::Rig};

const SEED: u64 = 20_261_124;
const KILLS: usize = 3;
const BETWEEN: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn killing_nats_loses_no_command_and_publishes_no_event_twice() {
    let mut rig = Rig::start("kill_nats").await;
    let load = Load::start(&rig.client, &rig.history, SEED);
    for kill in 0..KILLS {
        load.wait_for_accepted(BETWEEN + 13 * kill).await;
        let killed = Instant::now();
        rig.nats.server.kill9().await.expect("a server of ours can be killed");
        rig.nats.server.restart().await.expect("it starts again on its port");
        rig.answers_again(killed, &load).await;
        rig.service.must_be_alive().await;
    }
    load.wait_for_accepted(BETWEEN).await;
    load.finish().await;
    rig.check().await;
}
