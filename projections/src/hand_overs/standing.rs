//! One row per trainee that the teaching record was to be told of: what, how often it was tried, what it answered.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{RecordAnswer, RecordStatus},
    envelope::{Position, Recorded, StreamId, Version},
    events::{
        Event,
        hand_over::{HandOverDropped, HandOverDue, HandOverEvent, RecordContent, TeachingRecordAnswered},
    },
    ids::{CorrelationId, EventId, TraineeId},
};
use serde::{Deserialize, Serialize};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

/// Where a hand-over stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverState {
    /// To be told.
    Due,
    /// Told, no answer yet.
    Told,
    /// Told in vain; to be told again.
    Unanswered,
    /// The record holds it.
    Accepted,
    /// The record refused it; a person has to look.
    Refused,
    /// Not told: the recommendation was taken back.
    Dropped,
}

impl HandOverState {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Told => "told",
            Self::Unanswered => "unanswered",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}

row! {
    /// A trainee's hand-over as it stands.
    keyed HandOverRow in "hand_overs", key(stream), index("(next_at) where next_at is not null", "(state)") {
        /// The hand-over's stream.
        stream: StreamId,
        /// About whom.
        trainee_id: TraineeId,
        /// Which hand-over of this trainee, from 1.
        number: i32,
        /// Where it stands.
        state: HandOverState,
        /// The status to be told.
        status: RecordStatus,
        /// With `Holds`, since when.
        holds_from: Option<NaiveDate>,
        /// Expected end of training.
        training_end: Option<NaiveDate>,
        /// When it became due (UTC).
        due_since: DateTime<Utc>,
        /// The next attempt (UTC), if there is to be one.
        next_at: Option<DateTime<Utc>>,
        /// Attempts so far.
        attempts: i32,
        /// The last attempt (UTC).
        last_told_at: Option<DateTime<Utc>>,
        /// What came of it.
        last_answer: Option<RecordAnswer>,
        /// With which code.
        last_code: Option<i32>,
        /// The event that made it due.
        due_event: EventId,
        /// What that followed from.
        correlation_id: CorrelationId,
        /// Version of the stream.
        version: Version,
        /// Position of the last event.
        position: Position,
    }
}

/// Keeps a row per trainee.
pub(crate) struct HandOvers;

impl Projection for HandOvers {
    type Row = HandOverRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::HandOver(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<HandOverRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::HandOver(event) = &recorded.event else { return Ok(()) };
        if let HandOverEvent::HandOverDue(event) = event {
            *rows = vec![became_due(recorded, event)];
            return Ok(());
        }
        let row = rows.first_mut().ok_or_else(|| Unfit(format!("{} was never due", recorded.stream)))?;
        fold(row, recorded, event);
        row.version = recorded.version;
        row.position = recorded.position;
        Ok(())
    }
}

fn became_due(recorded: &Recorded<Event>, event: &HandOverDue) -> HandOverRow {
    let RecordContent { status, holds_from, training_end } = event.content;
    HandOverRow {
        stream: recorded.stream.clone(),
        trainee_id: event.trainee_id,
        number: counted(event.number),
        state: HandOverState::Due,
        status,
        holds_from,
        training_end,
        due_since: recorded.happened_at,
        next_at: Some(event.not_before),
        attempts: 0,
        last_told_at: None,
        last_answer: None,
        last_code: None,
        due_event: recorded.event_id,
        correlation_id: recorded.origin.correlation_id,
        version: recorded.version,
        position: recorded.position,
    }
}

/// What is about an earlier hand-over than the one due now changes nothing that is shown.
fn fold(row: &mut HandOverRow, recorded: &Recorded<Event>, event: &HandOverEvent) {
    match event {
        HandOverEvent::TeachingRecordTold(event) if counted(event.number) == row.number => {
            row.state = HandOverState::Told;
            row.attempts = counted(event.attempt);
            row.last_told_at = Some(recorded.happened_at);
        }
        HandOverEvent::TeachingRecordAnswered(event) if counted(event.number) == row.number => answered(row, event),
        HandOverEvent::HandOverDropped(event) => dropped(row, event),
        _ => {}
    }
}

fn answered(row: &mut HandOverRow, event: &TeachingRecordAnswered) {
    row.state = match event.answer {
        RecordAnswer::Accepted | RecordAnswer::AlreadyHolds => HandOverState::Accepted,
        RecordAnswer::Refused => HandOverState::Refused,
        RecordAnswer::Unanswered => HandOverState::Unanswered,
    };
    row.last_answer = Some(event.answer);
    row.last_code = event.code.map(counted);
    row.next_at = event.again_at;
}

fn dropped(row: &mut HandOverRow, event: &HandOverDropped) {
    let RecordContent { status, holds_from, training_end } = event.content;
    row.state = HandOverState::Dropped;
    (row.status, row.holds_from, row.training_end) = (status, holds_from, training_end);
    row.next_at = None;
}

fn counted(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use events_schema::events::hand_over::TeachingRecordTold;
    use uuid::Uuid;

    use super::*;
    use crate::projection::given::{first_day, rows};

    const ID: TraineeId = TraineeId(Uuid::nil());

    fn content() -> RecordContent {
        RecordContent { status: RecordStatus::Holds, holds_from: None, training_end: None }
    }

    fn after(events: Vec<HandOverEvent>) -> HandOverRow {
        let due = HandOverDue { trainee_id: ID, number: 1, content: content(), not_before: first_day() };
        let events: Vec<_> = std::iter::once(due.into()).chain(events).map(Event::HandOver).collect();
        rows::<HandOvers>(&StreamId::new("hand_over", ID), &events).expect("they fit").remove(0)
    }

    fn told(number: u32) -> HandOverEvent {
        TeachingRecordTold { trainee_id: ID, number, attempt: 1, content: content() }.into()
    }

    fn answered(number: u32, answer: RecordAnswer) -> HandOverEvent {
        let again_at = (answer == RecordAnswer::Unanswered).then(first_day);
        let (content, code) = (content(), Some(503));
        TeachingRecordAnswered { trainee_id: ID, number, attempt: 1, content, answer, code, again_at }.into()
    }

    #[test]
    fn what_is_told_but_not_answered_is_still_to_be_told() {
        let row = after(vec![told(1)]);
        assert_eq!((row.state, row.attempts, row.next_at.is_some()), (HandOverState::Told, 1, true));
    }

    #[test]
    fn an_answer_ends_it_or_says_when_it_is_told_again() {
        let row = after(vec![told(1), answered(1, RecordAnswer::Unanswered)]);
        assert_eq!((row.state, row.last_code, row.next_at), (HandOverState::Unanswered, Some(503), Some(first_day())));
        let row = after(vec![told(1), answered(1, RecordAnswer::Refused)]);
        assert_eq!((row.state, row.next_at), (HandOverState::Refused, None));
    }

    #[test]
    fn an_answer_to_what_is_overtaken_changes_nothing() {
        let due = HandOverDue { trainee_id: ID, number: 2, content: content(), not_before: first_day() };
        let row = after(vec![told(1), due.into(), answered(1, RecordAnswer::Accepted)]);
        assert_eq!((row.number, row.state, row.next_at), (2, HandOverState::Due, Some(first_day())));
    }
}
