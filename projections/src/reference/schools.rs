//! Schools with their register entry, and their induction tutors over time.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        school::{InductionTutorNominated, RegisterEntry, SchoolEvent},
    },
    ids::{PersonId, Urn},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// A school as the register has it now.
    keyed SchoolRow in "schools", key(stream), index("(urn)", "(created_at, urn)") {
        /// Where it was taken over.
        stream: StreamId,
        /// Its number.
        urn: Urn,
        /// Its name.
        name: String,
        /// Its local authority.
        la_name: String,
        /// Its trust, if known.
        trust_name: Option<String>,
        /// The whole entry.
        entry: RegisterEntry,
        /// Whether lead providers can recruit it, as the register stands (DOMAIN 3.8).
        eligible: bool,
        /// When it was first taken over (UTC).
        created_at: DateTime<Utc>,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

row! {
    /// An induction tutor of a school, present or past.
    keyed TutorRow in "tutors", key(stream, sequence), index("(school_urn)") {
        /// The school's stream.
        stream: StreamId,
        /// Place among the school's tutors, from 1.
        sequence: i16,
        /// The school.
        school_urn: Urn,
        /// The person, under whose key name and address are sealed.
        person_id: PersonId,
        /// Where the log has the nomination.
        nominated_at: Position,
        /// Since when (UTC).
        since: DateTime<Utc>,
        /// Until when (UTC); nothing = tutor now.
        until: Option<DateTime<Utc>>,
    }
}

/// Keeps a row per school.
pub(crate) struct Schools;

impl Projection for Schools {
    type Row = SchoolRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::School(SchoolEvent::SchoolImported(_)))
            .then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<SchoolRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        if let Event::School(SchoolEvent::SchoolImported(event)) = &recorded.event {
            let created_at = rows.first().map_or(recorded.happened_at, |before| before.created_at);
            *rows = vec![SchoolRow { created_at, ..school(recorded, &event.entry) }];
        }
        Ok(())
    }
}

fn school(recorded: &Recorded<Event>, entry: &RegisterEntry) -> SchoolRow {
    SchoolRow {
        stream: recorded.stream.clone(),
        urn: entry.urn.clone(),
        name: entry.name.clone(),
        la_name: entry.la_name.clone(),
        trust_name: entry.trust_name.clone(),
        entry: entry.clone(),
        eligible: entry.is_eligible(),
        created_at: recorded.happened_at,
        updated_at: recorded.happened_at,
    }
}

/// Keeps a row per nomination.
pub(crate) struct Tutors;

impl Projection for Tutors {
    type Row = TutorRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::School(SchoolEvent::InductionTutorNominated(_)))
            .then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<TutorRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::School(SchoolEvent::InductionTutorNominated(event)) = &recorded.event else { return Ok(()) };
        if let Some(before) = rows.last_mut() {
            before.until = Some(recorded.happened_at);
        }
        let next = nominated(rows.len(), recorded, event);
        rows.push(next);
        Ok(())
    }
}

fn nominated(before: usize, recorded: &Recorded<Event>, event: &InductionTutorNominated) -> TutorRow {
    TutorRow {
        stream: recorded.stream.clone(),
        sequence: i16::try_from(before + 1).unwrap_or(i16::MAX),
        school_urn: event.school_urn.clone(),
        person_id: event.person_id,
        nominated_at: recorded.position,
        since: recorded.happened_at,
        until: None,
    }
}
