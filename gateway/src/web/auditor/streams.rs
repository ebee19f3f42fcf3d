//! The events of one stream, in their order.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use events_schema::{
    envelope::{Recorded, StreamId},
    events::{Event, EventSet},
};

use super::{
    Seat,
    listed::{A_PAGE, Line, List, found},
};
use crate::web::{
    Web,
    paging::{Asked, Part},
    problem::Problem,
    times,
};

/// The events of a stream.
pub(super) async fn show(
    State(web): State<Web>,
    seat: Seat,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (part, stream) = (Part::sized(asked.page, A_PAGE), StreamId::stored(name));
    let (after, limit) = part.window_and_next();
    let mut events = seat.archive(&web).log().stream_page(&stream, after, limit).await?;
    let pages = part.cut(&mut events, format!("/audit/streams/{stream}?page="));
    let list = List {
        title: format!("Stream {stream}"),
        lead: "Every event of this record, in order.",
        none: "There are no more events.",
        head: ["Event", "Version and position", "When", "Who"],
        lines: events.iter().map(event).collect(),
        pages: found(&events, pages)?,
    };
    let upto = events.last().map_or(0, |event| event.position);
    let reading = list.reading("list of a stream", upto).narrowed("stream", stream);
    list.given(&web, &seat, reading).await
}

fn event(recorded: &Recorded<Event>) -> Line {
    Line {
        href: format!("/audit/events/{}", recorded.position),
        link: recorded.event.event_type().to_owned(),
        cells: [
            format!("{}, position {}", recorded.version, recorded.position),
            times::moment(recorded.happened_at),
            recorded.origin.actor.to_string(),
        ],
    }
}
