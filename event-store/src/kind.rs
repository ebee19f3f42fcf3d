//! The events of one kind of stream: found by the index of streams, without reading the log.

use events_schema::{
    envelope::{Position, Recorded},
    events::Event,
    upcast,
};

use crate::{
    fault::Fault,
    log::Log,
    rows::{self, event_columns},
};

impl Log {
    /// Every event up to a position in the streams of a kind, such as `person`. Personal fields stay sealed. For kinds
    /// of which there are few.
    pub async fn of_kind(&self, aggregate: &str, up_to: Position) -> Result<Vec<Recorded<Event>>, Fault> {
        // Streams are named `<aggregate>-<key>`, and the full stop is the letter after the hyphen.
        let some = sqlx::query(concat!(
            "select ",
            event_columns!(),
            " from ledger.events where stream_id >= $1 and stream_id < $2 and position <= $3 order by position"
        ));
        let some = some.bind(format!("{aggregate}-")).bind(format!("{aggregate}.")).bind(up_to);
        let found = some.fetch_all(self.pool()).await;
        let found = found.map_err(|error| Fault::database("read the events of a kind", error))?;
        found.iter().map(|row| Ok(upcast::read(rows::recorded(row)?)?)).collect()
    }

    /// The last position whose stream is not of a kind; 0 if there is none.
    pub async fn position_apart_from(&self, aggregate: &str) -> Result<Position, Fault> {
        let last = sqlx::query_scalar(
            "select position from ledger.events where not starts_with(stream_id, $1) order by position desc limit 1",
        );
        let found = last.bind(format!("{aggregate}-")).fetch_optional(self.pool()).await;
        Ok(found.map_err(|error| Fault::database("find the end of the log", error))?.unwrap_or(0))
    }
}
