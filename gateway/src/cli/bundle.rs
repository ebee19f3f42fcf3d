//! `bundle`: the events of a range as they were hashed, with the signed checkpoints over them, for `ledger-verifier`.

use std::{fs::File, io::BufWriter, path::PathBuf};

use clap::Args;
use event_store::bundle::Bundler;
use events_schema::envelope::Position;

use super::{
    connection::Connection,
    failure::{Doing, Failure},
    output::Output,
    progress::LogProgress,
};

/// `training-ledger bundle`.
#[derive(Debug, Args)]
#[command(after_help = "Personal fields are sealed in it, as they are in the log.\n\nExample:\n  \
    training-ledger bundle --output log.bundle\n  ledger-verifier --key ... --witness witness/ log.bundle")]
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
}

impl Bundle {
    /// Writes the file.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let log = connection.log().await?;
        let to = match self.to {
            Some(to) => to,
            None => log.head().await?.position,
        };
        let Some(signed) = log.last_checkpoint().await? else {
            return Err(Failure::new("nothing has been signed yet; the service signs a checkpoint a minute"));
        };
        let origin = signed.note.lines().next().unwrap_or_default().to_owned();
        let file = File::create(&self.output).doing(format!("cannot write {}", self.output.display()))?;
        let mut progress = LogProgress::start("Writing the bundle", to);
        let mut file = BufWriter::new(file);
        Bundler::new(log, origin).write((self.from, to), &mut file, |position| progress.reached(position)).await?;
        progress.finish();
        output.say(format!("Positions {} to {to} are in {}.", self.from, self.output.display()))
    }
}
