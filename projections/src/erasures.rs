//! Erasures: who was erased, why, by whose authority, when. Processes read it to finish what a crash left undone.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::ErasureReason,
    envelope::{Position, Recorded, StreamId},
    events::{Event, EventSet, person::PersonEvent},
    ids::PersonId,
};

use crate::{
    projection::{Folded, Projection, Unfit},
    row::row,
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "erasures",
    version: 1,
    events: &[PersonEvent::TYPES],
    refusals: false,
    tables: || vec![Folded::<Erasures>::boxed()],
};

row! {
    /// A person who was erased.
    keyed ErasureRow in "erasures", key(stream), index("(position)") {
        /// The person's stream.
        stream: StreamId,
        /// Who, by an id that says nothing without the key.
        person_id: PersonId,
        /// Why.
        reason: ErasureReason,
        /// By whose authority.
        authority: String,
        /// When (UTC).
        erased_at: DateTime<Utc>,
        /// Position of the event.
        position: Position,
    }
}

/// Keeps a row per person.
pub(crate) struct Erasures;

impl Projection for Erasures {
    type Row = ErasureRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::Person(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<ErasureRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Person(PersonEvent::PersonErased(event)) = &recorded.event else { return Ok(()) };
        *rows = vec![ErasureRow {
            stream: recorded.stream.clone(),
            person_id: event.person_id,
            reason: event.reason,
            authority: event.authority.clone(),
            erased_at: recorded.happened_at,
            position: recorded.position,
        }];
        Ok(())
    }
}
