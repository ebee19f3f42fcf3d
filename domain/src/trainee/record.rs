//! A trainee's record as its rules need it, and what each event does to it.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, TraineeState},
    events::trainee::{
        TraineeDetailsAmended, TraineeEvent, TraineePerson, TraineeRecommendedForQts, TraineeRegistered,
        TraineeReinstated, Training,
    },
    ids::{TraineeId, TrainingProviderCode, Trn},
    personal::Personal,
};
use uuid::Uuid;

use crate::policies::teaching_record::Standing;

/// A trainee's record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which record.
    pub trainee_id: TraineeId,
    /// Whose trainee.
    pub provider: TrainingProviderCode,
    /// Where it stands.
    pub state: TraineeState,
    /// Who the trainee is.
    pub person: TraineePerson,
    /// What they train for.
    pub training: Training,
    /// It came from HESA.
    pub from_hesa: bool,
    /// The request for a TRN, once there is one.
    pub trn_request: Option<Uuid>,
    /// The number, once held.
    pub trn: Option<Personal<Trn>>,
    /// Since when deferred, if there was a date; gone once reinstated, kept while withdrawn for the undo.
    pub defer_date: Option<NaiveDate>,
    /// What was recommended, unless rescinded.
    pub recommendation: Option<Recommendation>,
    /// Where a withdrawn record stood before.
    pub state_before_withdrawal: Option<TraineeState>,
}

/// A recommendation that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recommendation {
    /// The day on which the standards were met.
    pub outcome_date: NaiveDate,
    /// When the provider recommended (UTC).
    pub recommended_for_award_at: DateTime<Utc>,
    /// For which status.
    pub award: AwardType,
}

impl Record {
    /// A record as registered, in draft.
    pub(super) fn new(registered: &TraineeRegistered) -> Self {
        Self {
            trainee_id: registered.trainee_id,
            provider: registered.provider.clone(),
            state: TraineeState::Draft,
            person: registered.person.clone(),
            training: registered.training.clone(),
            from_hesa: registered.from_hesa,
            trn_request: None,
            trn: None,
            defer_date: None,
            recommendation: None,
            state_before_withdrawal: None,
        }
    }

    /// As much of the record as decides what the teaching record is told.
    pub fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            route: self.training.route,
            trn_held: self.trn.as_ref().is_some_and(|trn| trn.value().is_some()),
            outcome_date: self.recommendation.map(|it| it.outcome_date),
            training_end: self.training.expected_end_date,
        }
    }

    /// The course had begun on a day.
    pub(super) fn course_begun(&self, on: NaiveDate) -> bool {
        self.training.itt_start_date.is_some_and(|start| start <= on)
    }

    /// The trainee is known to have started by a day.
    pub(super) fn trainee_started(&self, by: NaiveDate) -> bool {
        self.training.trainee_start_date.is_some_and(|start| start <= by)
    }

    /// In training: with a TRN, or waiting for it.
    pub(super) fn state_in_training(&self) -> TraineeState {
        if self.trn.is_some() { TraineeState::TrnReceived } else { TraineeState::SubmittedForTrn }
    }

    /// The record after an event.
    pub(super) fn evolve(&mut self, event: &TraineeEvent) {
        match event {
            TraineeEvent::TraineeRegistered(_) => {}
            TraineeEvent::TraineeDetailsAmended(event) => self.amended(event),
            TraineeEvent::TraineeSubmittedForTrn(event) => {
                self.trn_request = Some(event.request_id);
                self.state = TraineeState::SubmittedForTrn;
            }
            TraineeEvent::TrnRecorded(event) => self.trn_recorded(&event.trn),
            TraineeEvent::TraineeRecommendedForQts(event) => self.recommended(event),
            TraineeEvent::QtsAwarded(_) => self.state = TraineeState::Awarded,
            TraineeEvent::TraineeDeferred(event) => {
                self.defer_date = event.defer_date;
                self.state = TraineeState::Deferred;
            }
            TraineeEvent::TraineeReinstated(event) => self.reinstated(event),
            TraineeEvent::TrainingExtended(event) => self.training.expected_end_date = Some(event.expected_end_date),
            TraineeEvent::TraineeWithdrawn(event) => {
                self.state_before_withdrawal = Some(event.state_before);
                self.state = TraineeState::Withdrawn;
            }
            TraineeEvent::WithdrawalUndone(event) => {
                self.state_before_withdrawal = None;
                self.state = event.state;
            }
            TraineeEvent::RecommendationRescinded(_) => {
                self.recommendation = None;
                self.state = TraineeState::TrnReceived;
            }
        }
    }

    fn amended(&mut self, event: &TraineeDetailsAmended) {
        if let Some(person) = &event.person {
            self.person = person.clone();
        }
        if let Some(training) = &event.training {
            self.training = training.clone();
        }
        if event.defer_date.is_some() {
            self.defer_date = event.defer_date;
        }
    }

    /// A TRN moves only a trainee who waits for one: arriving TRNs once un-deferred people (DOMAIN 4.4).
    fn trn_recorded(&mut self, trn: &Personal<Trn>) {
        self.trn = Some(trn.clone());
        if self.state == TraineeState::SubmittedForTrn {
            self.state = TraineeState::TrnReceived;
        }
    }

    fn recommended(&mut self, event: &TraineeRecommendedForQts) {
        self.recommendation = Some(Recommendation {
            outcome_date: event.outcome_date,
            recommended_for_award_at: event.recommended_for_award_at,
            award: event.award,
        });
        self.state = TraineeState::RecommendedForAward;
    }

    /// Where no start was ever recorded, the return is the start (DOMAIN 4.8).
    fn reinstated(&mut self, event: &TraineeReinstated) {
        self.defer_date = None;
        self.state = event.state;
        self.training.trainee_start_date = self.training.trainee_start_date.or(event.return_date);
        self.training.expected_end_date = event.expected_end_date.or(self.training.expected_end_date);
    }
}
