//! `verify`: recomputes the whole log and says whether it is the one that was recorded.

use clap::Args;
use event_store::{Verdict, witness::CHECKPOINTS};
use serde_json::json;

use super::{
    connection::Connection,
    failure::{Failure, NOT_PROVED},
    output::Output,
    progress::LogProgress,
};
use crate::proof::Notary;

/// Behind a no.
const WHAT_NOW: &str = "stop the service, keep the database and the witness folder as they are, and compare that place with a backup from before";

/// `training-ledger verify`.
#[derive(Debug, Args)]
#[command(after_help = "Every event's hash, the order of positions and streams, and the tree over them are computed \
    anew and compared with what was kept, and with the witness if WITNESS_FOLDER is set.\n\nExit status: 0 the log holds, 4 it does not, 1 it could not be read.")]
pub(super) struct Verify {}

impl Verify {
    /// Prints the verdict: one, after log, ledger and witness were all looked at.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let verdict = verdict(&connection).await?;
        let Some(notary) = witness(&connection).await? else { return said(&verdict, output) };
        let verdict = notary.named(verdict).await?;
        if matches!(verdict, Verdict::Holds { .. }) {
            witnessed(&notary).await?;
        }
        said(&verdict, output)?;
        let agreed = notary.last_witnessed()?.size;
        if output.wants_json() {
            return Ok(());
        }
        output.say(format!("It is the log that was witnessed outside the database: {agreed} events agree."))
    }
}

/// Prints a verdict and ends with its status.
fn said(verdict: &Verdict, output: Output) -> Result<(), Failure> {
    print(verdict, output)?;
    if matches!(verdict, Verdict::Holds { .. }) { Ok(()) } else { Err(Failure::silent(NOT_PROVED)) }
}

/// The witness, where there is one.
async fn witness(connection: &Connection) -> Result<Option<Notary>, Failure> {
    let witnessed = connection.config()?.proof.filter(|config| config.folder.join(CHECKPOINTS).exists());
    let Some(config) = witnessed else { return Ok(None) };
    Ok(Some(Notary::open(&config, connection.log().await?)?))
}

/// Compares a log that is right in itself with its witness.
async fn witnessed(notary: &Notary) -> Result<(), Failure> {
    if let Err(fault) = notary.check().await {
        return Err(Failure::not_proved(fault.to_string()));
    }
    if let Some(position) = notary.first_difference().await? {
        let said = format!("the event at position {position} is not the one that was witnessed; {WHAT_NOW}");
        return Err(Failure::not_proved(said));
    }
    if let Some(place) = notary.first_changed_command().await? {
        let said = format!("command {place} of the ledger is not the one that was witnessed; {WHAT_NOW}");
        return Err(Failure::not_proved(said));
    }
    Ok(())
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
            Verdict::Wrong { position, found, .. } => json!({ "holds": false, "position": position, "found": found }),
        });
    }
    output.say(sentence(verdict))
}

fn sentence(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Holds { size, root } => {
            format!("The log holds: {size} events are as they were recorded; root of the tree {}.", hex(root))
        }
        Verdict::Wrong { position, found, .. } => {
            format!("The log does not hold. First wrong position: {position}: {found}. What now: {WHAT_NOW}.")
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
