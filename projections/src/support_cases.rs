//! Support cases: one row per report, question or task of DfE support, with its context and how it ended.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{CameBy, CaseOutcome, MistakeReason},
    envelope::{Position, Recorded, StreamId},
    events::{
        Event, EventSet,
        support_case::{ReportPassedToSupport, SupportCaseEvent, SupportCaseResolved, TraineeTaskOpened},
    },
    ids::{Cohort, PartnershipId, SupportCaseId, TraineeId, Urn},
};
use serde::Serialize;
use sqlx::postgres::PgRow;

use crate::{
    fault::{During, ViewFault},
    projection::{Folded, Projection, Unfit},
    row::{Row, columns, row},
    view::View,
    views::{Views, read, select},
};

/// The view.
pub const VIEW: View = View {
    name: "support_cases",
    version: 1,
    events: &[SupportCaseEvent::TYPES],
    refusals: false,
    tables: || vec![Folded::<Cases>::boxed()],
};

row! {
    /// A support case as it stands.
    keyed CaseRow in "cases", key(stream),
    index("(opened_at) where resolved_at is null", "(partnership_id) where partnership_id is not null",
          "(school_urn) where school_urn is not null", "(trainee_id) where trainee_id is not null") {
        /// Its stream.
        stream: StreamId,
        /// Which.
        case_id: SupportCaseId,
        /// What it is about: the code of a case's subject, or of a task's.
        subject: String,
        /// The partnership, if it is about one.
        partnership_id: Option<PartnershipId>,
        /// The school, if it is about one.
        school_urn: Option<Urn>,
        /// The cohort, if it is about one.
        cohort: Option<Cohort>,
        /// The reason the school gave, if it gave one.
        reason: Option<MistakeReason>,
        /// What the school asks for.
        details: Option<String>,
        /// How the person came, if a person did.
        came_by: Option<CameBy>,
        /// The trainee, if it is about one.
        trainee_id: Option<TraineeId>,
        /// The code that the teaching record answered, if it did.
        record_code: Option<i32>,
        /// Who opened it: actor kind and opaque id.
        opened_by: String,
        /// Since when (UTC).
        opened_at: DateTime<Utc>,
        /// When it was closed (UTC).
        resolved_at: Option<DateTime<Utc>>,
        /// Who closed it: actor kind and opaque id.
        resolved_by: Option<String>,
        /// How it ended.
        outcome: Option<CaseOutcome>,
        /// What was done and why.
        comment: Option<String>,
        /// Position of the event that opened it.
        position: Position,
    }
}

/// Which cases are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Those that are closed instead of those that are open.
    pub resolved: bool,
    /// Of one subject only, by its code.
    pub subject: Option<String>,
}

/// How many cases of a subject there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct CaseCount {
    /// The subject's code.
    pub subject: String,
    /// Open ones.
    pub open: i64,
    /// Closed ones.
    pub resolved: i64,
}

/// Keeps a row per case.
pub(crate) struct Cases;

impl Projection for Cases {
    type Row = CaseRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::SupportCase(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<CaseRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::SupportCase(event) = &recorded.event else { return Ok(()) };
        match event {
            SupportCaseEvent::ReportPassedToSupport(event) => rows.push(passed(recorded, event)),
            SupportCaseEvent::TraineeTaskOpened(event) => rows.push(task(recorded, event)),
            SupportCaseEvent::SupportCaseResolved(event) => {
                let row = rows.last_mut().ok_or_else(|| Unfit(format!("case {} was never opened", event.case_id)))?;
                resolved(row, recorded, event);
            }
        }
        Ok(())
    }
}

fn passed(recorded: &Recorded<Event>, event: &ReportPassedToSupport) -> CaseRow {
    CaseRow {
        partnership_id: Some(event.partnership_id),
        school_urn: Some(event.school_urn.clone()),
        cohort: Some(event.cohort),
        reason: event.reason,
        details: event.details.clone(),
        came_by: Some(event.came_by),
        ..opened(recorded, event.case_id, event.subject.code())
    }
}

fn task(recorded: &Recorded<Event>, event: &TraineeTaskOpened) -> CaseRow {
    CaseRow {
        trainee_id: Some(event.trainee_id),
        record_code: event.record_code.and_then(|code| i32::try_from(code).ok()),
        ..opened(recorded, event.case_id, event.subject.code())
    }
}

fn opened(recorded: &Recorded<Event>, case_id: SupportCaseId, subject: &str) -> CaseRow {
    CaseRow {
        stream: recorded.stream.clone(),
        case_id,
        subject: subject.to_owned(),
        partnership_id: None,
        school_urn: None,
        cohort: None,
        reason: None,
        details: None,
        came_by: None,
        trainee_id: None,
        record_code: None,
        opened_by: recorded.origin.actor.to_string(),
        opened_at: recorded.happened_at,
        resolved_at: None,
        resolved_by: None,
        outcome: None,
        comment: None,
        position: recorded.position,
    }
}

fn resolved(row: &mut CaseRow, recorded: &Recorded<Event>, event: &SupportCaseResolved) {
    row.resolved_at = Some(recorded.happened_at);
    row.resolved_by = Some(recorded.origin.actor.to_string());
    row.outcome = Some(event.outcome);
    row.comment = Some(event.comment.clone());
}

impl Views {
    /// One support case.
    pub async fn case(&self, id: SupportCaseId) -> Result<Option<CaseRow>, ViewFault> {
        let select = select::<CaseRow>("view_support_cases", "stream = $1");
        let found = sqlx::query(&select).bind(format!("support_case-{id}")).fetch_optional(&self.pool).await;
        read(found.during("find a support case")?.as_ref())
    }

    /// Cases, those that wait longest first and of the closed ones the latest first; after so many, at most `limit`.
    pub async fn cases(&self, wanted: &CaseFilter, after: i64, limit: i64) -> Result<Vec<CaseRow>, ViewFault> {
        let select = format!(
            "select {} from view_support_cases.cases
             where (resolved_at is not null) = $1 and ($2::text is null or subject = $2)
             order by resolved_at desc nulls first, opened_at, position offset $3 limit $4",
            columns::<CaseRow>()
        );
        let query = sqlx::query(&select).bind(wanted.resolved).bind(&wanted.subject).bind(after).bind(limit);
        rows(query.fetch_all(&self.pool).await)
    }

    /// Every case about a school, the latest first.
    pub async fn cases_of_school(&self, urn: &Urn) -> Result<Vec<CaseRow>, ViewFault> {
        let select = select::<CaseRow>("view_support_cases", "school_urn = $1 order by position desc");
        rows(sqlx::query(&select).bind(urn.as_str()).fetch_all(&self.pool).await)
    }

    /// How many cases of each subject there are.
    pub async fn case_counts(&self) -> Result<Vec<CaseCount>, ViewFault> {
        const COUNTS: &str = "select subject, count(*) filter (where resolved_at is null) as open,
                   count(*) filter (where resolved_at is not null) as resolved
            from view_support_cases.cases group by subject order by subject";
        sqlx::query_as(COUNTS).fetch_all(&self.pool).await.during("count support cases")
    }
}

fn rows(found: sqlx::Result<Vec<PgRow>>) -> Result<Vec<CaseRow>, ViewFault> {
    let rows: Result<Vec<_>, _> = found.during("look support cases up")?.iter().map(CaseRow::get).collect();
    rows.during("read support cases")
}

#[cfg(test)]
mod tests {
    use events_schema::{codes::CaseSubject, ids::Parse};
    use uuid::Uuid;

    use super::*;
    use crate::projection::given::rows;

    const CASE: SupportCaseId = SupportCaseId(Uuid::nil());

    fn passed() -> SupportCaseEvent {
        ReportPassedToSupport {
            case_id: CASE,
            subject: CaseSubject::ReportWindowClosed,
            partnership_id: PartnershipId(Uuid::nil()),
            school_urn: Urn::parse("100120").expect("digits"),
            cohort: Cohort::starting(2025).expect("a year"),
            reason: Some(MistakeReason::NotConfirmed),
            details: None,
            came_by: CameBy::Token,
        }
        .into()
    }

    fn resolved() -> SupportCaseEvent {
        SupportCaseResolved { case_id: CASE, outcome: CaseOutcome::Answered, comment: "Told the school".into() }.into()
    }

    fn after(events: Vec<SupportCaseEvent>) -> Result<Vec<CaseRow>, Unfit> {
        let events: Vec<_> = events.into_iter().map(Event::SupportCase).collect();
        rows::<Cases>(&StreamId::new("support_case", CASE), &events)
    }

    #[test]
    fn a_case_is_open_with_its_context_until_it_is_resolved() {
        let open = after(vec![passed()]).expect("fits").remove(0);
        assert_eq!((open.subject.as_str(), open.reason), ("report-window-closed", Some(MistakeReason::NotConfirmed)));
        assert_eq!((open.came_by, open.resolved_at), (Some(CameBy::Token), None));
        let closed = after(vec![passed(), resolved()]).expect("fits").remove(0);
        assert_eq!((closed.outcome, closed.comment.as_deref()), (Some(CaseOutcome::Answered), Some("Told the school")));
        assert!(closed.resolved_at.is_some() && closed.resolved_by.is_some());
    }

    #[test]
    fn a_case_that_was_never_opened_stops_the_view() {
        assert!(after(vec![resolved()]).is_err());
    }
}
