//! Every command of the ledger decided again, accepted and refused, in its order.

use std::collections::BTreeMap;

use event_store::{Command, Fault, Log};
use events_schema::ids::CommandId;
use futures::{StreamExt, TryStreamExt, stream};

use super::{Again, decide_again};

/// Commands read at once.
const PAGE: i64 = 1_000;
/// Commands decided at the same time; each reads its stream.
const AT_ONCE: usize = 8;

/// A decision that comes out otherwise than it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// Place in the ledger.
    pub ledger_position: i64,
    /// The command.
    pub command_id: CommandId,
    /// Its name.
    pub command_type: String,
    /// What was recorded.
    pub recorded: String,
    /// What is decided now.
    pub decided_anew: String,
}

/// What became of every decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Commands in the ledger.
    pub commands: u64,
    /// Decided again with the same events or the same refusal.
    pub same: u64,
    /// The same as far as can be told: personal values are not in the ledger.
    pub same_bar_personal: u64,
    /// Not decided again, by why not.
    pub not_possible: BTreeMap<&'static str, u64>,
    /// Decided otherwise.
    pub different: u64,
    /// The first of those.
    pub first: Option<Divergence>,
}

/// Decides every command up to the head of the ledger as it is now. `told` hears how far it has come.
pub async fn decide_all_again(log: &Log, told: &mut (dyn FnMut(i64) + Send)) -> Result<Replayed, Fault> {
    let end = log.head().await?.ledger_position;
    let (mut replayed, mut after) = (Replayed::default(), 0);
    while after < end {
        let page = log.commands_page(after, PAGE.min(end - after)).await?;
        let Some(last) = page.last() else { break };
        after = last.receipt.ledger_position;
        let decided = stream::iter(&page).map(|command| decide_again(log, command)).buffered(AT_ONCE);
        let decided: Vec<_> = decided.try_collect().await?;
        for (command, again) in page.iter().zip(decided) {
            replayed.count(command, again);
        }
        told(after);
    }
    Ok(replayed)
}

impl Replayed {
    fn count(&mut self, command: &Command, again: Again) {
        self.commands += 1;
        match again {
            Again::Same => self.same += 1,
            Again::SameBarPersonal => self.same_bar_personal += 1,
            Again::NotPossible(why) => *self.not_possible.entry(why).or_default() += 1,
            Again::Different { then, now } => {
                self.different += 1;
                self.first.get_or_insert_with(|| Divergence {
                    ledger_position: command.receipt.ledger_position,
                    command_id: command.origin.command_id,
                    command_type: command.command_type.clone(),
                    recorded: then,
                    decided_anew: now,
                });
            }
        }
    }
}
