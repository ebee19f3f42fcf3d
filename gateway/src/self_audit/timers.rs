//! Deadlines and log: no reporting window has ended without the event that says so.

use chrono::TimeDelta;
use futures::FutureExt;

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

async fn look(ground: &Ground) -> Result<Found, Fault> {
    let before = ground.gateway.clock().now() - TOLERANCE;
    let open = ground.views.window_left_open(before).await?;
    Ok(match open.filter(|_| ground.processes) {
        Some((partnership, closed)) => {
            Found::Wrong(format!("the window of partnership {partnership} ended at {closed} and no event says so"))
        }
        None => Found::Holds("every window that ended has its event".to_owned()),
    })
}
