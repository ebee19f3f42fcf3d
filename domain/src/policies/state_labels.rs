//! What people read for a trainee's state (DOMAIN 4.1): the status in it follows the route.

use events_schema::codes::{AwardType, TraineeState};

/// The label of a state, on a route that leads to this status: "Recommended for QTS".
pub fn state_label(state: TraineeState, award: AwardType) -> String {
    match state {
        TraineeState::RecommendedForAward => format!("Recommended for {award}"),
        TraineeState::Awarded => format!("{award} awarded"),
        other => other.words().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_years_trainees_are_recommended_for_eyts() {
        assert_eq!(state_label(TraineeState::RecommendedForAward, AwardType::Qts), "Recommended for QTS");
        assert_eq!(state_label(TraineeState::RecommendedForAward, AwardType::Eyts), "Recommended for EYTS");
    }
}
