//! Commands whose outcome the next page shows: the answer comes once the views have it.

use std::time::Duration;

use serde_json::Value;

use super::{
    Web,
    act::{By, act},
};
use crate::reply::Outcome;

/// How long a form waits for the views. Whoever waited in vain sees the page as it was and loads it again.
const PATIENCE: Duration = Duration::from_secs(5);

/// As [`act`], and waits until the pages show what came of it.
pub(super) async fn act_and_see(web: &Web, by: By, command: (&str, Value)) -> Outcome {
    let outcome = act(web, by, command).await;
    if let Outcome::Accepted(kept) = &outcome
        && let Some(last) = kept.positions.last()
        && let Err(fault) = web.views().wait_until(*last, PATIENCE).await
    {
        tracing::warn!(error = %fault, "a page is shown before the views have what it tells");
    }
    outcome
}
