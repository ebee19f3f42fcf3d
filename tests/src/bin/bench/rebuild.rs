//! Goal 8: rebuild of the partnerships view from the whole log, against only reading the events out by binary COPY.

use std::time::Instant;

use futures::TryStreamExt;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    Failure,
    ledger::Ledger,
    rounds::{Effort, median, per_second},
    table::{Goal, Row, note},
};

const FLOOR: &str = "copy (select position, stream_id, stream_version, event_type, payload, metadata, recorded_at
    from ledger.events order by position) to stdout (format binary)";

/// One rebuild and one reading a round, in turn.
pub(crate) async fn measure(ledger: &Ledger, effort: Effort) -> Result<Vec<Row>, Failure> {
    let pool = PgPool::connect(&ledger.url).await?;
    projections::migrate(&pool).await?;
    let events = ledger.store.log().head().await?.position.unsigned_abs();
    let (mut rebuilt, mut read) = (Vec::new(), Vec::new());
    for round in 1..=effort.rounds {
        note(&format!("rebuild, round {round} of {}", effort.rounds));
        let started = Instant::now();
        read_out(ledger).await?;
        read.push(per_second(events, started.elapsed()));
        let started = Instant::now();
        rebuild(ledger, &pool).await?;
        rebuilt.push(per_second(events, started.elapsed()));
    }
    let row = |goal, peer: &str, peers| Row {
        what: format!("rebuild of the partnerships view, {events} events"),
        unit: "events/s",
        ours: median(&rebuilt),
        peer: peer.to_owned(),
        peers,
        goal: Some(goal),
    };
    Ok(vec![
        row(Goal::TimesAtLeast(0.5), "reading out by binary COPY", Some(median(&read))),
        row(Goal::AtLeast(300_000.0), "", None),
    ])
}

/// As `training-ledger replay` does it: new tables beside the live ones, filled, indexed, compared, switched.
async fn rebuild(ledger: &Ledger, pool: &PgPool) -> Result<(), Failure> {
    let rebuilt = projections::rebuild(pool, ledger.store.log(), Some("school_partnerships"), &mut |_| ()).await?;
    let rows = rebuilt.views.iter().flat_map(|view| &view.tables).map(|table| table.rows).sum::<i64>();
    if rows == 0 { Err("the rebuilt view holds nothing".into()) } else { Ok(()) }
}

/// Reads every event and looks at none.
async fn read_out(ledger: &Ledger) -> Result<(), Failure> {
    let mut connection = PgConnection::connect(&ledger.url).await?;
    {
        let mut rows = connection.copy_out_raw(FLOOR).await?;
        while rows.try_next().await?.is_some() {}
    }
    Ok(connection.close().await?)
}
