//! Erasures to their end: every process of the service follows them, forgets what it holds open in memory, and destroys
//! any key that is still there: after a crash between event and key, or after an older backup of the keys came back.

use std::{sync::Arc, time::Duration};

use events_schema::envelope::Position;
use projections::Views;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{fault::Fault, gateway::Gateway};

/// How long another process may go on remembering somebody who was erased.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

/// Follows erasures until told to stop, from the first one each time the process starts.
pub async fn follow(gateway: Arc<Gateway>, views: Views, stop: CancellationToken) {
    let mut seen = 0;
    loop {
        match finish(&gateway, &views, seen).await {
            Ok(upto) => seen = upto,
            Err(fault) => tracing::warn!(error = %fault, "erasures cannot be followed; trying again"),
        }
        if stop.run_until_cancelled(sleep(LOOKED_EVERY)).await.is_none() {
            return;
        }
    }
}

async fn finish(gateway: &Gateway, views: &Views, seen: Position) -> Result<Position, Fault> {
    let erased = views.erased_after(seen).await?;
    let Some((last, _)) = erased.last() else { return Ok(seen) };
    let people: Vec<_> = erased.iter().map(|(_, person)| *person).collect();
    gateway.erase_all(&people).await?;
    Ok(*last)
}
