//! One event with everything that is recorded with it, and where its proof is.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use events_schema::{
    envelope::{Position, Recorded},
    events::{Event, EventSet},
    heading::Heading,
};

use super::{Kept, Seat, plainly, trail};
use crate::{
    reading::Reading,
    trace::opened::{Opened, payload},
    web::{
        Web,
        components::{Action, Entry, Link},
        page::Page,
        problem::Problem,
    },
};

#[derive(Template)]
#[template(path = "auditor/event.html")]
struct EventPage {
    page: Page,
    trail: Vec<Link>,
    position: Position,
    sentence: String,
    entries: Vec<Entry>,
    payload: String,
    kept: Kept,
}

/// Shows an event. What is personal in it is never shown here, but for the texts that say why, and those to auditors.
pub(super) async fn show(
    State(web): State<Web>,
    seat: Seat,
    Path(position): Path<Position>,
) -> Result<Response, Problem> {
    let archive = seat.archive(&web);
    let recorded = archive.log().event_at(position).await?.ok_or(Problem::NotFound)?;
    let shown = payload(&recorded.event, Opened::Texts).map_err(|error| Problem::broken(&error))?;
    let payload = serde_json::to_string_pretty(&shown).map_err(|error| Problem::broken(&error))?;
    let reading = Reading::of("event", payload.as_bytes(), position).narrowed("position", position);
    let kept = seat.record(&web, reading).await?.into();
    plainly(&EventPage {
        page: seat.page(),
        trail: trail(&format!("Event {position}")),
        position,
        sentence: recorded.event.heading().trim_end_matches('.').to_owned(),
        entries: entries(&recorded),
        payload,
        kept,
    })
}

fn entries(recorded: &Recorded<Event>) -> Vec<Entry> {
    let origin = &recorded.origin;
    let exact = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let view = |href: String, hidden: &str| Action { href, text: "View".to_owned(), hidden: hidden.to_owned() };
    let (command, correlation) = (origin.command_id, origin.correlation_id);
    vec![
        Entry::new("Event", format!("{} version {}", recorded.event.event_type(), recorded.event.schema_version())),
        Entry::new("Event id", recorded.event_id.to_string()),
        Entry::new("Stream", format!("{}, version {}", recorded.stream, recorded.version))
            .with(view(format!("/audit/streams/{}", recorded.stream), "stream")),
        Entry::new("Happened at (UTC, the service’s clock)", exact(recorded.happened_at)),
        Entry::new("Stored at (UTC, the database’s clock)", exact(recorded.recorded_at)),
        Entry::new("Who", origin.actor.to_string()),
        Entry::new("Way", crate::trace::spoken::way(origin.channel)),
        Entry::new("Command", command.to_string()).with(view(format!("/audit/commands/{command}"), "command")),
        Entry::new("Correlation", correlation.to_string())
            .with(view(format!("/audit/correlations/{correlation}"), "what followed from the same cause")),
        Entry::new("Led to by", origin.causation_id.to_string()),
    ]
}
