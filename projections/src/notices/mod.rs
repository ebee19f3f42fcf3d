//! Mails and how they stand, the links to nominate a tutor, and the ends of reporting windows: who was told, who could
//! not be, and whose window ended without a notice that arrived. People's addresses stay sealed in the log.

mod links;
mod mails;
mod progress;
mod queries;
mod window_ends;

use events_schema::events::{
    EventSet, notice::NoticeEvent, school::SchoolEvent, school_partnership::SchoolPartnershipEvent,
};
pub use links::NominationLinkRow;
pub use mails::NoticeRow;
pub use progress::NoticeProgressRow;
pub use window_ends::WindowEndRow;

use crate::{
    projection::{Folded, Listed},
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "notices",
    version: 2,
    events: &[NoticeEvent::TYPES, SchoolEvent::TYPES, SchoolPartnershipEvent::TYPES],
    refusals: false,
    tables: || {
        vec![
            Folded::<mails::Notices>::boxed(),
            Folded::<progress::NoticesProgress>::boxed(),
            Folded::<links::NominationLinks>::boxed(),
            Listed::<window_ends::WindowEnds>::boxed(),
        ]
    },
};
