//! Log and ledger of commands: every event has its command, every accepted command its events.

use event_store::Head;
use futures::FutureExt;

use super::{Check, Found, Ground, Scope, Seen};
use crate::fault::Fault;

pub(super) const CHECK: Check = Check {
    name: "ledger",
    title: "Every event has its command, every accepted command its events",
    costly: false,
    look: |ground, seen, scope| look(ground, seen, scope).boxed(),
};

async fn look(ground: &Ground, seen: &Seen, scope: Scope) -> Result<Found, Fault> {
    let mut last = seen.ledger.lock().await;
    let after = last.filter(|_| scope == Scope::New).unwrap_or(Head { position: 0, ledger_position: 0 });
    let log = ground.gateway.log();
    let to = log.head().await?;
    if let Some(disagreement) = log.ledger_agrees(after, to).await? {
        return Ok(Found::Wrong(disagreement.found));
    }
    if scope == Scope::Everything
        && let Some(place) = ground.notary.first_changed_command().await?
    {
        return Ok(Found::Wrong(format!("command {place} of the ledger is not the one that was witnessed")));
    }
    *last = Some(to);
    Ok(Found::Holds(format!("events up to position {}, commands up to {}", to.position, to.ledger_position)))
}
