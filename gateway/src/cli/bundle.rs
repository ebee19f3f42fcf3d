//! `bundle`: the events of a range as they were hashed, with the signed checkpoints over them, for `ledger-verifier`.

use std::{fs::File, io::BufWriter, path::PathBuf};

use clap::Args;
use event_store::{Log, bundle::Bundler, witness::CHECKPOINTS};
use events_schema::{
    envelope::Position,
    ids::{ContentDigest, Parse},
};

use super::{
    connection::Connection,
    failure::{Doing, Failure},
    output::Output,
    progress::LogProgress,
    reading::Why,
    verify,
};
use crate::{proof::signing_key, reading::Reading};

/// `training-ledger bundle`.
#[derive(Debug, Args)]
#[command(
    after_help = "Personal fields are sealed in it, as they are in the log. That it is given is on record first, as of every export.\n\nExample:\n  \
    training-ledger bundle --output log.bundle\n  ledger-verifier --key ... --witness witness/ log.bundle"
)]
pub(super) struct Bundle {
    /// The first position.
    #[arg(long, default_value_t = 1)]
    from: Position,
    /// The last position; the end of the log if not said.
    #[arg(long)]
    to: Option<Position>,
    /// The file to write.
    #[arg(long, short)]
    output: PathBuf,
    /// Write the ledger of commands instead, refusals too, for `ledger-verifier commands`.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    commands: bool,
    /// Do not put on record that it is given: for a log that is not served, where nothing can be recorded.
    #[arg(long, conflicts_with_all = ["reason", "reader"])]
    unrecorded: bool,
    #[command(flatten)]
    why: Why,
}

impl Bundle {
    /// Writes the file, once it is on record that it is given. Unless an end was named, that record is its last event.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let log = connection.log().await?;
        let origin = origin(&connection, &log).await?;
        if !self.unrecorded {
            self.record(&connection, &log).await?;
        }
        if self.commands {
            return self.write_commands(&log, &origin, output).await;
        }
        let to = self.to.unwrap_or(log.head().await?.position);
        let file = File::create(&self.output).doing(format!("cannot write {}", self.output.display()))?;
        let mut progress = LogProgress::start("Writing the bundle", to);
        let mut file = BufWriter::new(file);
        Bundler::new(log, origin).write((self.from, to), &mut file, |position| progress.reached(position)).await?;
        progress.finish();
        output.say(format!("Positions {} to {to} are in {}.", self.from, self.output.display()))
    }

    async fn write_commands(&self, log: &Log, origin: &str, output: Output) -> Result<(), Failure> {
        let file = File::create(&self.output).doing(format!("cannot write {}", self.output.display()))?;
        let to = log.write_commands(&format!("{origin} commands"), &mut BufWriter::new(file)).await?;
        output.say(format!("Commands 1 to {to} of the ledger are in {}.", self.output.display()))
    }

    /// Puts on record what is about to be given. Its digest is the root of the tree up to there, which a bundle gives too.
    async fn record(&self, connection: &Connection, log: &Log) -> Result<(), Failure> {
        let head = log.head().await?.position;
        let to = self.to.unwrap_or(head).min(head);
        let root = verify::hex(&log.root_at(to).await?);
        let digest = ContentDigest::parse(&root).expect("a root is a SHA-256");
        let count = usize::try_from(to - self.from + 1).unwrap_or_default();
        let reading = Reading::digested(if self.commands { "bundle of commands" } else { "bundle" }, digest, to)
            .after((self.from - 1).clamp(0, to))
            .counting(count);
        self.why.put_on_record(connection, reading).await
    }
}

/// The name under which the log is signed: the last checkpoint says it, and the key where no checkpoint is left.
async fn origin(connection: &Connection, log: &Log) -> Result<String, Failure> {
    if let Some(signed) = log.last_checkpoint().await? {
        return Ok(signed.note.lines().next().unwrap_or_default().to_owned());
    }
    match connection.config()?.proof {
        Some(proof) if proof.folder.join(CHECKPOINTS).exists() => Ok(signing_key(&proof)?.name().to_owned()),
        _ => Err(Failure::new("nothing has been signed yet; the service signs a checkpoint a minute")),
    }
}
