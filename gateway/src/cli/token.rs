//! `token`: bearer tokens for the HTTP door, each good for one actor until it expires.

use std::time::Duration;

use clap::{Args, Subcommand};
use events_schema::actor::Actor;
use serde_json::json;

use super::{
    connection::Connection,
    failure::{Doing, Failure},
    output::Output,
};
use crate::access_tokens;

/// `training-ledger token`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  training-ledger token new --actor lead-provider_teach-first --days 90")]
pub(super) struct Token {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token and print it; it cannot be shown again.
    New {
        /// Whose, such as lead-provider_teach-first.
        #[arg(long)]
        actor: Actor,
        /// For how many days it is good.
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// End every token of an actor at once.
    Revoke {
        /// Whose.
        #[arg(long)]
        actor: Actor,
    },
}

impl Token {
    /// Makes or ends tokens.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let pool = Connection::find()?.owner().await?;
        match &self.what {
            What::New { actor, days } => {
                let valid_for = Duration::from_secs(u64::from(*days) * 86_400);
                let token = access_tokens::issue(&pool, actor, valid_for).await.doing("cannot keep the token")?;
                if output.wants_json() {
                    return output.json(&json!({ "actor": actor.token(), "token": token.reveal(), "days": days }));
                }
                output.line(token.reveal())
            }
            What::Revoke { actor } => {
                let count = access_tokens::revoke(&pool, actor).await.doing("cannot end the tokens")?;
                output.say(format!("{count} tokens of {actor} ended."))
            }
        }
    }
}
