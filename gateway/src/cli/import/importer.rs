//! Takes files over into the log by the same load, decide, append as every other command, without a door.

use chrono::Utc;
use domain::{
    command::{Command, CommandSet, Target},
    facts::{Circumstances, ReferenceFacts, SchoolFacts},
    reference::Reference,
    school::School,
};
use event_store::{CommandRecord, EventStore, Role, StoreOptions};
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin, StreamId},
    ids::{CausationId, CommandId, CorrelationId},
};
use futures::{StreamExt, stream};
use serde::Serialize;
use uuid::Uuid;

use super::{
    super::{connection::Connection, failure::Failure, progress::Progress},
    Checked,
    outcome::Import,
};
use crate::{
    aggregates::{Bare, Served},
    execute::{Executor, Order},
    reference_files::ImportRow,
    reply::Outcome,
    strict,
};

/// Commands in flight: enough that the writer always finds a full batch waiting.
const IN_FLIGHT: usize = 1_024;

/// An import under way.
pub(super) struct Importer {
    id: Uuid,
    store: EventStore,
    executor: Executor,
}

impl Importer {
    /// Over the log; `id` names the import, so that it can be resumed.
    pub(super) async fn open(connection: &Connection, id: Uuid) -> Result<Self, Failure> {
        let config = connection.config()?;
        let pool = connection.pool(Role::Writer).await?;
        let store = EventStore::open(pool, StoreOptions::new(config.master_key)).await?;
        Ok(Self { id, executor: Executor::new(store.clone()), store })
    }

    /// Under which id its commands are numbered.
    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    /// Ends the writer once everything that waits is kept.
    pub(super) async fn close(self) {
        self.store.close().await;
    }

    /// Imports the rows of a file, many at once.
    pub(super) async fn import(&self, file: Checked) -> Result<Import, Failure> {
        let progress = Progress::start(format!("Importing {}", file.title), file.rows.len().try_into().unwrap_or(0));
        let mut outcome = Import::of(file.title);
        let is_new = self.knows_none_of(&file.rows).await?;
        let mut answers = stream::iter(file.rows).map(|row| self.take_over(row, is_new)).buffer_unordered(IN_FLIGHT);
        while let Some(answer) = answers.next().await {
            let (row, key, ended) = answer?;
            progress.add(1);
            outcome.note(row, key, ended)?;
        }
        drop(answers);
        progress.finish();
        outcome.name_changes(self.store.log()).await?;
        Ok(outcome)
    }

    /// Whether the log seems to lack the file as a whole; a row that it has all the same is found out when appended.
    async fn knows_none_of(&self, rows: &[ImportRow]) -> Result<bool, Failure> {
        for row in rows.iter().take(1).chain(rows.last()) {
            if let Some(stream) = stream_of(&row.command)
                && !self.store.log().stream_page(&stream, 0, 1).await?.is_empty()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn take_over(&self, row: ImportRow, is_new: bool) -> Result<(u32, String, Outcome), Failure> {
        let command_id = Uuid::new_v5(&self.id, format!("{}/{}", row.command.name(), row.key).as_bytes());
        let circumstances =
            Circumstances { actor: Actor::system("import"), received_at: Utc::now(), new_id: Uuid::now_v7() };
        let at = Numbered { command_id, is_new };
        let ended = match row.command {
            Command::School(command) => {
                let facts = SchoolFacts::bare(circumstances);
                self.decide::<School>(command, facts, at).await?
            }
            Command::Reference(command) => {
                self.decide::<Reference>(command, ReferenceFacts { circumstances }, at).await?
            }
            Command::SchoolPartnership(_)
            | Command::SupportCase(_)
            | Command::Notice(_)
            | Command::Trainee(_)
            | Command::HandOver(_)
            | Command::Person(_)
            | Command::LogWitness(_)
            | Command::Reading(_)
            | Command::Upload(_) => {
                unreachable!("reference files hold schools and reference data")
            }
        };
        Ok((row.row, row.key, ended))
    }

    async fn decide<A>(&self, command: A::Command, facts: A::Facts, at: Numbered) -> Result<Outcome, Failure>
    where
        A: Served<Facts: Serialize>,
    {
        let Target::Stream(stream) = command.target() else { unreachable!("reference data has keys of its own") };
        // Nothing in reference data is personal: what is given is the whole body.
        let given = command.given();
        let record = CommandRecord {
            origin: self.origin(at.command_id),
            command_type: command.name().to_owned(),
            digest: self.store.digest(command.name(), &strict::canonical(&given)),
            given: given.to_string(),
            facts: Some(serde_json::to_string(&facts)?),
            received_at: Utc::now(),
        };
        let order = Order { record, stream, is_new: at.is_new, command, facts };
        Ok(self.executor.execute::<A>(&order).await?)
    }

    fn origin(&self, command_id: Uuid) -> Origin {
        Origin {
            actor: Actor::system("import"),
            channel: Channel::System,
            command_id: CommandId(command_id),
            correlation_id: CorrelationId(self.id),
            causation_id: CausationId(self.id),
            traceparent: None,
            user: None,
        }
    }
}

/// A row's command id, and whether its stream seems to be new.
#[derive(Clone, Copy)]
struct Numbered {
    command_id: Uuid,
    is_new: bool,
}

fn stream_of(command: &Command) -> Option<StreamId> {
    let target = match command {
        Command::School(command) => command.target(),
        Command::Reference(command) => command.target(),
        Command::SchoolPartnership(_)
        | Command::SupportCase(_)
        | Command::Notice(_)
        | Command::Trainee(_)
        | Command::HandOver(_)
        | Command::Person(_)
        | Command::LogWitness(_)
        | Command::Reading(_)
        | Command::Upload(_) => return None,
    };
    match target {
        Target::Stream(stream) => Some(stream),
        Target::Partnership(_) | Target::New => None,
    }
}
