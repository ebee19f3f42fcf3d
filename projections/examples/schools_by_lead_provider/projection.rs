//! How often each school was recruited in a cohort, and by whom last: a row, a fold, a view.

use std::borrow::Cow;

use events_schema::{
    envelope::{Recorded, StreamId},
    events::{
        Event, EventSet,
        school_partnership::{SchoolPartnershipEvent, SchoolPartnershipEvent::RecruitmentConfirmed},
    },
    ids::{Cohort, LeadProviderId, Urn},
};
use projections::{
    View,
    projection::{Projection, Unfit},
    row,
};

row! {
    /// A school in a cohort.
    keyed SchoolRow in "schools", key(stream), index("(lead_provider_id)") {
        /// The stream that the row is folded from.
        stream: StreamId,
        /// The school.
        school_urn: Urn,
        /// The cohort.
        cohort: Cohort,
        /// Who recruited it last.
        lead_provider_id: LeadProviderId,
        /// How often it was recruited.
        recruitments: i32,
    }
}

/// Folds the events of one school and cohort into its row.
pub struct Schools;

impl Projection for Schools {
    type Row = SchoolRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::SchoolPartnership(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<SchoolRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::SchoolPartnership(RecruitmentConfirmed(event)) = &recorded.event else { return Ok(()) };
        let before = rows.pop().map_or(0, |row| row.recruitments);
        rows.push(SchoolRow {
            stream: recorded.stream.clone(),
            school_urn: event.school_urn.clone(),
            cohort: event.cohort,
            lead_provider_id: event.lead_provider.id.clone(),
            recruitments: before + 1,
        });
        Ok(())
    }
}

/// Kept in the schema `own_schools_by_lead_provider`; another version of it would be made anew.
pub static VIEW: View = View::own::<Schools>("schools_by_lead_provider", 1, &[SchoolPartnershipEvent::TYPES]);
