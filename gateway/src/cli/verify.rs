//! `verify`: recomputes the whole log and says whether it is the one that was recorded.

use clap::Args;
use event_store::Verdict;
use serde_json::json;

use super::{
    connection::Connection,
    failure::{Failure, NOT_PROVED},
    output::Output,
    progress::LogProgress,
};

/// `training-ledger verify`.
#[derive(Debug, Args)]
#[command(after_help = "Every event's hash, the order of positions and streams, and the tree over them are computed \
    anew and compared with what was kept.\n\nExit status: 0 the log holds, 4 it does not, 1 it could not be read.")]
pub(super) struct Verify {}

impl Verify {
    /// Prints the verdict.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let verdict = verdict(&Connection::find()?).await?;
        print(&verdict, output)?;
        if matches!(verdict, Verdict::Holds { .. }) { Ok(()) } else { Err(Failure::silent(NOT_PROVED)) }
    }
}

/// Recomputes the log, showing how far it has come.
pub(super) async fn verdict(connection: &Connection) -> Result<Verdict, Failure> {
    let log = connection.log().await?;
    let mut progress = LogProgress::start("Verifying the log", log.head().await?.position);
    let verdict = log.verify(|position| progress.reached(position)).await?;
    progress.finish();
    Ok(verdict)
}

/// The verdict as one sentence, or as JSON.
pub(super) fn print(verdict: &Verdict, output: Output) -> Result<(), Failure> {
    if output.wants_json() {
        return output.json(&match verdict {
            Verdict::Holds { size, root } => json!({ "holds": true, "events": size, "root": hex(root) }),
            Verdict::Wrong { position, found } => json!({ "holds": false, "position": position, "found": found }),
        });
    }
    output.say(sentence(verdict))
}

fn sentence(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Holds { size, root } => {
            format!("The log holds: {size} events are as they were recorded; root of the tree {}.", hex(root))
        }
        Verdict::Wrong { position, found } => {
            format!("The log does not hold. First wrong position: {position}: {found}.")
        }
    }
}

/// A hash in lower-case digits.
pub(super) fn hex(root: &[u8]) -> String {
    use std::fmt::Write;
    root.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
