//! `trace`: why was this partnership broken, what became of this trainee, what was this command, what followed from it;
//! from the log and the ledger alone.

use clap::Args;
use events_schema::{
    actor::ActorKind,
    envelope::Recorded,
    events::Event,
    ids::{CommandId, CorrelationId, PartnershipId, TraineeId},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{connection::Connection, events::whole, failure::Failure, output::Output, reading::Why};
use crate::{
    trace::opened::Opened,
    trace::{Act, Archive, Life, Story, Trace as Told, command},
    users::Users,
};

/// `training-ledger trace`.
#[derive(Debug, Args)]
#[command(
    after_help = "For a partnership: who confirmed it, the time to report, the mails, the break and how far from the \
    deadline, refused attempts before and after, support cases, what came next, and whether each decision gives the same \
    answer again. Each sentence ends with the position of its event.\n\nExamples:\n  \
    training-ledger trace 0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a --reason 'Complaint 2026/17'\n  \
    training-ledger trace <id of a trainee> --only withdrawal\n  training-ledger --format json trace 0190b0d2-..."
)]
pub(super) struct Trace {
    /// The id of a partnership, of a trainee's record, of a command or of a correlation.
    #[arg(value_parser = id)]
    id: Uuid,
    /// Only this kind of act; of a trainee alone.
    #[arg(long, value_enum, value_name = "ACT")]
    only: Option<Act>,
    #[command(flatten)]
    pub(super) why: Why,
}

fn id(text: &str) -> Result<Uuid, String> {
    let of = "the id of a partnership, a trainee's record, a command or a correlation";
    text.parse().map_err(|_| format!("say {of}, such as 0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a"))
}

impl Trace {
    /// Prints what is asked for.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let (connection, reader) = (Connection::find()?, self.why.reader());
        let archive = archive(&connection, reader.kind == ActorKind::Auditor).await?;
        print(&connection, &archive, (self.id, self.only), output).await
    }
}

/// Prints the trace of whatever has this id.
async fn print(
    connection: &Connection,
    archive: &Archive,
    (id, only): (Uuid, Option<Act>),
    output: Output,
) -> Result<(), Failure> {
    if let Some(story) = Story::gather(archive, PartnershipId(id)).await? {
        whole_of("a partnership", (id, only))?;
        return say(&story.told(), || of_story(&story), output);
    }
    if let Some(life) = Life::gather(archive, TraineeId(id)).await? {
        return say(&life.told(only), || of_life(&life), output);
    }
    if let Some(told) = command::told(archive, CommandId(id)).await? {
        whole_of("a command", (id, only))?;
        return say(&told, || Ok(json!({})), output);
    }
    let all = (CorrelationId(id), 0..usize::MAX);
    if let Some((told, _)) = command::correlated(archive, &connection.views().await?, all).await? {
        whole_of("a correlation", (id, only))?;
        return say(&told, || Ok(json!({})), output);
    }
    let of = "neither a partnership nor a trainee, a command or a correlation";
    Err(Failure::new(format!("there is {of} {id}; check the id")))
}

/// Refuses to narrow the trace of what is no trainee.
fn whole_of(what: &str, (id, only): (Uuid, Option<Act>)) -> Result<(), Failure> {
    match only {
        Some(_) => {
            Err(Failure::new(format!("{id} is {what} and is traced whole; --only is for trainees, leave it out")))
        }
        None => Ok(()),
    }
}

/// Prints the trace of a partnership as an auditor reads it.
pub(super) async fn of_partnership(connection: &Connection, id: PartnershipId, output: Output) -> Result<(), Failure> {
    print(connection, &archive(connection, true).await?, (id.0, None), output).await
}

/// Auditors see what is personal where its key lives; analysts never do.
async fn archive(connection: &Connection, may_open: bool) -> Result<Archive, Failure> {
    let views = connection.views().await?;
    if !may_open {
        return Ok(Archive::new(connection.log().await?).pointed_by(views));
    }
    let log = connection.opened_log().await?;
    let users = connection.pool(event_store::Role::Writer).await.map(Users::new)?;
    Ok(Archive::new(log).pointed_by(views).naming(users))
}

/// Lines for people; as JSON the same sentences with the material that they were made of.
fn say(told: &Told, material: impl FnOnce() -> Result<Value, Failure>, output: Output) -> Result<(), Failure> {
    if !output.wants_json() {
        return told.text().lines().try_for_each(|line| output.line(&super::output::plain(line)));
    }
    let mut whole = material()?;
    whole["trace"] = serde_json::to_value(told)?;
    output.json(&whole)
}

fn of_story(story: &Story) -> Result<Value, Failure> {
    Ok(json!({
        "history": all(&story.own)?,
        "other_partnerships_of_the_school": all(&story.others)?,
        "notices": story.mails.iter().map(|mail| all(mail)).collect::<Result<Vec<_>, _>>()?,
        "support_cases": story.cases.iter().map(|case| all(case)).collect::<Result<Vec<_>, _>>()?,
    }))
}

fn of_life(life: &Life) -> Result<Value, Failure> {
    Ok(json!({
        "history": all(&life.history)?,
        "teaching_record": all(&life.hand_overs)?,
        "support_cases": life.cases.iter().map(|case| all(case)).collect::<Result<Vec<_>, _>>()?,
    }))
}

fn all(events: &[Recorded<Event>]) -> Result<Vec<Value>, Failure> {
    events.iter().map(|recorded| whole(recorded, Opened::Texts)).collect()
}
