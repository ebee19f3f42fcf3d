//! Deadlines and log: no reporting window has ended without the event that says so.

use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt;
use tokio::time::sleep;

use super::{Check, Found, Ground};
use crate::fault::Fault;

pub(super) const CHECK: Check = Check {
    name: "timers",
    title: "No deadline has passed unrecorded",
    costly: false,
    look: |ground, _, _| look(ground).boxed(),
};

/// How late the record of a deadline may be: timers fire late, never early.
const TOLERANCE: TimeDelta = TimeDelta::hours(1);

/// How often it is looked again before a deadline is called forgotten, and after which pause. Where the clock can be set,
/// it passes the tolerance of many timers at once, which then take their turn.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_secs(1);

async fn look(ground: &Ground) -> Result<Found, Fault> {
    let before = ground.gateway.clock().now() - TOLERANCE;
    for look in 1.. {
        let open = ground.views.window_left_open(before).await?;
        let Some((partnership, closed)) = open.filter(|_| ground.processes) else { break };
        if look == LOOKS {
            let said = format!("the window of partnership {partnership} ended at {closed} and no event says so");
            return Ok(Found::Wrong(said));
        }
        sleep(PAUSE).await;
    }
    Ok(Found::Holds("every window that ended has its event".to_owned()))
}
