//! Hand-overs to the teaching record: where each trainee's stands, and what support has to do about trainees.
//! Holds nothing personal.

mod standing;
mod tasks;

use events_schema::events::{EventSet, hand_over::HandOverEvent};
pub use standing::{HandOverRow, HandOverState};
pub use tasks::TraineeTaskRow;

use crate::{projection::Folded, view::View};

/// The view.
pub const VIEW: View = View {
    name: "hand_overs",
    version: 1,
    events: &[HandOverEvent::TYPES, &["TraineeTaskOpened", "SupportCaseResolved"]],
    refusals: false,
    tables: || vec![Folded::<standing::HandOvers>::boxed(), Folded::<tasks::TraineeTasks>::boxed()],
};
