//! Log and witness: the log goes on from the last checkpoint outside the database, and the next one is not overdue.

use chrono::TimeDelta;
use event_store::Standing;
use futures::FutureExt;

use super::{Check, Found, Ground};
use crate::fault::Fault;

pub(super) const CHECK: Check = Check {
    name: "witness",
    title: "The log goes on from what was signed outside the database",
    costly: false,
    look: |ground, _, _| look(ground).boxed(),
};

/// How long an event may wait for the checkpoint that covers it.
const OVERDUE: TimeDelta = TimeDelta::minutes(30);

async fn look(ground: &Ground) -> Result<Found, Fault> {
    let (notary, log) = (&ground.notary, ground.gateway.log());
    if let Some(fault) = notary.forgotten().await? {
        return Ok(Found::Wrong(fault.to_string()));
    }
    let witnessed = notary.last_witnessed()?;
    let head = match log.standing(&witnessed).await {
        Ok(Standing::GoesOn { new, .. }) => new.len(),
        Ok(Standing::Behind { head }) => {
            let said = format!("position {}: the event is missing; {} were witnessed", head + 1, witnessed.size);
            return Ok(Found::Wrong(said));
        }
        Ok(Standing::Beside { .. }) => {
            let first = notary.first_difference().await?.unwrap_or(witnessed.size);
            return Ok(Found::Wrong(format!("position {first}: the event is not the one that was witnessed")));
        }
        Err(event_store::Fault::Corrupt { position, found }) => {
            return Ok(Found::Wrong(format!("position {position}: {found}")));
        }
        Err(fault) => return Err(fault.into()),
    };
    let waiting = log.raw_page(witnessed.size, 1).await?;
    let since = waiting.first().map(|event| event.recorded_at).filter(|_| head > 0);
    let now = log.now().await?;
    Ok(match since.filter(|since| now - *since > OVERDUE) {
        Some(since) => {
            let trouble = notary.trouble().unwrap_or_else(|| "nobody signs".to_owned());
            Found::Wrong(format!(
                "position {} has waited for a checkpoint since {since}: {trouble}",
                witnessed.size + 1
            ))
        }
        None => Found::Holds(format!("the last checkpoint is over {} events", witnessed.size)),
    })
}
