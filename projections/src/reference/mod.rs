//! Reference data as it stands: cohorts, providers, partners, pairings, schools, tutors, programme choices.
//! Of people only their opaque ids are kept; names and addresses stay sealed in the log.

mod programme_choices;
mod providers;
mod schools;

pub use programme_choices::ProgrammeChoiceRow;
pub use providers::{CohortRow, DeliveryPartnerRow, LeadProviderRow, PairingRow, TrainingProviderRow};
pub use schools::{SchoolRow, TutorRow};

use events_schema::events::{
    EventSet, reference::ReferenceEvent, school::SchoolEvent, school_partnership::SchoolPartnershipEvent,
};

use crate::{projection::Folded, view::View};

/// The view.
pub const VIEW: View = View {
    name: "reference",
    version: 3,
    events: &[ReferenceEvent::TYPES, SchoolEvent::TYPES, SchoolPartnershipEvent::TYPES],
    refusals: false,
    tables: || {
        vec![
            Folded::<providers::Cohorts>::boxed(),
            Folded::<providers::LeadProviders>::boxed(),
            Folded::<providers::DeliveryPartners>::boxed(),
            Folded::<providers::Pairings>::boxed(),
            Folded::<providers::TrainingProviders>::boxed(),
            Folded::<schools::Schools>::boxed(),
            Folded::<schools::Tutors>::boxed(),
            Folded::<programme_choices::ProgrammeChoices>::boxed(),
        ]
    },
};
