//! The store: one log, one writer per process, one reader. Cheap to clone; every clone is the same store.

use std::sync::Arc;

use events_schema::{
    actor::Actor,
    envelope::{Position, Recorded, StreamId, Version},
    events::Event,
    ids::{CommandId, PersonId},
};
use sqlx::PgPool;
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

use crate::{
    append::{Append, Appended, Receipt},
    fault::Fault,
    log::Log,
    master_key::{Digest, MasterKey},
    prepare::prepare,
    sealing::Sealing,
    transaction::Session,
    writer::{Ask, Request, Writer},
};

/// How a store is run.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Commands that may wait; one more is told that the store is busy.
    pub queue: usize,
    /// Commands per transaction, at most.
    pub batch: usize,
    /// The secret for sealing and digests.
    pub master_key: MasterKey,
}

impl StoreOptions {
    /// 4,096 waiting commands and 512 a transaction.
    pub fn new(master_key: MasterKey) -> Self {
        Self { queue: 4_096, batch: 512, master_key }
    }
}

/// Appends to the log, reads it, and remembers every command.
#[derive(Clone)]
pub struct EventStore {
    log: Log,
    sealing: Sealing,
    master_key: MasterKey,
    queue: mpsc::Sender<Ask>,
    head: watch::Receiver<Position>,
    writer: Arc<tokio::sync::Mutex<Option<JoinHandle<()>>>>,
}

impl EventStore {
    /// Checks that the tables are there and starts the writer.
    pub async fn open(pool: PgPool, options: StoreOptions) -> Result<Self, Fault> {
        let StoreOptions { queue, batch, master_key } = options;
        let log = Log::new(pool.clone(), Some(&master_key));
        let session = Session::open(&pool.connect_options()).await;
        let session = session.map_err(|error| Fault::database("start the writer", error))?;
        let (head, head_changes) = watch::channel(log.head().await?.position);
        let (asks, asked) = mpsc::channel(queue.max(1));
        let writer =
            Writer { options: pool.connect_options(), session: Some(session), asked, head, batch: batch.max(1) };
        Ok(Self {
            log,
            sealing: Sealing::new(pool, &master_key),
            master_key,
            queue: asks,
            head: head_changes,
            writer: Arc::new(tokio::sync::Mutex::new(Some(tokio::spawn(writer.run())))),
        })
    }

    /// Keeps a decided command with its events, all or nothing. May be dropped at any point: the command is then
    /// either kept whole or not at all, and asking again with the same id tells which.
    pub async fn append(&self, append: Append) -> Result<Appended, Fault> {
        let command_id = append.record.origin.command_id;
        let prepared = prepare(append, &self.sealing).await?;
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Ask::Append(Request { prepared, answer })).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Fault::Busy { queue: self.queue.max_capacity() },
            mpsc::error::TrySendError::Closed(_) => Fault::Closed,
        })?;
        answered.await.unwrap_or(Err(Fault::Unknown { command_id }))
    }

    /// The whole stream after a version, personal fields opened or erased.
    pub async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded<Event>>, Fault> {
        self.log.stream_page(stream, after, i64::MAX).await
    }

    /// What was decided under a command id of this actor, if anything was.
    pub async fn outcome_of(&self, actor: &Actor, command_id: CommandId) -> Result<Option<Receipt>, Fault> {
        Ok(self.log.command(actor, command_id).await?.map(|command| command.receipt))
    }

    /// Digest of a command's type and body under a key of this store: tells equal bodies and nothing about them.
    pub fn digest(&self, command_type: &str, canonical_json: &str) -> Digest {
        self.master_key.digest(command_type, canonical_json)
    }

    /// The head after each commit of this process: a hint for readers, who must also look now and then.
    pub fn head_changes(&self) -> watch::Receiver<Position> {
        self.head.clone()
    }

    /// The reading side.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Destroys a person's key: everything sealed under it reads as erased from now on, and the proof still holds.
    /// False if it was destroyed before.
    pub async fn erase(&self, person: PersonId) -> Result<bool, Fault> {
        Ok(self.sealing.erase(&[person]).await? == 1)
    }

    /// As [`EventStore::erase`], for many; tells how many keys there still were.
    pub async fn erase_all(&self, people: &[PersonId]) -> Result<u64, Fault> {
        self.sealing.erase(people).await
    }

    /// Takes no more commands, finishes those that wait, and ends the writer; of all clones.
    pub async fn close(self) {
        self.queue.send(Ask::Close).await.ok();
        if let Some(writer) = self.writer.lock().await.take() {
            writer.await.ok();
        }
    }
}
