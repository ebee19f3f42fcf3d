//! `events`: history as sentences, with position, time and actor; the tail of the log, one stream, or one event whole.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use event_store::Log;
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{Event, EventSet},
    heading::Heading,
};
use serde_json::{Value, json};

use super::{
    connection::Connection,
    failure::Failure,
    output::{Format, Output, Table, plain},
    reading::{Why, arguments},
};
use crate::{
    reading::Reading,
    trace::opened::{Opened, payload},
};

/// Events read at a time.
const PAGE: i64 = 500;
/// How often a follower looks for more.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// `training-ledger events`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger events tail --follow\n  \
    training-ledger events stream school_partnership-100120-2025\n  training-ledger events show 44210")]
pub(super) struct Events {
    #[command(flatten)]
    why: Why,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The last events of the log, or those from a position on.
    Tail {
        /// The first position to show; the last 20 events if not said.
        #[arg(long)]
        from: Option<Position>,
        /// Go on with new events as they come, until Ctrl-C.
        #[arg(long, short)]
        follow: bool,
    },
    /// The whole history of one stream, such as `school-100120`.
    Stream {
        /// Its name.
        stream: String,
    },
    /// One event with everything that is recorded with it.
    Show {
        /// Its position.
        position: Position,
        /// Show names, dates of birth and all that is personal; without it only the texts of comments and reasons are
        /// opened, and the rest says "sealed". What was erased says "erased".
        #[arg(long)]
        personal: bool,
    },
}

impl Events {
    /// Prints what was asked for, once it is on record. What is still to come cannot be: that it was followed is.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        if !matches!(self.what, What::Tail { follow: true, .. }) {
            return self.why.on_record("events", self.print(output)).await;
        }
        let connection = Connection::find()?;
        let upto = connection.log().await?.head().await?.position;
        let reading = Reading::of("events as they come", &[], upto).narrowed("arguments", arguments()).after(upto);
        self.why.put_on_record(&connection, reading.counting(0)).await?;
        self.print(output).await
    }

    async fn print(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        match &self.what {
            What::Tail { from, follow } => tail(&connection.log().await?, *from, *follow, output).await,
            What::Stream { stream } => one_stream(&connection.log().await?, stream, output).await,
            What::Show { position, personal } => {
                let opened = if *personal { Opened::Everything } else { Opened::Texts };
                show(&connection.opened_log().await?, *position, opened, output).await
            }
        }
    }
}

async fn tail(log: &Log, from: Option<Position>, follow: bool, output: Output) -> Result<(), Failure> {
    let head = log.head().await?.position;
    let mut after = from.map_or(head - 20, |from| from - 1).max(0);
    loop {
        let page = log.page(after, PAGE).await?;
        after = page.last().map_or(after, |event| event.position);
        if !page.is_empty() {
            print(&page, output)?;
        } else if follow {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        if !follow && (page.is_empty() || after >= head) {
            return Ok(());
        }
    }
}

async fn one_stream(log: &Log, stream: &str, output: Output) -> Result<(), Failure> {
    let events = log.stream_page(&StreamId::stored(stream), 0, i64::MAX).await?;
    if events.is_empty() {
        let example = "a name is an aggregate and a key, such as school_partnership-100120-2025";
        return Err(Failure::new(format!("the log has no stream {stream:?}; {example}")));
    }
    print(&events, output)
}

async fn show(log: &Log, position: Position, opened: Opened, output: Output) -> Result<(), Failure> {
    let missing = || Failure::new(format!("the log has no event at position {position}; `events tail` shows the last"));
    let recorded = log.event_at(position).await?.ok_or_else(missing)?;
    output.json(&whole(&recorded, opened)?)
}

/// Lines for people; a table in the other formats.
fn print(events: &[Recorded<Event>], output: Output) -> Result<(), Failure> {
    if output.format == Format::Table {
        return events.iter().try_for_each(|recorded| output.say(line(recorded)));
    }
    let mut table = Table::new(&["position", "stream", "version", "event", "happened_at", "actor", "sentence"]);
    for it in events {
        table.push([
            json!(it.position),
            json!(it.stream),
            json!(it.version),
            json!(it.event.event_type()),
            json!(it.happened_at),
            json!(it.origin.actor.token()),
            json!(it.event.heading()),
        ]);
    }
    output.table(&table)
}

/// One event as a line: where, when, who, what.
pub(super) fn line(recorded: &Recorded<Event>) -> String {
    let (at, actor) = (shown(recorded.happened_at), &recorded.origin.actor);
    format!("{:>7}  {at}  {actor}  {}", recorded.position, plain(&recorded.event.heading()))
}

/// An instant as people read it, in UTC.
pub(super) fn shown(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Everything that is recorded with an event.
pub(super) fn whole(recorded: &Recorded<Event>, opened: Opened) -> Result<Value, Failure> {
    Ok(json!({
        "position": recorded.position,
        "sentence": recorded.event.heading(),
        "event": recorded.event.event_type(),
        "schema_version": recorded.event.schema_version(),
        "stream": recorded.stream,
        "version": recorded.version,
        "event_id": recorded.event_id,
        "happened_at": recorded.happened_at,
        "recorded_at": recorded.recorded_at,
        "origin": recorded.origin,
        "payload": payload(&recorded.event, opened)?,
    }))
}
