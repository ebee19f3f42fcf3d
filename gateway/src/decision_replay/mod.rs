//! Decisions made again from what the ledger kept of them: the command, the facts, the state before. The rules are
//! today's; where they still say what they said then, the decision is explained.

mod all;
mod one;

pub use all::{Divergence, Replayed, decide_all_again};
pub use one::{Again, decide_again, standing_before, state_before, version_before};
