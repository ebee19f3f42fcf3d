//! Facts for management information on recruitment (DOMAIN 5): rounds with how they ended and whom their notices
//! found, the places of schools, and refused attempts.
//! Nothing here is overwritten by a later recruitment, so the past can be counted for ever.

mod places;
mod refused_attempts;
mod rounds;
mod tellings;
mod uploads;

use events_schema::events::{EventSet, school_partnership::SchoolPartnershipEvent};
pub use places::SchoolPlaceRow;
pub use refused_attempts::RefusedAttemptRow;
pub use rounds::RoundRow;
#[cfg(test)]
pub(crate) use rounds::Rounds;
pub use uploads::UploadRow;

use crate::{
    projection::{Folded, Listed},
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "recruitment_mi",
    version: 3,
    events: &[SchoolPartnershipEvent::TYPES, &["NoticeCreated", "NoContactFound", "SchoolImported", "UploadPreviewed"]],
    refusals: true,
    tables: || {
        vec![
            Folded::<rounds::Rounds>::boxed(),
            Folded::<places::SchoolPlaces>::boxed(),
            Folded::<uploads::Uploads>::boxed(),
            Listed::<refused_attempts::RefusedAttempts>::boxed(),
        ]
    },
};
