//! Where a hand-over stands, and what each event does to it.

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{RecordAnswer, RecordStatus},
    events::hand_over::{HandOverDropped, HandOverDue, HandOverEvent, RecordContent, TeachingRecordAnswered},
};

/// The state of a trainee's hand-over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandOver {
    /// The last hand-over's number.
    pub(super) number: u32,
    /// What the record is still to be told.
    pub(super) due: Option<Due>,
    /// An attempt without an answer so far.
    pub(super) told: Option<Told>,
    /// What the record took last.
    pub(super) has: Option<RecordContent>,
    /// What it refused, unless something else is due since.
    pub(super) refused: Option<RecordContent>,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) content: RecordContent,
    pub(super) attempts: u32,
    pub(super) not_before: DateTime<Utc>,
}

/// An attempt that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) number: u32,
    pub(super) attempt: u32,
    pub(super) content: RecordContent,
}

impl HandOver {
    /// What the record holds as far as anybody here knows, or will hold once everything is told.
    pub(super) fn expected(&self) -> Option<RecordContent> {
        self.due.as_ref().map(|due| due.content).or(self.refused).or(self.has)
    }

    /// The record was told of an award, or may have been.
    pub(super) fn may_know_of_award(&self) -> bool {
        let told = self.told.as_ref().map(|told| told.content);
        let tried = self.due.as_ref().filter(|due| due.attempts > 0).map(|due| due.content);
        [self.has, told, tried].into_iter().flatten().any(|content| content.status == RecordStatus::Holds)
    }

    /// The state after an event.
    pub(super) fn apply(&mut self, event: &HandOverEvent) {
        match event {
            HandOverEvent::HandOverDue(event) => self.became_due(event),
            HandOverEvent::TeachingRecordTold(event) => {
                if let Some(due) = self.due.as_mut().filter(|_| self.number == event.number) {
                    due.attempts = event.attempt;
                }
                self.told = Some(Told { number: event.number, attempt: event.attempt, content: event.content });
            }
            HandOverEvent::TeachingRecordAnswered(event) => self.was_answered(event),
            HandOverEvent::HandOverDropped(event) => self.was_dropped(event),
        }
    }

    fn became_due(&mut self, event: &HandOverDue) {
        self.number = event.number;
        self.refused = None;
        self.due = Some(Due { content: event.content, attempts: 0, not_before: event.not_before });
    }

    fn was_answered(&mut self, event: &TeachingRecordAnswered) {
        self.told = None;
        let current = self.number == event.number;
        match event.answer {
            RecordAnswer::Accepted | RecordAnswer::AlreadyHolds => {
                self.has = Some(event.content);
                self.due.take_if(|_| current);
            }
            RecordAnswer::Refused => {
                if self.due.take_if(|_| current).is_some() {
                    self.refused = Some(event.content);
                }
            }
            RecordAnswer::Unanswered => {
                if let Some((due, again_at)) = self.due.as_mut().filter(|_| current).zip(event.again_at) {
                    due.not_before = again_at;
                }
            }
        }
    }

    /// What a person corrects by hand counts as corrected: what is told next shows whether it was.
    fn was_dropped(&mut self, event: &HandOverDropped) {
        self.due = None;
        self.refused = None;
        if event.told_before || event.content.status == RecordStatus::Holds {
            self.has = Some(event.content);
        }
    }
}
