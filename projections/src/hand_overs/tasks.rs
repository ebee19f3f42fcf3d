//! One row per task that support was given about a trainee; open until the case is resolved.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{CaseOutcome, TaskSubject},
    envelope::{Recorded, StreamId},
    events::{
        Event,
        support_case::{SupportCaseEvent, TraineeTaskOpened},
    },
    ids::{SupportCaseId, TraineeId},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// Something that support has to do about a trainee, or has done.
    keyed TraineeTaskRow in "trainee_tasks", key(stream),
    index("(opened_at) where resolved_at is null", "(trainee_id)") {
        /// The case's stream.
        stream: StreamId,
        /// The case.
        case_id: SupportCaseId,
        /// About whom.
        trainee_id: TraineeId,
        /// What has to be done.
        subject: TaskSubject,
        /// The code that the teaching record answered.
        record_code: Option<i32>,
        /// Since when (UTC).
        opened_at: DateTime<Utc>,
        /// When it was done (UTC).
        resolved_at: Option<DateTime<Utc>>,
        /// How it ended.
        outcome: Option<CaseOutcome>,
    }
}

/// Keeps a row per case about a trainee; other cases leave none.
pub(crate) struct TraineeTasks;

impl Projection for TraineeTasks {
    type Row = TraineeTaskRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::SupportCase(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<TraineeTaskRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        match &recorded.event {
            Event::SupportCase(SupportCaseEvent::TraineeTaskOpened(it)) => rows.push(opened(recorded, it)),
            Event::SupportCase(SupportCaseEvent::SupportCaseResolved(it)) => {
                for row in rows {
                    row.resolved_at = Some(recorded.happened_at);
                    row.outcome = Some(it.outcome);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn opened(recorded: &Recorded<Event>, event: &TraineeTaskOpened) -> TraineeTaskRow {
    TraineeTaskRow {
        stream: recorded.stream.clone(),
        case_id: event.case_id,
        trainee_id: event.trainee_id,
        subject: event.subject,
        record_code: event.record_code.and_then(|code| i32::try_from(code).ok()),
        opened_at: recorded.happened_at,
        resolved_at: None,
        outcome: None,
    }
}
