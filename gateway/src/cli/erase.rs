//! `erase`: has a person forgotten, by a command like any other.

use clap::Args;
use domain::policies::erasure::REASONS;
use events_schema::{actor::Actor, ids::PersonId};
use serde_json::json;

use super::{
    client::{Client, Ended, Outgoing},
    connection::Connection,
    failure::Failure,
    output::Output,
};

/// `training-ledger erase`.
#[derive(Debug, Args)]
#[command(
    after_help = "Names, dates, numbers and texts about the person read as \"erased\" from then on, in every view, page \
    and export; what was counted stays counted, and the log can still be proved. Nothing brings them back.\n\n\
    Example:\n  training-ledger erase --person 0192c4e8-11aa-7bbb-8ccc-2d3e4f5a6b7c --reason person_asked \\\n    \
    --authority 'Data protection officer, decision 2026/17'\n\nExit status: 0 erased, now or before, 3 rejected, 1 otherwise."
)]
pub(super) struct Erase {
    /// Who: of a trainee the record's id, of an induction tutor the person's.
    #[arg(long)]
    person: PersonId,
    /// Why.
    #[arg(long, value_parser = REASONS)]
    reason: String,
    /// Who decided it: an office and the number of its decision; never a name of the person.
    #[arg(long)]
    authority: String,
    /// Who sends it.
    #[arg(long, default_value = "support_desk")]
    actor: Actor,
}

impl Erase {
    /// Sends the command and tells what became of it.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let client = Client::new(Connection::find()?.nats(&self.actor).await?, self.actor.clone());
        let body = json!({ "person_id": self.person, "reason": self.reason, "authority": self.authority });
        let reply = client.send(&Outgoing::new("ErasePerson", body)?).await?;
        if output.wants_json() {
            output.json(&reply.0)?;
        }
        match reply.ended() {
            Ended::Accepted => said(output, format!("The data of person {} is erased.", self.person)),
            Ended::NothingToDo => said(output, format!("The data of person {} was erased before.", self.person)),
            Ended::Rejected(_) => Err(Failure::rejected(reply.text("message"))),
            Ended::Failed => Err(Failure::new(reply.text("message").to_owned())),
        }
    }
}

fn said(output: Output, sentence: String) -> Result<(), Failure> {
    if output.wants_json() { Ok(()) } else { output.say(sentence) }
}
