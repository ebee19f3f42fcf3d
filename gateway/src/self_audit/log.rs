//! The log itself: positions without a gap, every event's hash, streams in order, and the tree over all of it.

use event_store::{Verdict, merkle::Tree};
use futures::FutureExt;

use super::{Check, Found, Ground, Scope, Seen};
use crate::fault::Fault;

pub(super) const CHECK: Check = Check {
    name: "log",
    title: "Events are as they were recorded",
    costly: false,
    look: |ground, seen, scope| look(ground, seen, scope).boxed(),
};

/// From the last look on; what was seen before is looked at again with everything else.
async fn look(ground: &Ground, seen: &Seen, scope: Scope) -> Result<Found, Fault> {
    let mut tree = seen.tree.lock().await;
    let before = if scope == Scope::Everything { Tree::default() } else { tree.clone() };
    let after = before.size();
    let (verdict, grown) = ground.gateway.log().verify_after(before).await?;
    Ok(match ground.notary.named(verdict).await? {
        Verdict::Holds { size, .. } => {
            *tree = grown;
            Found::Holds(format!("positions {} to {size}, and the tree over all {size}", after + 1))
        }
        Verdict::Wrong { position, found, .. } => Found::Wrong(format!("position {position}: {found}")),
    })
}
