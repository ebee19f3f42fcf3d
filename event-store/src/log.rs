//! The reading side: the log in pages, by stream, by event. Positions have no gap, so a missing one is damage.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Payload, Position, Recorded, StreamId, Version},
    events::Event,
    ids::{EventId, PersonId},
    upcast,
};
use sqlx::{PgPool, postgres::PgRow};
use uuid::Uuid;

use crate::{
    fault::Fault,
    master_key::MasterKey,
    rows::{self, event_columns},
    sealing::Sealing,
};

/// Reads the log. Without the master key personal fields stay sealed.
#[derive(Clone)]
pub struct Log {
    pool: PgPool,
    sealing: Option<Sealing>,
}

/// How far the log and the ledger have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last event's position; 0 for an empty log.
    pub position: Position,
    /// The last command's place in the ledger; 0 for an empty ledger.
    pub ledger_position: i64,
}

impl Log {
    /// A reader over a pool of connections.
    pub fn new(pool: PgPool, master_key: Option<&MasterKey>) -> Self {
        let sealing = master_key.map(|key| Sealing::new(pool.clone(), key));
        Self { pool, sealing }
    }

    /// How far log and ledger have come.
    pub async fn head(&self) -> Result<Head, Fault> {
        let (position, ledger_position) =
            sqlx::query_as("select position, ledger_position from ledger.log_head where only_row")
                .fetch_one(&self.pool)
                .await
                .map_err(|error| Fault::database("read the head of the log", error))?;
        Ok(Head { position, ledger_position })
    }

    /// The database's clock (UTC).
    pub async fn now(&self) -> Result<DateTime<Utc>, Fault> {
        let now = sqlx::query_scalar("select clock_timestamp()").fetch_one(&self.pool).await;
        now.map_err(|error| Fault::database("tell the time", error))
    }

    /// The next events after a position, as today's types, personal fields opened or erased.
    pub async fn page(&self, after: Position, limit: i64) -> Result<Vec<Recorded<Event>>, Fault> {
        self.opened(self.raw_page(after, limit).await?).await
    }

    /// The next events after a position, as stored. A missing position is reported as damage.
    pub async fn raw_page(&self, after: Position, limit: i64) -> Result<Vec<Recorded<Payload>>, Fault> {
        let page = sqlx::query(concat!(
            "select ",
            event_columns!(),
            " from ledger.events where position > $1 order by position limit $2"
        ));
        let found = page.bind(after).bind(limit).fetch_all(&self.pool).await;
        let events = read_all(found)?;
        match events.iter().zip(after + 1..).find(|(event, expected)| event.position != *expected) {
            Some((_, position)) => Err(Fault::Corrupt { position, found: "the event is missing".to_owned() }),
            None => Ok(events),
        }
    }

    /// The events of a stream after a version, at most `limit`, personal fields opened or erased.
    pub async fn stream_page(
        &self,
        stream: &StreamId,
        after: Version,
        limit: i64,
    ) -> Result<Vec<Recorded<Event>>, Fault> {
        let page = sqlx::query(concat!(
            "select ",
            event_columns!(),
            " from ledger.events where stream_id = $1 and stream_version > $2 order by stream_version limit $3"
        ));
        let found = page.bind(stream.as_str()).bind(after).bind(limit).fetch_all(&self.pool).await;
        let events = read_all(found)?;
        let hole = events.iter().zip(after + 1..).find(|(event, expected)| event.version != *expected);
        if let Some((event, version)) = hole {
            let found = format!("version {version} of stream {stream} is missing before it");
            return Err(Fault::Corrupt { position: event.position, found });
        }
        self.opened(events).await
    }

    /// One event by its id.
    pub async fn event(&self, event_id: EventId) -> Result<Option<Recorded<Event>>, Fault> {
        let one = sqlx::query(concat!("select ", event_columns!(), " from ledger.events where event_id = $1"));
        let found = one.bind(event_id.0).fetch_all(&self.pool).await;
        Ok(self.opened(read_all(found)?).await?.pop())
    }

    /// One event by its position.
    pub async fn event_at(&self, position: Position) -> Result<Option<Recorded<Event>>, Fault> {
        let one = sqlx::query(concat!("select ", event_columns!(), " from ledger.events where position = $1"));
        let found = one.bind(position).fetch_all(&self.pool).await;
        Ok(self.opened(read_all(found)?).await?.pop())
    }

    /// The events at some positions, in their order, personal fields opened or erased.
    pub async fn at_positions(&self, positions: &[Position]) -> Result<Vec<Recorded<Event>>, Fault> {
        let some = sqlx::query(concat!(
            "select ",
            event_columns!(),
            " from ledger.events where position = any($1) order by position"
        ));
        let found = some.bind(positions).fetch_all(&self.pool).await;
        self.opened(read_all(found)?).await
    }

    /// Every event of some streams, stream by stream and in order, personal fields opened or erased.
    pub async fn streams(&self, streams: &[StreamId]) -> Result<Vec<Recorded<Event>>, Fault> {
        let all = sqlx::query(concat!(
            "select ",
            event_columns!(),
            " from ledger.events where stream_id = any($1) order by stream_id, stream_version"
        ));
        let names: Vec<&str> = streams.iter().map(StreamId::as_str).collect();
        let found = all.bind(names).fetch_all(&self.pool).await;
        self.opened(read_all(found)?).await
    }

    /// The events of these types after a position, among the next `limit` of all types: with the position up to which the
    /// log was read. Personal fields are opened or erased.
    pub async fn page_of(
        &self,
        types: &[&str],
        after: Position,
        limit: i64,
    ) -> Result<(Vec<Recorded<Event>>, Position), Fault> {
        let to = self.head().await?.position.min(after.saturating_add(limit));
        let some = sqlx::query(concat!(
            "select ",
            event_columns!(),
            " from ledger.events where position > $1 and position <= $2 and event_type = any($3) order by position"
        ));
        let found = some.bind(after).bind(to).bind(types).fetch_all(&self.pool).await;
        Ok((self.opened(read_all(found)?).await?, to))
    }

    /// The people whose keys were destroyed after an instant (UTC, the database's clock), with when, oldest first.
    pub async fn erased_after(&self, instant: DateTime<Utc>) -> Result<Vec<(PersonId, DateTime<Utc>)>, Fault> {
        let found: Vec<(Uuid, DateTime<Utc>)> = sqlx::query_as(
            "select person, destroyed_at from ledger.subject_keys where destroyed_at > $1 order by destroyed_at",
        )
        .bind(instant)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| Fault::database("read whose keys were destroyed", error))?;
        Ok(found.into_iter().map(|(person, at)| (PersonId(person), at)).collect())
    }

    /// Those of some people whose keys were destroyed.
    pub async fn erased_among(&self, people: &[PersonId]) -> Result<Vec<PersonId>, Fault> {
        let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let found: Vec<Uuid> = sqlx::query_scalar(
            "select person from ledger.subject_keys where person = any($1) and destroyed_at is not null",
        )
        .bind(people)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| Fault::database("read whose keys were destroyed", error))?;
        Ok(found.into_iter().map(PersonId).collect())
    }

    /// The last position recorded at or before an instant (UTC); 0 if there is none.
    pub async fn position_at(&self, instant: DateTime<Utc>) -> Result<Position, Fault> {
        let (mut none, mut some) = (0, self.head().await?.position + 1);
        // Positions have no gap and recorded-at never runs backward: halve the log.
        while some - none > 1 {
            let middle = none + (some - none) / 2;
            let recorded_at: Option<DateTime<Utc>> =
                sqlx::query_scalar("select recorded_at from ledger.events where position = $1")
                    .bind(middle)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(|error| Fault::database("find a position by time", error))?;
            let recorded_at = recorded_at
                .ok_or_else(|| Fault::Corrupt { position: middle, found: "the event is missing".to_owned() })?;
            *(if recorded_at <= instant { &mut none } else { &mut some }) = middle;
        }
        Ok(none)
    }

    /// The last position whose event happened at or before an instant (UTC, the service's clock); 0 if there is none.
    /// Reads the whole log: what happened is not quite in the order of positions.
    pub async fn position_happened_by(&self, instant: DateTime<Utc>) -> Result<Position, Fault> {
        sqlx::query_scalar("select coalesce(max(position), 0) from ledger.events where happened_at <= $1")
            .bind(instant)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| Fault::database("find a position by time", error))
    }

    /// Whether anything was ever sealed for a person, erased or not.
    pub async fn knows(&self, person: PersonId) -> Result<bool, Fault> {
        sqlx::query_scalar("select exists (select from ledger.subject_keys where person = $1)")
            .bind(person.0)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| Fault::database("look for a person's key", error))
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Today's types, opened as far as the keys go.
    async fn opened(&self, stored: Vec<Recorded<Payload>>) -> Result<Vec<Recorded<Event>>, Fault> {
        let mut events = stored.into_iter().map(typed).collect::<Result<Vec<_>, _>>()?;
        if let Some(sealing) = &self.sealing {
            sealing.open(&mut events).await?;
        }
        Ok(events.into_iter().map(|(event, _)| event).collect())
    }
}

/// The event with the payload it was read from.
fn typed(stored: Recorded<Payload>) -> Result<(Recorded<Event>, Payload), Fault> {
    let event = upcast::read_payload(stored.position, &stored.event)?;
    let payload = stored.event.clone();
    Ok((stored.with(event), payload))
}

fn read_all(found: sqlx::Result<Vec<PgRow>>) -> Result<Vec<Recorded<Payload>>, Fault> {
    found.map_err(|error| Fault::database("read events", error))?.iter().map(rows::recorded).collect()
}
