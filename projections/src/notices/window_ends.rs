//! The ends of reporting windows, with whether any notice had arrived by then.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Position, Recorded},
    events::{Event, school_partnership::SchoolPartnershipEvent},
    ids::{Cohort, PartnershipId, Urn},
};

use crate::{projection::Listing, row::row};

row! {
    /// A window that ended without a report.
    WindowEndRow in "window_ends", key(position), index("(partnership_id)") {
        /// Where the log has it.
        position: Position,
        /// The partnership.
        partnership_id: PartnershipId,
        /// The school.
        school_urn: Urn,
        /// The cohort.
        cohort: Cohort,
        /// The last instant inside the window (UTC).
        closes_at: DateTime<Utc>,
        /// Whether any notice was known to have arrived by then.
        notice_delivered: bool,
        /// When the end was recorded (UTC).
        recorded_at: DateTime<Utc>,
    }
}

/// Keeps a row per window that ended.
pub(crate) struct WindowEnds;

impl Listing for WindowEnds {
    type Row = WindowEndRow;

    fn event(recorded: &Recorded<Event>) -> Option<WindowEndRow> {
        let Event::SchoolPartnership(SchoolPartnershipEvent::ReportingWindowClosed(it)) = &recorded.event else {
            return None;
        };
        Some(WindowEndRow {
            position: recorded.position,
            partnership_id: it.partnership_id,
            school_urn: it.school_urn.clone(),
            cohort: it.cohort,
            closes_at: it.closes_at,
            notice_delivered: it.notice_delivered,
            recorded_at: recorded.happened_at,
        })
    }
}
