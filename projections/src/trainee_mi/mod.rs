//! Facts for management information on trainees (DOMAIN 5): states over time, recommendations, withdrawals.
//! What support undid or rescinded stays, marked.

mod recommendations;
mod states;
mod withdrawals;

use events_schema::events::{EventSet, trainee::TraineeEvent};
pub use recommendations::RecommendationRow;
pub use states::TraineeStateRow;
pub use withdrawals::WithdrawalRow;

use crate::{projection::Folded, view::View};

/// The view.
pub const VIEW: View = View {
    name: "trainee_mi",
    version: 1,
    events: &[TraineeEvent::TYPES],
    refusals: false,
    tables: || {
        vec![
            Folded::<states::States>::boxed(),
            Folded::<recommendations::Recommendations>::boxed(),
            Folded::<withdrawals::Withdrawals>::boxed(),
        ]
    },
};
