//! `replay-decisions`: every recorded command decided again, with the first that comes out otherwise.

use clap::Args;
use serde_json::json;

use super::{
    connection::Connection,
    failure::{Failure, NOT_PROVED},
    output::Output,
    progress::LogProgress,
};
use crate::decision_replay::{Replayed, decide_all_again};

/// `training-ledger replay-decisions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Each command of the ledger, accepted or refused, is decided again from what the ledger kept: the \
    command, the facts, and the state of its stream before. Nothing is written.\n\nExit status: 0 every decision comes \
    out as recorded, 4 at least one does not, 1 the log could not be read."
)]
pub(super) struct ReplayDecisions {}

impl ReplayDecisions {
    /// Prints the counts and the first divergence.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let log = Connection::find()?.log().await?;
        let mut progress = LogProgress::start("Deciding again", log.head().await?.ledger_position);
        let replayed = decide_all_again(&log, &mut |reached| progress.reached(reached)).await?;
        progress.finish();
        print(&replayed, output)?;
        if replayed.first.is_none() { Ok(()) } else { Err(Failure::silent(NOT_PROVED)) }
    }
}

fn print(it: &Replayed, output: Output) -> Result<(), Failure> {
    if output.wants_json() {
        let first = it.first.as_ref().map(|first| {
            json!({
                "ledger_position": first.ledger_position, "command_id": first.command_id,
                "command_type": first.command_type, "recorded": first.recorded, "decided_anew": first.decided_anew,
            })
        });
        return output.json(&json!({
            "commands": it.commands, "same": it.same, "same_bar_personal": it.same_bar_personal,
            "not_possible": it.not_possible, "different": it.different, "first_divergence": first,
        }));
    }
    output.say(format!(
        "{} commands: {} decided as recorded, {} as recorded but for personal values, {} otherwise.",
        it.commands, it.same, it.same_bar_personal, it.different
    ))?;
    for (why, count) in &it.not_possible {
        output.say(format!("{count} cannot be decided again: {why}."))?;
    }
    let Some(first) = &it.first else { return Ok(()) };
    output.say(format!(
        "First divergence: {} {} at {} of the ledger.\n  recorded: {}\n  decided anew: {}",
        first.command_type, first.command_id, first.ledger_position, first.recorded, first.decided_anew
    ))
}
