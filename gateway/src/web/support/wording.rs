//! What codes are called on support's pages.

use events_schema::codes::{CaseOutcome, CaseSubject, ErasureReason, MistakeReason, TaskSubject};
use projections::{HandOverState, PartnershipState};

use crate::web::components::Choice;

/// What a case is about, by the code of its subject.
pub(super) fn subject(code: &str) -> &'static str {
    let of_partnership = CaseSubject::from_code(code).map(CaseSubject::words);
    of_partnership.or_else(|| TaskSubject::from_code(code).map(TaskSubject::words)).unwrap_or("Case")
}

/// Every subject, in the order of the filter.
pub(super) fn subjects() -> impl Iterator<Item = &'static str> {
    let tasks = TaskSubject::ALL.iter().map(|subject| subject.code());
    CaseSubject::ALL.iter().map(|subject| subject.code()).chain(tasks)
}

/// The ways in which a case about a partnership, or about a trainee, can end.
pub(super) fn outcomes(about_trainee: bool) -> Vec<Choice> {
    let fits = |it: &&CaseOutcome| match it {
        CaseOutcome::PartnershipBroken | CaseOutcome::PartnershipStands => !about_trainee,
        CaseOutcome::RecordCorrected => about_trainee,
        CaseOutcome::Answered | CaseOutcome::Closed => true,
    };
    CaseOutcome::ALL.iter().filter(fits).map(|it| Choice::new(it.code(), it.words())).collect()
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
    MistakeReason::ALL.iter().map(|reason| Choice::new(reason.code(), reason.words())).collect()
}

/// Why somebody is erased.
pub(super) fn erasures() -> Vec<Choice> {
    ErasureReason::ALL.iter().map(|reason| Choice::new(reason.code(), reason.words())).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_subject_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = subjects().map(subject).collect();
        assert_eq!(names.len(), subjects().count());
        assert!(!names.contains("Case"), "{names:?}");
    }
}
