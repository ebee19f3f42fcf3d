//! Trainees: one row per record, its state, route, award and dates, and how often it was extended or deferred.
//! Nothing personal is kept; whether a TRN is held is, the TRN is not.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, FutureInterest, Route, TraineeState, WithdrawalReason, WithdrawalTrigger},
    envelope::{Position, Recorded, StreamId, Version},
    events::{
        Event, EventSet,
        trainee::{TraineeEvent, TraineeRegistered, Training},
    },
    ids::{TraineeId, TrainingProviderCode},
};

use crate::{
    cell::List,
    projection::{Folded, Projection, Unfit},
    row::row,
    time::days_between,
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "trainees",
    version: 1,
    events: &[TraineeEvent::TYPES],
    refusals: false,
    tables: || vec![Folded::<Trainees>::boxed()],
};

row! {
    /// A trainee's record as it stands.
    keyed TraineeRow in "trainees", key(stream), index("(trainee_id)", "(provider)") {
        /// The record's stream.
        stream: StreamId,
        /// Which.
        trainee_id: TraineeId,
        /// Whose trainee it is.
        provider: TrainingProviderCode,
        /// The state.
        state: TraineeState,
        /// The route.
        route: Route,
        /// The status the route leads to, or that was recommended.
        award: AwardType,
        /// The school-side partner named on the record.
        training_partner: Option<String>,
        /// Whether it came from HESA.
        from_hesa: bool,
        /// First day of the course.
        itt_start_date: Option<NaiveDate>,
        /// The day the trainee started.
        trainee_start_date: Option<NaiveDate>,
        /// Expected end of training.
        expected_end_date: Option<NaiveDate>,
        /// When the record was opened (UTC).
        registered_at: DateTime<Utc>,
        /// When a TRN was asked for (UTC).
        submitted_for_trn_at: Option<DateTime<Utc>>,
        /// Whether a TRN is held.
        trn_held: bool,
        /// When it came (UTC).
        trn_received_at: Option<DateTime<Utc>>,
        /// The day on which the standards were met; nothing once rescinded.
        outcome_date: Option<NaiveDate>,
        /// When the provider recommended (UTC); nothing once rescinded.
        recommended_for_award_at: Option<DateTime<Utc>>,
        /// Since when the status is held; nothing once rescinded.
        awarded_at: Option<NaiveDate>,
        /// How often training was extended.
        extensions: i16,
        /// By how many days in all, as far as the end before was known.
        extension_days: i32,
        /// When training was first extended (UTC).
        first_extended_at: Option<DateTime<Utc>>,
        /// How often the trainee was deferred.
        deferrals: i16,
        /// Since when the trainee is deferred, if a date was given.
        defer_date: Option<NaiveDate>,
        /// When the deferral in force was recorded (UTC).
        deferred_at: Option<DateTime<Utc>>,
        /// Since when the trainee is back.
        return_date: Option<NaiveDate>,
        /// The last day trained; nothing once undone.
        withdrawal_date: Option<NaiveDate>,
        /// When the withdrawal in force was recorded (UTC).
        withdrawn_at: Option<DateTime<Utc>>,
        /// Who chose.
        withdrawal_trigger: Option<WithdrawalTrigger>,
        /// Why.
        withdrawal_reasons: List<WithdrawalReason>,
        /// Interest in teaching later.
        future_interest: Option<FutureInterest>,
        /// Withdrawals that support undid.
        withdrawals_undone: i16,
        /// Recommendations and awards that support rescinded.
        rescissions: i16,
        /// The event that last changed the record.
        last_change: String,
        /// When that was (UTC).
        updated_at: DateTime<Utc>,
        /// Version of the stream.
        version: Version,
        /// Position of that event.
        position: Position,
    }
}

/// The status a route leads to (DOMAIN 4.5).
pub(crate) fn award_of(route: Route) -> AwardType {
    match route {
        Route::EarlyYearsPostgrad
        | Route::EarlyYearsSalaried
        | Route::EarlyYearsAssessmentOnly
        | Route::EarlyYearsUndergrad => AwardType::Eyts,
        _ => AwardType::Qts,
    }
}

/// Keeps a row per trainee.
pub(crate) struct Trainees;

impl Projection for Trainees {
    type Row = TraineeRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::Trainee(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<TraineeRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::Trainee(event) = &recorded.event else { return Ok(()) };
        if let TraineeEvent::TraineeRegistered(event) = event {
            rows.push(registered(recorded, event));
        }
        let row = rows.first_mut().ok_or_else(|| Unfit(format!("{} was never registered", recorded.stream)))?;
        fold(row, recorded, event);
        event.event_type().clone_into(&mut row.last_change);
        row.updated_at = recorded.happened_at;
        row.version = recorded.version;
        row.position = recorded.position;
        Ok(())
    }
}

fn fold(row: &mut TraineeRow, recorded: &Recorded<Event>, event: &TraineeEvent) {
    match event {
        TraineeEvent::TraineeRegistered(_) => {}
        TraineeEvent::TraineeDetailsAmended(it) => {
            if let Some(training) = &it.training {
                set_training(row, training);
            }
            row.defer_date = it.defer_date.or(row.defer_date);
        }
        TraineeEvent::TraineeSubmittedForTrn(_) => {
            row.state = TraineeState::SubmittedForTrn;
            row.submitted_for_trn_at = Some(recorded.happened_at);
        }
        TraineeEvent::TrnRecorded(_) => trn_recorded(row, recorded),
        TraineeEvent::TraineeRecommendedForQts(it) => {
            row.state = TraineeState::RecommendedForAward;
            row.outcome_date = Some(it.outcome_date);
            row.recommended_for_award_at = Some(it.recommended_for_award_at);
            row.award = it.award;
        }
        TraineeEvent::QtsAwarded(it) => {
            row.state = TraineeState::Awarded;
            row.awarded_at = Some(it.awarded_at);
        }
        TraineeEvent::RecommendationRescinded(_) => rescinded(row),
        _ => fold_break_in_training(row, recorded, event),
    }
}

fn fold_break_in_training(row: &mut TraineeRow, recorded: &Recorded<Event>, event: &TraineeEvent) {
    match event {
        TraineeEvent::TraineeDeferred(it) => {
            row.state = TraineeState::Deferred;
            row.deferrals += 1;
            row.defer_date = it.defer_date;
            row.deferred_at = Some(recorded.happened_at);
        }
        TraineeEvent::TraineeReinstated(it) => {
            row.state = it.state;
            row.defer_date = None;
            row.deferred_at = None;
            row.return_date = it.return_date;
            row.trainee_start_date = row.trainee_start_date.or(it.return_date);
            row.expected_end_date = it.expected_end_date.or(row.expected_end_date);
        }
        TraineeEvent::TrainingExtended(it) => {
            row.extensions += 1;
            row.first_extended_at = row.first_extended_at.or(Some(recorded.happened_at));
            row.extension_days += it.previous_end_date.map_or(0, |before| days_between(before, it.expected_end_date));
            row.expected_end_date = Some(it.expected_end_date);
        }
        TraineeEvent::TraineeWithdrawn(it) => {
            row.state = TraineeState::Withdrawn;
            row.withdrawal_date = Some(it.withdrawal_date);
            row.withdrawn_at = Some(recorded.happened_at);
            row.withdrawal_trigger = Some(it.trigger);
            row.withdrawal_reasons = List(it.reasons.clone());
            row.future_interest = Some(it.future_interest);
        }
        TraineeEvent::WithdrawalUndone(it) => withdrawal_undone(row, it.state),
        _ => {}
    }
}

/// A TRN that comes late never moves anybody who is out of training.
fn trn_recorded(row: &mut TraineeRow, recorded: &Recorded<Event>) {
    row.trn_held = true;
    row.trn_received_at = Some(recorded.happened_at);
    if row.state == TraineeState::SubmittedForTrn {
        row.state = TraineeState::TrnReceived;
    }
}

fn rescinded(row: &mut TraineeRow) {
    row.state = TraineeState::TrnReceived;
    row.rescissions += 1;
    row.outcome_date = None;
    row.recommended_for_award_at = None;
    row.awarded_at = None;
}

fn withdrawal_undone(row: &mut TraineeRow, state: TraineeState) {
    row.state = state;
    row.withdrawals_undone += 1;
    row.withdrawal_date = None;
    row.withdrawn_at = None;
    row.withdrawal_trigger = None;
    row.withdrawal_reasons = List(Vec::new());
    row.future_interest = None;
}

fn set_training(row: &mut TraineeRow, training: &Training) {
    row.route = training.route;
    row.award = award_of(training.route);
    row.training_partner.clone_from(&training.training_partner);
    row.itt_start_date = training.itt_start_date;
    row.trainee_start_date = training.trainee_start_date;
    row.expected_end_date = training.expected_end_date;
}

fn registered(recorded: &Recorded<Event>, event: &TraineeRegistered) -> TraineeRow {
    let mut row = TraineeRow {
        stream: recorded.stream.clone(),
        trainee_id: event.trainee_id,
        provider: event.provider.clone(),
        state: TraineeState::Draft,
        route: event.training.route,
        award: award_of(event.training.route),
        training_partner: None,
        from_hesa: event.from_hesa,
        itt_start_date: None,
        trainee_start_date: None,
        expected_end_date: None,
        registered_at: recorded.happened_at,
        submitted_for_trn_at: None,
        trn_held: false,
        trn_received_at: None,
        outcome_date: None,
        recommended_for_award_at: None,
        awarded_at: None,
        extensions: 0,
        extension_days: 0,
        first_extended_at: None,
        deferrals: 0,
        defer_date: None,
        deferred_at: None,
        return_date: None,
        withdrawal_date: None,
        withdrawn_at: None,
        withdrawal_trigger: None,
        withdrawal_reasons: List(Vec::new()),
        future_interest: None,
        withdrawals_undone: 0,
        rescissions: 0,
        last_change: String::new(),
        updated_at: recorded.happened_at,
        version: recorded.version,
        position: recorded.position,
    };
    set_training(&mut row, &event.training);
    row
}

#[cfg(test)]
mod tests {
    use events_schema::{
        events::trainee::{TraineeDeferred, TraineePerson, TraineeSubmittedForTrn, TrainingExtended, TrnRecorded},
        ids::{Parse, Trn},
        personal::Personal,
    };
    use uuid::Uuid;

    use super::*;
    use crate::projection::given::rows;

    const ID: TraineeId = TraineeId(Uuid::nil());

    fn day(month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, 1).expect("a day")
    }

    fn registered() -> TraineeEvent {
        let erased = || Personal::Erased;
        let person = TraineePerson {
            first_names: erased(),
            last_names: erased(),
            date_of_birth: None,
            email: None,
            provider_trainee_id: None,
            hesa_id: None,
        };
        let training = Training {
            route: Route::EarlyYearsPostgrad,
            phase: None,
            age_range: None,
            subjects: vec![],
            training_partner: None,
            employing_school: None,
            itt_start_date: None,
            trainee_start_date: None,
            expected_end_date: Some(day(6)),
            degrees: vec![],
            placements: vec![],
        };
        let provider = TrainingProviderCode::parse("A1").expect("a code");
        TraineeRegistered { trainee_id: ID, provider, person, training, from_hesa: false }.into()
    }

    fn after(events: Vec<TraineeEvent>) -> TraineeRow {
        let events: Vec<_> = std::iter::once(registered()).chain(events).map(Event::Trainee).collect();
        let mut rows = rows::<Trainees>(&StreamId::new("trainee", ID), &events).expect("they fit");
        rows.remove(0)
    }

    fn submitted() -> TraineeEvent {
        TraineeSubmittedForTrn { trainee_id: ID, request_id: Uuid::nil() }.into()
    }

    fn trn() -> TraineeEvent {
        TrnRecorded { trainee_id: ID, trn: Personal::Open(Trn::parse("1234567").expect("digits")) }.into()
    }

    #[test]
    fn a_trn_that_comes_late_leaves_a_deferred_trainee_deferred() {
        let deferred = TraineeDeferred { trainee_id: ID, defer_date: Some(day(2)), reason: None };
        let row = after(vec![submitted(), deferred.into(), trn()]);
        assert_eq!((row.state, row.trn_held, row.defer_date), (TraineeState::Deferred, true, Some(day(2))));
        assert_eq!(after(vec![submitted(), trn()]).state, TraineeState::TrnReceived);
    }

    #[test]
    fn an_extension_moves_the_end_and_counts_its_days() {
        let extend = TrainingExtended { trainee_id: ID, previous_end_date: Some(day(6)), expected_end_date: day(7) };
        let row = after(vec![submitted(), extend.into()]);
        assert_eq!((row.extensions, row.extension_days, row.expected_end_date), (1, 30, Some(day(7))));
        assert_eq!((row.state, row.award), (TraineeState::SubmittedForTrn, AwardType::Eyts));
    }
}
