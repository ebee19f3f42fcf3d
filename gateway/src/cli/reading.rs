//! Answers that are given on record: held back until the log has who read them and why; and the list of those readings.

use clap::Args;
use events_schema::{actor::Actor, events::Event, events::reading::ReadingEvent, personal::Personal};
use serde_json::json;

use super::{
    client::{Client, Ended, Outgoing},
    connection::Connection,
    failure::Failure,
    output::{self, Output, Table},
};
use crate::{config::Environment, reading::Reading};

/// Said where nobody is asked.
const DEVELOPMENT: &str = "Development: nobody was asked why";
/// The longest that is kept of the arguments.
const LONGEST: usize = 200;

/// Who looks, and why.
#[derive(Debug, Clone, Args)]
pub(super) struct Why {
    /// Why you look, in a sentence that names nobody; it goes on record. In production nothing is given without it.
    #[arg(long, global = true, value_name = "TEXT")]
    reason: Option<String>,
    /// Who looks: an auditor or an analyst.
    #[arg(long, global = true, value_name = "ACTOR", default_value = "auditor_desk")]
    reader: Actor,
}

impl Why {
    /// Runs a command that gives records, and lets its answer out once it is on record that it is given.
    pub(super) async fn on_record<F>(&self, what: &str, run: F) -> Result<(), Failure>
    where
        F: Future<Output = Result<(), Failure>>,
    {
        let connection = Connection::find()?;
        self.reason(&connection)?;
        output::hold();
        let ended = run.await;
        let given = output::held();
        ended?;
        let upto = connection.log().await?.head().await?.position;
        let reading = Reading::of(what, given.as_bytes(), upto).narrowed("arguments", arguments());
        let reading = reading.counting(given.lines().count());
        self.put_on_record(&connection, reading).await?;
        output::release(&given)
    }

    /// Who looks.
    pub(super) fn reader(&self) -> &Actor {
        &self.reader
    }

    /// Puts on record what is about to be given; nothing is given if that cannot be done.
    pub(super) async fn put_on_record(&self, connection: &Connection, reading: Reading) -> Result<(), Failure> {
        let reason = self.reason(connection)?;
        self.record(connection, &Outgoing::new("RecordReading", reading.body(&reason))?).await
    }

    fn reason(&self, connection: &Connection) -> Result<String, Failure> {
        match &self.reason {
            Some(reason) => Ok(reason.clone()),
            None if connection.config()?.environment == Environment::Development => Ok(DEVELOPMENT.to_owned()),
            None => Err(Failure::new("nothing is given without a reason for looking; say it with --reason")),
        }
    }

    async fn record(&self, connection: &Connection, outgoing: &Outgoing) -> Result<(), Failure> {
        let client = Client::new(connection.nats(&self.reader).await?, self.reader.clone());
        let reply = client.send(outgoing).await?;
        match reply.ended() {
            Ended::Accepted | Ended::NothingToDo => Ok(()),
            Ended::Rejected(_) => Err(Failure::rejected(reply.text("message"))),
            Ended::Failed => Err(Failure::new(format!(
                "the reading is not on record, so nothing is given: {}",
                reply.text("message")
            ))),
        }
    }
}

/// What was asked, without the reason: it is sealed, and this is not.
pub(super) fn arguments() -> String {
    let mut told = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--reason" => drop(arguments.next()),
            other if other.starts_with("--reason=") => {}
            _ => told.push(argument),
        }
    }
    told.join(" ").chars().take(LONGEST).collect()
}

/// `training-ledger readings`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger readings --reason 'Yearly check'\n  \
    training-ledger readings --of auditor_desk --limit 20")]
pub(super) struct Readings {
    /// Only what this actor was given.
    #[arg(long, value_name = "ACTOR")]
    of: Option<Actor>,
    /// At most so many, the latest first; if there are more, that is said.
    #[arg(long, default_value_t = 100)]
    limit: u32,
    #[command(flatten)]
    pub(super) why: Why,
}

impl Readings {
    /// Prints who was given what, and why.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let of = self.of.as_ref().map(Actor::token);
        let views = connection.views().await?;
        let rows = views.readings(of.as_deref(), 0, self.limit.into()).await?;
        let there = views.count_readings(of.as_deref()).await?;
        let positions: Vec<_> = rows.iter().map(|row| row.position).collect();
        let events = connection.opened_log().await?.at_positions(&positions).await?;
        let reason = |position| {
            let found = events.iter().find(|recorded| recorded.position == position);
            found.and_then(|recorded| match &recorded.event {
                Event::Reading(ReadingEvent::ReadingRecorded(it)) => Some(Personal::shown(&it.reason)),
                _ => None,
            })
        };
        let mut table = Table::new(&["position", "at", "reader", "what", "narrowed", "count", "reason", "sha256"]);
        for row in &rows {
            table.push([
                json!(row.position),
                json!(super::events::shown(row.read_at)),
                json!(row.actor),
                json!(row.what),
                json!(row.narrowed),
                json!(row.count),
                json!(reason(row.position)),
                json!(row.digest),
            ]);
        }
        output.table(&table)?;
        match i64::try_from(rows.len()) {
            Ok(shown) if shown < there => output.say(format!("The newest {shown} of {there}; --limit for more.")),
            _ => Ok(()),
        }
    }
}
