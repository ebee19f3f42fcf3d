//! Facts for management information on trainees (DOMAIN 5): one row per act on a record, with the record as it stood
//! after it, and refused commands. Nothing here is overwritten by a later act, so that any past day can be counted.

mod acts;
mod refused;
mod standing;

pub use acts::TraineeActRow;
use events_schema::events::{EventSet, trainee::TraineeEvent};
pub use refused::RefusedTraineeCommandRow;

use crate::{
    projection::{Folded, Listed},
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "trainee_mi",
    version: 2,
    events: &[TraineeEvent::TYPES],
    refusals: true,
    tables: || vec![Folded::<acts::Acts>::boxed(), Listed::<refused::RefusedTraineeCommands>::boxed()],
};
