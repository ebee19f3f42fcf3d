//! `prove`: an inclusion proof as a receipt that `ledger-verifier` reads, or a consistency proof.

use clap::{Args, Subcommand};
use event_store::{
    Log, Proofs,
    bundle::{self, written},
};
use events_schema::envelope::Position;
use serde_json::json;

use super::{connection::Connection, failure::Failure, output::Output, reading::Why};

/// `training-ledger prove`.
#[derive(Debug, Args)]
#[command(
    after_help = "The output is a file of its own: keep it with the verifier key (`training-ledger witness key`).\n\n\
    Examples:\n  training-ledger prove event 44210 > receipt.json\n  ledger-verifier receipt receipt.json --key ...\n  \
    training-ledger prove consistency 1000 2000"
)]
pub(super) struct Prove {
    #[command(flatten)]
    why: Why,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// That an event stands at its position: the event, the way to the root, and the signed checkpoint.
    Event {
        /// The event's position.
        position: Position,
    },
    /// That the log with one number of events is the beginning of the log with another.
    Consistency {
        /// The smaller number.
        from: Position,
        /// The larger number.
        to: Position,
    },
}

impl Prove {
    /// Prints the proof; an event whole only once it is on record that it is given.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let log = Connection::find()?.log().await?;
        match self.what {
            What::Event { position } => self.why.on_record("receipt", event(&log, position, output)).await,
            What::Consistency { from, to } => consistency(log, (from, to), output).await,
        }
    }
}

async fn event(log: &Log, position: Position, output: Output) -> Result<(), Failure> {
    let Some(signed) = log.checkpoint_over(position).await? else {
        let said = format!("no signed checkpoint covers position {position} yet; the service signs one a minute");
        return Err(Failure::new(said));
    };
    let receipt = bundle::receipt((log, &Proofs::new(log.clone())), position, &signed).await?;
    let missing = || Failure::new(format!("the log has no event at position {position}; positions begin at 1"));
    output.line(receipt.ok_or_else(missing)?.trim_end())
}

async fn consistency(log: Log, (from, to): (Position, Position), output: Output) -> Result<(), Failure> {
    let proof = Proofs::new(log).consistency(from, to).await?;
    let missing = || Failure::new(format!("the log has no sizes {from} and {to}, the smaller one first"));
    let proof = proof.ok_or_else(missing)?;
    output.json(&json!({
        "from": from, "from_root": written(&proof.from_root),
        "to": to, "to_root": written(&proof.to_root),
        "path": proof.path.iter().map(written).collect::<Vec<_>>(),
    }))
}
