//! What codes are called on support's pages.

use domain::policies::mistake_reasons;
use events_schema::codes::{CameBy, CaseOutcome, CaseSubject, ErasureReason, MistakeReason, TaskSubject};
use projections::{HandOverState, PartnershipState};

use crate::web::components::Choice;

/// What a case is about, by the code of its subject.
pub(super) fn subject(code: &str) -> String {
    let of_partnership = CaseSubject::from_code(code).map(|subject| match subject {
        CaseSubject::PartnershipAlreadyChallenged => "Reported already, something is still wrong",
        CaseSubject::PartnershipIssue => "Question about a partnership",
        CaseSubject::ReportWindowClosed => "Report after the last day",
    });
    let task = || TaskSubject::from_code(code).map(task);
    of_partnership.or_else(task).map_or_else(|| code.to_owned(), str::to_owned)
}

/// Every subject, in the order of the filter.
pub(super) fn subjects() -> impl Iterator<Item = &'static str> {
    let tasks = TaskSubject::ALL.iter().map(|subject| subject.code());
    CaseSubject::ALL.iter().map(|subject| subject.code()).chain(tasks)
}

/// What has to be done about a trainee.
pub(super) fn task(subject: TaskSubject) -> &'static str {
    match subject {
        TaskSubject::WithdrawalUndone => "Withdrawal undone",
        TaskSubject::RecommendationRescinded => "Recommendation rescinded",
        TaskSubject::TeachingRecordRefused => "Teaching record refused",
        TaskSubject::TrnOverdue => "TRN overdue",
        TaskSubject::TrnRefused => "TRN refused",
    }
}

/// How a person came.
pub(super) fn came_by(came_by: CameBy) -> &'static str {
    match came_by {
        CameBy::Token => "By the link in an email",
        CameBy::SignedIn => "Signed in",
        CameBy::Service => "Through another service",
    }
}

/// How a case ended.
pub(super) fn outcome(outcome: CaseOutcome) -> &'static str {
    match outcome {
        CaseOutcome::PartnershipBroken => "The partnership was broken",
        CaseOutcome::PartnershipStands => "The partnership stands",
        CaseOutcome::Answered => "The question was answered",
        CaseOutcome::Closed => "There was nothing to do",
        CaseOutcome::RecordCorrected => "The teaching record was corrected",
    }
}

/// The ways in which a case about a partnership, or about a trainee, can end.
pub(super) fn outcomes(about_trainee: bool) -> Vec<Choice> {
    let fits = |it: &&CaseOutcome| match it {
        CaseOutcome::PartnershipBroken | CaseOutcome::PartnershipStands => !about_trainee,
        CaseOutcome::RecordCorrected => about_trainee,
        CaseOutcome::Answered | CaseOutcome::Closed => true,
    };
    CaseOutcome::ALL.iter().filter(fits).map(|it| Choice::new(it.code(), outcome(*it))).collect()
}

/// How a partnership stands.
pub(super) fn state(state: PartnershipState) -> &'static str {
    match state {
        PartnershipState::Open => "In force, can be reported",
        PartnershipState::Settled => "In force",
        PartnershipState::Broken => "Broken",
    }
}

/// The colour of that.
pub(super) fn colour(state: PartnershipState) -> &'static str {
    match state {
        PartnershipState::Open => "govuk-tag--blue",
        PartnershipState::Settled => "govuk-tag--green",
        PartnershipState::Broken => "govuk-tag--red",
    }
}

/// Where a hand-over stands.
pub(super) fn hand_over(state: HandOverState) -> &'static str {
    match state {
        HandOverState::Due => "To be handed over",
        HandOverState::Told => "Handed over, no answer yet",
        HandOverState::Unanswered => "No answer, will be tried again",
        HandOverState::Accepted => "Accepted",
        HandOverState::Refused => "Refused",
        HandOverState::Dropped => "Not handed over",
    }
}

/// The five reasons of a school.
pub(super) fn mistakes() -> Vec<Choice> {
    MistakeReason::ALL.iter().map(|reason| Choice::new(reason.code(), mistake_reasons::label(*reason))).collect()
}

/// Why somebody is erased.
pub(super) fn erasure(reason: ErasureReason) -> &'static str {
    match reason {
        ErasureReason::PersonAsked => "The person asked for it",
        ErasureReason::NoLongerNeeded => "Nothing of it is needed any more",
        ErasureReason::UnlawfullyKept => "It should never have been kept",
        ErasureReason::LegalObligation => "A court or the regulator decided it",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_subject_has_a_name_of_its_own() {
        let names: BTreeSet<String> = subjects().map(subject).collect();
        assert_eq!(names.len(), subjects().count());
        assert!(subjects().all(|code| subject(code) != code), "{names:?}");
    }
}
