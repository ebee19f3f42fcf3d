//! One batch, one transaction. Usually one round trip: presume that nobody else has written since, decide in memory, and
//! let one statement check the presumptions, insert and commit. Where they were wrong: lock the head, look up, decide
//! anew, insert, commit. Either way the head row is the sequencer and the rows are the same.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use chrono::{DateTime, Utc};
use events_schema::envelope::Version;
use sqlx::{
    Connection, Executor, PgConnection, Row,
    postgres::{PgConnectOptions, PgRow},
};
use uuid::Uuid;

use crate::{
    append::Appended,
    evaluate::{Batch, CommandKey, Kept, LockedHead},
    leaf::whole_microseconds,
    merkle::{Hash, Tree},
    prepare::Prepared,
    rows::{self, command_columns},
};

/// The writer's own connection; nobody else ever sees its transactions.
pub(crate) struct Session {
    connection: PgConnection,
    /// The head after the last batch, if that batch went through.
    known: Option<KnownHead>,
}

/// The head as this process left it, and the database's clock then.
struct KnownHead {
    head: LockedHead,
    clock: DateTime<Utc>,
    at: Instant,
}

/// Which versions and command ids a batch presumes.
#[derive(Default)]
struct Presumed<'a> {
    versions: HashMap<&'a str, Version>,
    commands: Vec<CommandKey<'a>>,
}

/// The head's position and tree contradict each other: nothing may be built on them.
#[derive(Debug, thiserror::Error)]
#[error("the tree kept in the head does not fit {position} events")]
pub(crate) struct DamagedHead {
    pub(crate) position: i64,
}

/// A batch that did not go through.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: sqlx::Error,
    /// COMMIT had been sent and whether it was done is unknown: the answers that hold if it was.
    pub(crate) at_commit: Option<Vec<Appended>>,
}

/// A batch that went through: what each request gets, and the head of the log now.
pub(crate) struct Written {
    pub(crate) answers: Vec<Appended>,
    pub(crate) head: i64,
}

/// Every statement of the writer is answered by an index. On a young table without statistics the planner prefers to
/// scan it, and keeps that plan: the ways in which it could go astray are closed for this connection.
const PINNED: &str = "set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off;
    set enable_mergejoin = off; set enable_material = off; set jit = off; set plan_cache_mode = force_generic_plan;
    set statement_timeout = '30s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '30s';
    set synchronous_commit = on";

/// The lock is a statement of its own, so that the next statement sees everything that was committed under it.
const LOCK: &str = "begin isolation level read committed;
    select position, ledger_position, recorded_at, clock_timestamp(), frontier
    from ledger.log_head where only_row for update";

/// Scalar subqueries cannot be turned into joins over whole tables.
pub(crate) const LOOK_UP: &str = "select
    array(select coalesce((select e.stream_version from ledger.events e where e.stream_id = asked.stream_id
                           order by e.stream_version desc limit 1), 0)
          from unnest($1::text[]) with ordinality as asked(stream_id, nth) order by asked.nth) as versions,
    array(select (select c.ledger_position from ledger.commands c
                  where c.actor = asked.actor and c.command_id = asked.command_id)
          from unnest($2::text[], $3::uuid[]) as asked(actor, command_id)) as known";

const KEPT: &str = concat!("select ", command_columns!(), " from ledger.commands where ledger_position = any($1)");

const INSERT: &str = include_str!("insert.sql");

impl Session {
    pub(crate) async fn open(options: &PgConnectOptions) -> sqlx::Result<Self> {
        let mut connection = PgConnection::connect_with(options).await?;
        connection.execute(PINNED).await?;
        Ok(Self { connection, known: None })
    }

    /// Writes what can be written of the requests. After a failure the session must be dropped or rolled back.
    pub(crate) async fn write(&mut self, requests: &[Prepared]) -> Result<Written, Failure> {
        if let Some(known) = self.known.take()
            && let Some(written) = self.write_presuming(known, requests).await?
        {
            return Ok(written);
        }
        self.write_locked(requests).await
    }

    /// The whole batch in one statement that commits by itself. Nothing if something was presumed wrongly: then nothing
    /// was written. An error that is not the database's own leaves open whether it was.
    async fn write_presuming(&mut self, known: KnownHead, requests: &[Prepared]) -> Result<Option<Written>, Failure> {
        let presumed = Presumed::of(requests);
        let mut batch = Batch::new(known.now(), presumed.versions.clone(), HashMap::new());
        let before = batch.head.clone();
        let answers: Vec<Appended> = requests.iter().map(|request| batch.take(request)).collect();
        if batch.commands.is_empty() {
            return Ok(None);
        }
        match self.insert(&batch, &before, &presumed).await {
            Ok(None) => Ok(None),
            Ok(Some(clock)) => Ok(Some(self.written(batch.head, clock, answers))),
            Err(error) if error.as_database_error().is_some() => Err(Failure { error, at_commit: None }),
            Err(error) => Err(Failure { error, at_commit: Some(answers) }),
        }
    }

    async fn write_locked(&mut self, requests: &[Prepared]) -> Result<Written, Failure> {
        let before = |error| Failure { error, at_commit: None };
        let locked = self.lock().await.map_err(before)?;
        let mut batch = self.look_up(locked.clone(), requests).await.map_err(before)?;
        let answers: Vec<Appended> = requests.iter().map(|request| batch.take(request)).collect();
        if batch.commands.is_empty() {
            self.roll_back().await.map_err(before)?;
            return Ok(self.written(batch.head, locked.recorded_at, answers));
        }
        let inserted = self.insert(&batch, &locked, &Presumed::default()).await.map_err(before)?;
        let clock = inserted.expect("the head stays as it was locked");
        match self.connection.execute("commit").await {
            Ok(_) => Ok(self.written(batch.head, clock, answers)),
            Err(error) => Err(Failure { error, at_commit: Some(answers) }),
        }
    }

    fn written(&mut self, head: LockedHead, clock: DateTime<Utc>, answers: Vec<Appended>) -> Written {
        let position = head.position;
        self.known = Some(KnownHead { head, clock, at: Instant::now() });
        Written { answers, head: position }
    }

    pub(crate) async fn roll_back(&mut self) -> sqlx::Result<()> {
        self.connection.execute("rollback").await.map(drop)
    }

    pub(crate) async fn close(self) {
        self.connection.close().await.ok();
    }

    async fn lock(&mut self) -> sqlx::Result<LockedHead> {
        let row = self.connection.fetch_one(LOCK).await?;
        let position: i64 = row.try_get(0)?;
        let (last, now): (DateTime<Utc>, DateTime<Utc>) = (row.try_get(2)?, row.try_get(3)?);
        let tree = stored_tree(position, row.try_get(4)?).ok_or_else(|| {
            sqlx::Error::Protocol(format!("the tree kept in the head does not fit {position} leaves"))
        })?;
        // A clock that was set back must not turn the order of the log round.
        Ok(LockedHead {
            position,
            ledger_position: row.try_get(1)?,
            tree,
            recorded_at: whole_microseconds(now.max(last)),
        })
    }

    async fn look_up<'a>(&mut self, head: LockedHead, requests: &'a [Prepared]) -> sqlx::Result<Batch<'a>> {
        let streams: Vec<&str> = requests
            .iter()
            .flat_map(|request| request.writes.iter().map(|write| write.stream.as_str()))
            .collect::<HashSet<_>>()
            .into_iter()
            .collect();
        let keys = requests.iter().map(|request| (request.actor.as_str(), request.record.origin.command_id.0));
        let (actors, ids): (Vec<&str>, Vec<Uuid>) = keys.clone().unzip();
        let query = sqlx::query_as(LOOK_UP).bind(&streams).bind(&actors).bind(&ids);
        let (versions, known): (Vec<i64>, Vec<Option<i64>>) = query.fetch_one(&mut self.connection).await?;
        let known: Vec<i64> = known.into_iter().flatten().collect();
        let kept = if known.is_empty() { HashMap::new() } else { self.kept(&known, keys.collect()).await? };
        Ok(Batch::new(head, streams.into_iter().zip(versions).collect(), kept))
    }

    async fn kept<'a>(
        &mut self,
        known: &[i64],
        keys: HashSet<CommandKey<'a>>,
    ) -> sqlx::Result<HashMap<CommandKey<'a>, Kept>> {
        let found = sqlx::query(KEPT).bind(known).fetch_all(&mut self.connection).await?;
        let found = found.iter().map(|row| Ok((rows::command_key(row)?, rows::kept(row)?)));
        let mut found = found.collect::<sqlx::Result<HashMap<_, _>>>()?;
        Ok(keys.into_iter().filter_map(|key| Some((key, found.remove(&(key.0.to_owned(), key.1))?))).collect())
    }

    /// The database's clock, if the head was `before` and everything presumed was right; else nothing was written.
    async fn insert(
        &mut self,
        batch: &Batch<'_>,
        before: &LockedHead,
        presumed: &Presumed<'_>,
    ) -> sqlx::Result<Option<DateTime<Utc>>> {
        let (head, frontier) = (&batch.head, frontier(&batch.head));
        let query = sqlx::query(INSERT).bind(head.position).bind(head.ledger_position).bind(&frontier);
        let query = query.bind(head.recorded_at).bind(&batch.events).bind(&batch.commands);
        let frontier = self::frontier(before);
        let query = query.bind(before.position).bind(before.ledger_position).bind(&frontier);
        let (streams, versions): (Vec<&str>, Vec<Version>) = presumed.versions.iter().map(|(s, v)| (*s, *v)).unzip();
        let (actors, ids): (Vec<&str>, Vec<Uuid>) = presumed.commands.iter().copied().unzip();
        let query = query.bind(&streams).bind(&versions).bind(&actors).bind(&ids);
        query.fetch_optional(&mut self.connection).await?.map(|row| row.try_get(0)).transpose()
    }
}

impl KnownHead {
    /// The head with the time of a batch that begins now; a clock that was set back does not turn the order round.
    fn now(self) -> LockedHead {
        let now = self.clock + self.at.elapsed();
        let recorded_at = whole_microseconds(now.max(self.head.recorded_at));
        LockedHead { recorded_at, ..self.head }
    }
}

impl<'a> Presumed<'a> {
    /// Every stream at the version that the first request expects of it, and every command id new.
    fn of(requests: &'a [Prepared]) -> Self {
        let mut versions = HashMap::new();
        for write in requests.iter().flat_map(|request| &request.writes) {
            versions.entry(write.stream.as_str()).or_insert(write.expected);
        }
        let key = |request: &'a Prepared| (request.actor.as_str(), request.record.origin.command_id.0);
        Self { versions, commands: requests.iter().map(key).collect() }
    }
}

fn frontier(head: &LockedHead) -> Vec<&[u8]> {
    head.tree.frontier().iter().map(Hash::as_slice).collect()
}

pub(crate) fn stored_tree(position: i64, frontier: Vec<Vec<u8>>) -> Option<Tree> {
    let hashes = frontier.into_iter().map(|hash| Hash::try_from(hash).ok()).collect::<Option<Vec<_>>>()?;
    Tree::stored(u64::try_from(position).ok()?, hashes)
}

/// The tree kept in a row with position and frontier.
pub(crate) fn tree_of(row: &PgRow) -> sqlx::Result<Option<Tree>> {
    Ok(stored_tree(row.try_get("position")?, row.try_get("frontier")?))
}
