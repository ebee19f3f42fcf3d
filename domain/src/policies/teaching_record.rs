//! What the teaching record holds of a trainee (DOMAIN 4.6), and when it is asked and told again (4.4).

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use events_schema::{
    codes::{RecordStatus, Route, TaskSubject, TraineeState},
    events::hand_over::RecordContent,
};
use serde::{Deserialize, Serialize};

use super::dates::london_day;

/// The record's own code for a status that is held already: as good as taken.
pub const ALREADY_HOLDS: u32 = 10_052;

/// The first status goes out this long after it is due, the first poll this long after the submission.
pub const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Nothing is asked or told again later than this.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);
/// Days from submission for which a TRN is waited for.
const DAYS_TO_WAIT: i64 = 4;
/// The same for submissions in October, when everybody submits.
const DAYS_TO_WAIT_IN_OCTOBER: i64 = 10;

/// As much of a trainee's record as decides what the teaching record is told. Nothing personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The state.
    pub state: TraineeState,
    /// The route.
    pub route: Route,
    /// Whether a TRN is held and can be read.
    pub trn_held: bool,
    /// The day on which the standards were met, while a recommendation stands.
    pub outcome_date: Option<NaiveDate>,
    /// Expected end of training.
    pub training_end: Option<NaiveDate>,
}

/// What the record should hold; nothing for whoever has no TRN.
pub fn content_of(standing: &Standing) -> Option<RecordContent> {
    let status = status_of(standing.state, standing.route).filter(|_| standing.trn_held)?;
    let holds_from = standing.outcome_date.filter(|_| status == RecordStatus::Holds);
    Some(RecordContent { status, holds_from, training_end: standing.training_end })
}

/// The table of DOMAIN 4.6.
fn status_of(state: TraineeState, route: Route) -> Option<RecordStatus> {
    Some(match state {
        TraineeState::Draft => return None,
        TraineeState::SubmittedForTrn | TraineeState::TrnReceived => in_training(route),
        TraineeState::RecommendedForAward | TraineeState::Awarded => RecordStatus::Holds,
        TraineeState::Deferred => RecordStatus::Deferred,
        TraineeState::Withdrawn => RecordStatus::Withdrawn,
    })
}

fn in_training(route: Route) -> RecordStatus {
    if route == Route::AssessmentOnly { RecordStatus::UnderAssessment } else { RecordStatus::InTraining }
}

/// After this status nothing more is told but what an undo leads to.
pub fn is_final(status: RecordStatus) -> bool {
    matches!(status, RecordStatus::Holds | RecordStatus::Withdrawn)
}

/// How long to wait after so many attempts, from 1: a minute, then twice as long each time, up to an hour.
pub fn pause_after(attempts: u32) -> TimeDelta {
    let minutes = 2_i32.saturating_pow(attempts.saturating_sub(1).min(6));
    (FIRST_PAUSE * minutes).min(LONGEST_PAUSE)
}

/// Until when a TRN is waited for that was asked for at this instant; then a person is told.
pub fn waits_for_trn_until(submitted_at: DateTime<Utc>) -> DateTime<Utc> {
    let october = london_day(submitted_at).month() == 10;
    submitted_at + TimeDelta::days(if october { DAYS_TO_WAIT_IN_OCTOBER } else { DAYS_TO_WAIT })
}

/// What a person at support has to do.
pub fn what_to_do(subject: TaskSubject) -> &'static str {
    match subject {
        TaskSubject::WithdrawalUndone => {
            "The withdrawal was undone and the teaching record is being told. Check that it follows; it refuses a \
             return to deferred with code 10056, and must then be corrected by hand."
        }
        TaskSubject::RecommendationRescinded => {
            "Correct the teaching record by hand: until that is done, it answers a new recommendation with code 10052, \
             which looks like success."
        }
        TaskSubject::TeachingRecordRefused => {
            "The teaching record refused what it was told. Look up the code, put right what is wrong, and hand over again."
        }
        TaskSubject::TrnOverdue => "No TRN came in the time allowed. Ask the teaching record, then record the TRN.",
        TaskSubject::TrnRefused => "The request for a TRN was refused. Ask the teaching record, then record the TRN.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::at;

    fn standing(state: TraineeState) -> Standing {
        let day = NaiveDate::from_ymd_opt(2025, 6, 13);
        Standing {
            state,
            route: Route::ProviderLedPostgrad,
            trn_held: true,
            outcome_date: day,
            training_end: NaiveDate::from_ymd_opt(2025, 7, 31),
        }
    }

    #[test]
    fn each_state_has_the_status_of_the_table_and_only_holds_has_its_date() {
        let told: Vec<_> = TraineeState::ALL
            .iter()
            .map(|state| content_of(&standing(*state)).map(|it| (it.status.code(), it.holds_from.is_some())))
            .collect();
        let expected = [
            None,
            Some(("InTraining", false)),
            Some(("InTraining", false)),
            Some(("Holds", true)),
            Some(("Holds", true)),
            Some(("Deferred", false)),
            Some(("Withdrawn", false)),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn an_assessment_only_route_is_under_assessment_and_nobody_is_told_of_without_a_trn() {
        let assessed = Standing { route: Route::AssessmentOnly, ..standing(TraineeState::TrnReceived) };
        assert_eq!(content_of(&assessed).map(|it| it.status), Some(RecordStatus::UnderAssessment));
        assert_eq!(content_of(&Standing { trn_held: false, ..assessed }), None);
    }

    #[test]
    fn pauses_grow_from_a_minute_to_an_hour() {
        let minutes: Vec<_> = [1, 2, 3, 6, 7, 8, 90].map(|attempts| pause_after(attempts).num_minutes()).into();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60, 60]);
    }

    #[test]
    fn a_trn_is_waited_for_four_days_and_in_october_ten() {
        let days = |submitted: &str| (waits_for_trn_until(at(submitted)) - at(submitted)).num_days();
        assert_eq!((days("2025-09-20T09:00:00Z"), days("2025-10-01T09:00:00Z")), (4, 10));
        assert_eq!(days("2025-09-30T23:30:00Z"), 10, "October has begun in London");
    }
}
