//! Who was given what to read, and why: auditors see everybody's readings, analysts their own.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use events_schema::{
    events::{Event, reading::ReadingEvent},
    ids::UserId,
};
use projections::ReadingRow;
use serde::Deserialize;

use super::{Kept, Seat, plainly, trail};
use crate::{
    reading::Reading,
    users::Users,
    web::{
        Web,
        components::{Link, Pages},
        page::Page,
        problem::Problem,
        times,
    },
};

/// The entries of one page.
const PAGE: usize = 20;

/// Which page.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "auditor/readings.html")]
struct ReadingsPage {
    page: Page,
    trail: Vec<Link>,
    readings: Vec<Line>,
    pages: Pages,
    kept: Kept,
}

struct Line {
    position: i64,
    at: String,
    who: String,
    what: String,
    why: String,
}

/// Shows the readings, the latest first.
pub(super) async fn show(State(web): State<Web>, seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let number = asked.page.max(1);
    let after = i64::try_from((number - 1).saturating_mul(PAGE)).unwrap_or(i64::MAX);
    let own = (!seat.may_open()).then(|| seat.viewer.actor.token());
    let mut rows = web.views().readings(own.as_deref(), after, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
    let last = number + usize::from(rows.len() > PAGE);
    rows.truncate(PAGE);
    let lines = lines(&web, &rows).await?;
    let text: Vec<_> =
        lines.iter().map(|it| format!("{} {} {} {} {}", it.position, it.at, it.who, it.what, it.why)).collect();
    let upto = rows.first().map_or(0, |row| row.position);
    let reading = Reading::of("list of readings", text.join("\n").as_bytes(), upto).counting(lines.len());
    let kept = seat.record(&web, reading.narrowed("page", number)).await?.into();
    plainly(&ReadingsPage {
        page: seat.page(),
        trail: trail("Readings"),
        readings: lines,
        pages: Pages { current: number, last, href: "/audit/readings?page=".to_owned() },
        kept,
    })
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
        position: row.position,
        at: times::moment(row.read_at),
        who: who(row, &names),
        what: if row.narrowed.is_empty() { row.what.clone() } else { format!("{}, {}", row.what, row.narrowed) },
        why: why(row.position),
    };
    Ok(rows.iter().map(line).collect())
}

fn who(row: &ReadingRow, names: &BTreeMap<UserId, String>) -> String {
    let name = row.user_id.and_then(|user| names.get(&user)).filter(|name| !name.is_empty());
    name.map_or_else(
        || row.actor.clone(),
        |name| format!("{name}, {}", row.actor.split('_').next().unwrap_or_default()),
    )
}
