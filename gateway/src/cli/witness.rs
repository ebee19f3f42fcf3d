//! `witness`: the public key, a new key, and the recorded decision that a log counts although another one was witnessed.

use std::sync::Arc;

use clap::{Args, Subcommand};
use event_store::{EventStore, Log, SigningKey, StoreOptions};
use projections::Views;

use super::{
    connection::Connection,
    failure::{Doing, Failure},
    output::Output,
};
use crate::{
    clock::Clock,
    config::{Config, ProofConfig},
    gateway::Gateway,
    proof::{Accepted, Decision, Notary, signing_key},
};

/// `training-ledger witness`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  training-ledger witness key\n  training-ledger witness new-key ledger.example/log\n  \
    training-ledger witness accept --operator 'Platform operations, on call' --reason 'Restored the copy of 3 March'"
)]
pub(super) struct Witness {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the public key, with which anybody can verify what this service signs.
    Key,
    /// Print a new private key for `SIGNING_KEY`. Whoever has it can sign in this log's name.
    NewKey {
        /// The log's name for ever, such as ledger.example/log.
        name: String,
    },
    /// Say on record that the log counts as it stands, although another one was witnessed or the witness was lost.
    Accept {
        /// Who decided: an office or an account, never a name.
        #[arg(long)]
        operator: String,
        /// Why, in a line.
        #[arg(long)]
        reason: String,
    },
}

impl Witness {
    /// Does what was asked.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        match &self.what {
            What::NewKey { name } => {
                let key = SigningKey::generate(name);
                output.line(&key.doing("a name is letters without blanks and plus signs")?.secret())
            }
            What::Key => output.line(&signing_key(&witnessed()?.1)?.verifier_key()),
            What::Accept { operator, reason } => {
                let decision = Decision { operator: operator.clone(), reason: reason.clone() };
                print(&accept(&decision).await?, output)
            }
        }
    }
}

fn witnessed() -> Result<(Config, ProofConfig), Failure> {
    let config = Connection::find()?.config()?;
    let proof = config.proof.clone();
    let proof =
        proof.ok_or_else(|| Failure::new("WITNESS_FOLDER is not set; set it to the folder of signed checkpoints"))?;
    Ok((config, proof))
}

/// Decides like the service would, without opening a door.
async fn accept(decision: &Decision) -> Result<Accepted, Failure> {
    let (config, proof) = witnessed()?;
    let url = config.database_url.reveal();
    let pool = event_store::connect(url, 4).await?;
    let notary = Notary::open(&proof, Log::new(pool.clone(), None))?;
    let store = EventStore::open(pool.clone(), StoreOptions::new(config.master_key.clone())).await?;
    let clock = Clock::fixed_to_database();
    clock.measure(&pool).await.doing("the database's clock could not be read")?;
    let gateway = Gateway::new(store.clone(), Views::new(pool), Arc::new(clock));
    let accepted = notary.accept(&gateway, decision).await;
    store.close().await;
    Ok(accepted?)
}

fn print(accepted: &Accepted, output: Output) -> Result<(), Failure> {
    match accepted {
        Accepted::Nothing => output.say("The log goes on from its witness; there is nothing to accept."),
        Accepted::State { witnessed, accepted, keeps } => output.say(format!(
            "The log counts with {} events, where {} had been witnessed; both are the same up to position {keeps}. The \
             decision is event {} of the log and stands in the witness file.",
            accepted.size, witnessed.size, accepted.size
        )),
    }
}
