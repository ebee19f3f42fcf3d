//! What a support case answers, one function per command.

use events_schema::{
    actor::{Actor, ActorKind},
    codes::{CameBy, CaseOutcome, CaseSubject},
    events::support_case::{ReportPassedToSupport, SupportCaseEvent, SupportCaseResolved, TraineeTaskOpened},
    ids::{SupportCaseId, Urn},
};

use super::{OpenTraineeTask, PassReportToSupport, ResolveSupportCase, SupportCase, rejections as refused};
use crate::{
    facts::CaseFacts,
    policies::mistake_reasons,
    rejection::Rejection,
    school_partnership::rejections::{not_yours, unknown_partnership},
    text::{self, present},
};

type Decision = Result<Vec<SupportCaseEvent>, Rejection>;

/// Opened whatever the state of the partnership: support helps with open, settled and broken ones alike.
pub(super) fn pass(state: SupportCase, command: &PassReportToSupport, facts: &CaseFacts) -> Decision {
    let id = command.partnership_id;
    let (school_urn, cohort) = facts.partnership.clone().ok_or_else(|| unknown_partnership(id))?;
    of_the_school(command, &school_urn, &facts.circumstances.actor)?;
    if state != SupportCase::Unknown {
        return Ok(vec![]);
    }
    let passed = ReportPassedToSupport {
        case_id: SupportCaseId(facts.circumstances.new_id),
        subject: subject(command.subject.as_deref())?,
        partnership_id: id,
        school_urn,
        cohort,
        reason: (present(command.reason.as_deref())).map(|code| mistake_reasons::chosen(Some(code))).transpose()?,
        details: text::optional(command.details.as_deref(), "request")?,
        came_by: command.came_by.unwrap_or(CameBy::Service),
    };
    Ok(vec![passed.into()])
}

/// Opened once; whoever opens it again finds it there.
pub(super) fn open_task(state: SupportCase, command: &OpenTraineeTask) -> Vec<SupportCaseEvent> {
    if state != SupportCase::Unknown {
        return vec![];
    }
    let OpenTraineeTask { case_id, trainee_id, subject, record_code } = *command;
    vec![TraineeTaskOpened { case_id, subject, trainee_id, record_code }.into()]
}

/// An outcome and a comment, once.
pub(super) fn resolve(state: SupportCase, command: &ResolveSupportCase) -> Decision {
    match state {
        SupportCase::Unknown => return Err(refused::unknown_case(command.case_id)),
        SupportCase::Resolved => return Err(refused::case_already_resolved(command.case_id)),
        SupportCase::Open => {}
    }
    let resolved = SupportCaseResolved {
        case_id: command.case_id,
        outcome: outcome(command.outcome.as_deref())?,
        comment: text::required(command.comment.as_deref(), "comment", refused::comment_missing)?,
    };
    Ok(vec![resolved.into()])
}

fn of_the_school(command: &PassReportToSupport, urn: &Urn, actor: &Actor) -> Result<(), Rejection> {
    match actor.kind {
        ActorKind::Support => Ok(()),
        ActorKind::School if actor.id == urn.as_str() => Ok(()),
        _ => Err(not_yours(format_args!("partnership {}", command.partnership_id))),
    }
}

fn subject(given: Option<&str>) -> Result<CaseSubject, Rejection> {
    let code = present(given).ok_or_else(refused::subject_missing)?;
    CaseSubject::from_code(code).ok_or_else(refused::subject_unknown)
}

fn outcome(given: Option<&str>) -> Result<CaseOutcome, Rejection> {
    let code = present(given).ok_or_else(refused::outcome_missing)?;
    CaseOutcome::from_code(code).ok_or_else(refused::outcome_unknown)
}
