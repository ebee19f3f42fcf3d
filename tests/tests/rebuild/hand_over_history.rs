//! What the teaching record is told of a trainee, what it answers, what support then has to do, and who is erased.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    codes::{CaseOutcome, ErasureReason, RecordAnswer, RecordStatus, TaskSubject},
    envelope::StreamId,
    events::{
        Event,
        hand_over::{
            HandOverDropped, HandOverDue, HandOverEvent, RecordContent, TeachingRecordAnswered, TeachingRecordTold,
        },
        person::{PersonErased, PersonEvent},
        support_case::{SupportCaseEvent, SupportCaseResolved, TraineeTaskOpened},
    },
    ids::{PersonId, SupportCaseId, TraineeId},
};
use rand::{Rng, rngs::StdRng};
use uuid::Uuid;

const CONTENT: RecordContent = RecordContent { status: RecordStatus::InTraining, holds_from: None, training_end: None };

/// A hand-over as the history remembers it, by how many events it has.
#[derive(Default)]
pub(crate) struct HandOvers {
    number: u32,
    told: bool,
    tasks: Vec<SupportCaseId>,
}

impl HandOvers {
    /// The next event about a trainee, with its stream.
    pub(crate) fn next(&mut self, rng: &mut StdRng, now: DateTime<Utc>) -> (StreamId, Event) {
        match rng.random_range(0..8) {
            0 => self.task(Uuid::from_u128(rng.random())),
            1 => erased(Uuid::from_u128(rng.random())),
            2 if self.number > 0 && !self.told => of_hand_over(HandOverDropped {
                trainee_id: one(),
                number: self.number,
                told_before: false,
                content: CONTENT,
            }),
            _ => self.tell(rng, now),
        }
    }

    fn tell(&mut self, rng: &mut StdRng, now: DateTime<Utc>) -> (StreamId, Event) {
        if self.told {
            self.told = false;
            let answers = RecordAnswer::ALL;
            let answer = answers[rng.random_range(0..answers.len())];
            let again_at = (answer == RecordAnswer::Unanswered).then(|| now + TimeDelta::minutes(1));
            let (number, code) = (self.number, Some(10_052));
            let trainee_id = one();
            let (attempt, content) = (1, CONTENT);
            return of_hand_over(TeachingRecordAnswered {
                trainee_id,
                number,
                attempt,
                content,
                answer,
                code,
                again_at,
            });
        }
        if self.number > 0 && rng.random_bool(0.6) {
            self.told = true;
            let number = self.number;
            return of_hand_over(TeachingRecordTold { trainee_id: one(), number, attempt: 1, content: CONTENT });
        }
        self.number += 1;
        let number = self.number;
        of_hand_over(HandOverDue { trainee_id: one(), number, content: CONTENT, not_before: now })
    }

    fn task(&mut self, id: Uuid) -> (StreamId, Event) {
        let event: SupportCaseEvent = if let Some(case_id) = self.tasks.pop() {
            let comment = "Corrected by hand".to_owned();
            SupportCaseResolved { case_id, outcome: CaseOutcome::RecordCorrected, comment }.into()
        } else {
            let (case_id, subject) = (SupportCaseId(id), TaskSubject::TrnOverdue);
            self.tasks.push(case_id);
            TraineeTaskOpened { case_id, subject, trainee_id: one(), record_code: None }.into()
        };
        let case_id = match &event {
            SupportCaseEvent::SupportCaseResolved(event) => event.case_id,
            SupportCaseEvent::TraineeTaskOpened(event) => event.case_id,
            SupportCaseEvent::ReportPassedToSupport(event) => event.case_id,
        };
        (StreamId::new("support_case", case_id), Event::SupportCase(event))
    }
}

fn erased(id: Uuid) -> (StreamId, Event) {
    let authority = "Data protection officer, decision 2026/17".to_owned();
    let event = PersonErased { person_id: PersonId(id), reason: ErasureReason::PersonAsked, authority };
    (StreamId::new("person", id), Event::Person(PersonEvent::from(event)))
}

/// The one trainee whose hand-over is followed.
fn one() -> TraineeId {
    TraineeId(Uuid::from_u128(0x0190_b0d2_7a3c_7c0e_9a51_0000_0000_0007))
}

fn of_hand_over(event: impl Into<HandOverEvent>) -> (StreamId, Event) {
    (StreamId::new("hand_over", one()), Event::HandOver(event.into()))
}
