//! Facts for management information on trainees (DOMAIN 5): one row per act on a record, with the record as it stood
//! after it, files of recommendations as they were checked, and refused commands. Nothing here is overwritten by a later act, so that any past day can be counted.

mod acts;
mod files;
mod refused;
mod standing;

pub use acts::TraineeActRow;
use events_schema::events::{EventSet, trainee::TraineeEvent};
pub use files::RecommendationFileRow;
pub use refused::RefusedTraineeCommandRow;

use crate::{
    projection::{Folded, Listed},
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "trainee_mi",
    version: 3,
    events: &[TraineeEvent::TYPES, &["RecommendationsPreviewed"]],
    refusals: true,
    tables: || {
        vec![
            Folded::<acts::Acts>::boxed(),
            Folded::<files::RecommendationFiles>::boxed(),
            Listed::<refused::RefusedTraineeCommands>::boxed(),
        ]
    },
};
