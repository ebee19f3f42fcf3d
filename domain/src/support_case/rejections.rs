//! Why a support case says no: one function per code, each with its rule.

use events_schema::{
    codes::{CaseOutcome, CaseSubject},
    ids::SupportCaseId,
};

use crate::{rejection::rejections, text::listed};

rejections! {
    /// A case is about something.
    subject_missing(), "partnerships/3.5" =>
        format!("No subject was given; say what the case is about: {}.", subjects());

    /// The subject is none of the list.
    subject_unknown(), "partnerships/3.5" =>
        format!("The subject given is not known; give {}.", subjects());

    /// There is no such case.
    unknown_case(id: SupportCaseId), "partnerships/3.2" =>
        format!("There is no support case {id}; check the id.");

    /// The case ended before.
    case_already_resolved(id: SupportCaseId), "partnerships/3.2" =>
        format!("Support case {id} is already resolved; there is nothing to do.");

    /// A case ends in one of the outcomes.
    outcome_missing(), "partnerships/3.5" =>
        format!("No outcome was given; say how the case ended: {}.", outcomes());

    /// The outcome is none of the list.
    outcome_unknown(), "partnerships/3.5" =>
        format!("The outcome given is not known; give {}.", outcomes());

    /// An outcome needs words.
    comment_missing(), "partnerships/3.5" =>
        "No comment was given; say what was done and why.";

    /// Texts have a bound.
    text_too_long(field: &str, longest: usize), "partnerships/3.5" =>
        format!("The {field} is longer than {longest} characters; shorten it.");
}

fn subjects() -> String {
    listed(CaseSubject::ALL.iter().map(|subject| subject.code()))
}

fn outcomes() -> String {
    listed(CaseOutcome::ALL.iter().map(|outcome| outcome.code()))
}
