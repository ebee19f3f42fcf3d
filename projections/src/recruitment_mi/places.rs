//! Where a school stood in the register, entry by entry: its local authority and its trust, from one position of the
//! log to another, so that a recruitment counts for the authority and trust of its time.

use std::borrow::Cow;

use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{Event, school::SchoolEvent},
    ids::Urn,
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// Where a school stood, for a time.
    keyed SchoolPlaceRow in "school_places", key(stream, sequence), index("(school_urn)", "(la_code, since_position)") {
        /// The school's stream.
        stream: StreamId,
        /// Place among the school's entries that moved it, from 1.
        sequence: i16,
        /// The school.
        school_urn: Urn,
        /// Code of its local authority; nothing if the register gave none.
        la_code: Option<String>,
        /// Its name.
        la_name: Option<String>,
        /// Its trust; nothing if unknown. A trust goes by its name: the register's extract gives no id.
        trust: Option<String>,
        /// Where the log has the entry.
        since_position: Position,
        /// Where the log has the next one; nothing = still so.
        until_position: Option<Position>,
    }
}

/// Keeps a row per place of a school.
pub(crate) struct SchoolPlaces;

impl Projection for SchoolPlaces {
    type Row = SchoolPlaceRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::School(SchoolEvent::SchoolImported(_)))
            .then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<SchoolPlaceRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::School(SchoolEvent::SchoolImported(event)) = &recorded.event else { return Ok(()) };
        let entry = &event.entry;
        let next = SchoolPlaceRow {
            stream: recorded.stream.clone(),
            sequence: i16::try_from(rows.len() + 1).unwrap_or(i16::MAX),
            school_urn: entry.urn.clone(),
            la_code: said(&entry.la_code),
            la_name: said(&entry.la_name),
            trust: entry.trust_name.as_deref().and_then(said),
            since_position: recorded.position,
            until_position: None,
        };
        if rows.last().is_some_and(|last| same_place(last, &next)) {
            return Ok(());
        }
        if let Some(last) = rows.last_mut() {
            last.until_position = Some(recorded.position);
        }
        rows.push(next);
        Ok(())
    }
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn same_place(one: &SchoolPlaceRow, other: &SchoolPlaceRow) -> bool {
    (&one.la_code, &one.la_name, &one.trust) == (&other.la_code, &other.la_name, &other.trust)
}
