//! Who was given what to read, and why: auditors see everybody's readings, analysts their own.

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use events_schema::{
    events::{Event, reading::ReadingEvent},
    ids::UserId,
};
use projections::ReadingRow;

use super::{
    Seat,
    listed::{Line, List},
};
use crate::{
    users::Users,
    web::{
        Web,
        paging::{Asked, Part},
        problem::Problem,
        times,
    },
};

/// Shows the readings, the latest first.
pub(super) async fn show(State(web): State<Web>, seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let part = Part::of_page(asked.page);
    let (after, limit) = part.window_and_next();
    let own = (!seat.may_open()).then(|| seat.viewer.actor.token());
    let mut rows = web.views().readings(own.as_deref(), after, limit).await?;
    let pages = part.cut(&mut rows, "/audit/readings?page=");
    let list = List {
        title: "Readings".to_owned(),
        lead: "What auditors and analysts were given to read, and why, the latest first.",
        none: "Nobody has read anything yet.",
        head: ["When", "Who", "What", "Why"],
        lines: lines(&web, &rows).await?,
        pages,
    };
    let reading = list.reading("list of readings", rows.first().map_or(0, |row| row.position));
    list.given(&web, &seat, reading).await
}

async fn lines(web: &Web, rows: &[ReadingRow]) -> Result<Vec<Line>, Problem> {
    let positions: Vec<_> = rows.iter().map(|row| row.position).collect();
    let events = web.log().at_positions(&positions).await?;
    let users: Vec<UserId> = rows.iter().filter_map(|row| row.user_id).collect();
    let names = Users::new(web.pool().clone()).names(&users).await?;
    let why = |position: i64| {
        let found = events.iter().find(|recorded| recorded.position == position);
        let Some(Event::Reading(ReadingEvent::ReadingRecorded(it))) = found.map(|recorded| &recorded.event) else {
            return String::new();
        };
        let sought = it.sought.as_ref().map_or_else(String::new, |words| format!(" (looked for “{}”)", words.shown()));
        format!("{}{sought}", it.reason.shown())
    };
    let line = |row: &ReadingRow| Line {
        href: format!("/audit/events/{}", row.position),
        link: times::moment(row.read_at),
        cells: [who(row, &names), what(row), why(row.position)],
    };
    Ok(rows.iter().map(line).collect())
}

fn what(row: &ReadingRow) -> String {
    if row.narrowed.is_empty() { row.what.clone() } else { format!("{}, {}", row.what, row.narrowed) }
}

fn who(row: &ReadingRow, names: &BTreeMap<UserId, String>) -> String {
    let name = row.user_id.and_then(|user| names.get(&user)).filter(|name| !name.is_empty());
    name.map_or_else(
        || row.actor.clone(),
        |name| format!("{name}, {}", row.actor.split('_').next().unwrap_or_default()),
    )
}
