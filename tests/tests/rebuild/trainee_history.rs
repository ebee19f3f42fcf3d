//! A trainee's record that takes a random step from any state it is in.

use chrono::{DateTime, Days, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, FutureInterest, Route, TraineeState, WithdrawalReason, WithdrawalTrigger},
    events::trainee::{
        QtsAwarded, RecommendationRescinded, TraineeDeferred, TraineeEvent, TraineePerson, TraineeRecommendedForQts,
        TraineeRegistered, TraineeReinstated, TraineeSubmittedForTrn, TraineeWithdrawn, Training, TrainingExtended,
        TrnRecorded, WithdrawalUndone,
    },
    ids::TraineeId,
    personal::Personal,
};
use rand::{Rng, rngs::StdRng};
use uuid::Uuid;

use super::writer::slug;

/// A record as the history remembers it.
pub(crate) struct Trainee {
    pub(crate) id: TraineeId,
    state: Option<TraineeState>,
    before: TraineeState,
    end: NaiveDate,
}

impl Trainee {
    pub(crate) fn new(id: Uuid) -> Self {
        let end = NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day");
        Self { id: TraineeId(id), state: None, before: TraineeState::TrnReceived, end }
    }

    /// The next event of the record.
    pub(crate) fn next(&mut self, rng: &mut StdRng, (now, today): (DateTime<Utc>, NaiveDate)) -> TraineeEvent {
        let trainee_id = self.id;
        match self.state {
            None => self.become_state(TraineeState::Draft, registered(trainee_id)),
            Some(TraineeState::Draft) => {
                let event = TraineeSubmittedForTrn { trainee_id, request_id: Uuid::nil() };
                self.become_state(TraineeState::SubmittedForTrn, event)
            }
            Some(TraineeState::SubmittedForTrn) => {
                let event = TrnRecorded { trainee_id, trn: Personal::Open(slug("1234567")) };
                self.become_state(TraineeState::TrnReceived, event)
            }
            Some(TraineeState::TrnReceived) => self.in_training(rng, (now, today)),
            Some(TraineeState::RecommendedForAward) => {
                let event = QtsAwarded { trainee_id, awarded_at: today, award: AwardType::Qts };
                self.become_state(TraineeState::Awarded, event)
            }
            Some(state @ TraineeState::Awarded) => {
                let comment = Personal::Open("a slip".to_owned());
                let event = RecommendationRescinded { trainee_id, state_before: state, comment, ticket_url: None };
                self.become_state(TraineeState::TrnReceived, event)
            }
            Some(TraineeState::Deferred) => self.deferred(rng, today),
            Some(TraineeState::Withdrawn) => {
                let comment = Personal::Open("a slip".to_owned());
                let event = WithdrawalUndone { trainee_id, state: self.before, comment, ticket_url: None };
                self.become_state(self.before, event)
            }
        }
    }

    fn become_state(&mut self, state: TraineeState, event: impl Into<TraineeEvent>) -> TraineeEvent {
        self.before = self.state.unwrap_or(state);
        self.state = Some(state);
        event.into()
    }

    fn in_training(&mut self, rng: &mut StdRng, (now, today): (DateTime<Utc>, NaiveDate)) -> TraineeEvent {
        let trainee_id = self.id;
        match rng.random_range(0..4) {
            0 => {
                let event = TraineeRecommendedForQts {
                    trainee_id,
                    outcome_date: today - Days::new(3),
                    recommended_for_award_at: now,
                    award: AwardType::Qts,
                    route: Route::ProviderLedPostgrad,
                    upload: None,
                };
                self.become_state(TraineeState::RecommendedForAward, event)
            }
            1 => {
                let event = TraineeDeferred { trainee_id, defer_date: Some(today), reason: None };
                self.become_state(TraineeState::Deferred, event)
            }
            2 => self.extend().into(),
            _ => self.withdraw(rng, today),
        }
    }

    fn deferred(&mut self, rng: &mut StdRng, today: NaiveDate) -> TraineeEvent {
        match rng.random_range(0..3) {
            0 => self.extend().into(),
            1 => self.withdraw(rng, today),
            _ => {
                let state = TraineeState::TrnReceived;
                let (trainee_id, return_date) = (self.id, Some(today));
                let event = TraineeReinstated { trainee_id, return_date, expected_end_date: Some(self.end), state };
                self.become_state(state, event)
            }
        }
    }

    fn extend(&mut self) -> TrainingExtended {
        let previous_end_date = Some(self.end);
        self.end = self.end + Days::new(30);
        TrainingExtended { trainee_id: self.id, previous_end_date, expected_end_date: self.end }
    }

    fn withdraw(&mut self, rng: &mut StdRng, today: NaiveDate) -> TraineeEvent {
        let reason = WithdrawalReason::ALL[rng.random_range(0..WithdrawalReason::ALL.len())];
        let event = TraineeWithdrawn {
            trainee_id: self.id,
            withdrawal_date: today,
            trigger: WithdrawalTrigger::Provider,
            reasons: vec![reason],
            another_reason: None,
            safeguarding_concern_reasons: None,
            future_interest: FutureInterest::Unknown,
            state_before: self.state.unwrap_or(TraineeState::TrnReceived),
        };
        self.become_state(TraineeState::Withdrawn, event)
    }
}

pub(crate) fn registered(trainee_id: TraineeId) -> TraineeRegistered {
    let person = TraineePerson {
        first_names: Personal::Open("Finn".to_owned()),
        last_names: Personal::Open("Fiction".to_owned()),
        date_of_birth: None,
        email: None,
        provider_trainee_id: None,
        hesa_id: None,
    };
    let training = Training {
        route: Route::ProviderLedPostgrad,
        phase: None,
        age_range: None,
        subjects: Vec::new(),
        training_partner: None,
        employing_school: None,
        itt_start_date: NaiveDate::from_ymd_opt(2025, 9, 1),
        trainee_start_date: None,
        expected_end_date: NaiveDate::from_ymd_opt(2026, 7, 1),
        degrees: Vec::new(),
        placements: Vec::new(),
    };
    TraineeRegistered { trainee_id, provider: slug("A1"), person, training, from_hesa: false }
}
