//! Facts for management information on recruitment (DOMAIN 5): rounds with how they ended, and refused attempts.
//! Nothing here is overwritten by a later recruitment, so the past can be counted for ever.

mod refused_attempts;
mod rounds;

use events_schema::events::{EventSet, school_partnership::SchoolPartnershipEvent};
pub use refused_attempts::RefusedAttemptRow;
pub use rounds::RoundRow;

use crate::{
    projection::{Folded, Listed},
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "recruitment_mi",
    version: 1,
    events: &[SchoolPartnershipEvent::TYPES],
    refusals: true,
    tables: || vec![Folded::<rounds::Rounds>::boxed(), Listed::<refused_attempts::RefusedAttempts>::boxed()],
};
