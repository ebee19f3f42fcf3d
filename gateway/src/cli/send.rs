//! `send`: one command over NATS, as another service would send it, and the answer as it came.

use std::io::Read;

use clap::Args;
use events_schema::{actor::Actor, ids::CommandId};
use serde_json::Value;

use super::{
    client::{Client, Ended, Outgoing, Reply},
    connection::Connection,
    data_folder,
    failure::{Doing, Failure, REJECTED},
    output::{Format, Output, Table},
};

/// `training-ledger send`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  training-ledger send ConfirmRecruitment --actor lead-provider_teach-first \\\n    \
    '{\"school_urn\":\"100120\",\"cohort\":\"2025\",\"delivery_partner_id\":\"balcarras\"}'\n\n\
    Exit status: 0 accepted or nothing to do, 3 rejected, 1 otherwise."
)]
pub(super) struct Send {
    /// The command, such as `ConfirmRecruitment` or `RegisterTrainee`.
    name: String,
    /// Its body as JSON; `-` reads standard input, `@file` a file.
    body: String,
    /// Who sends it, such as `lead-provider_teach-first`, `school_100120` or `support_desk`.
    #[arg(long)]
    actor: Actor,
    /// The id under which it can be sent again without effect; a new one if not said.
    #[arg(long)]
    command_id: Option<CommandId>,
    /// Leave it in the work queue and wait for its outcome.
    #[arg(long)]
    queue: bool,
}

impl Send {
    /// Sends it and prints the answer.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let outgoing = self.outgoing()?;
        let client = Client::new(Connection::find()?.nats(&self.actor).await?, self.actor.clone());
        let reply = if self.queue { client.queue(&outgoing).await? } else { client.send(&outgoing).await? };
        print(&reply.0, output)?;
        ended(&reply)
    }

    fn outgoing(&self) -> Result<Outgoing, Failure> {
        let body: Value = serde_json::from_str(&text_of(&self.body)?).doing("the body is not JSON")?;
        let outgoing = Outgoing::new(&self.name, body)?;
        Ok(match self.command_id {
            Some(id) => outgoing.with_id(id),
            None => outgoing,
        })
    }
}

/// The answer as JSON, or as one row of CSV.
fn print(answer: &Value, output: Output) -> Result<(), Failure> {
    let Some(fields) = answer.as_object().filter(|_| output.format == Format::Csv) else { return output.json(answer) };
    let (headings, row) = fields.iter().map(|(name, value)| (name.clone(), value.clone())).unzip();
    output.table(&Table { headings, rows: vec![row] })
}

/// The exit status of an answer.
fn ended(reply: &Reply) -> Result<(), Failure> {
    match reply.ended() {
        Ended::Accepted | Ended::NothingToDo => Ok(()),
        Ended::Rejected(_) => Err(Failure::silent(REJECTED)),
        Ended::Failed => Err(Failure::silent(1)),
    }
}

/// The text itself, or what standard input or a file holds.
fn text_of(given: &str) -> Result<String, Failure> {
    if given == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).doing("cannot read standard input")?;
        return Ok(text);
    }
    match given.strip_prefix('@') {
        Some(path) => String::from_utf8(data_folder::bytes(path.as_ref())?).doing(format!("{path} is not UTF-8")),
        None => Ok(given.to_owned()),
    }
}
