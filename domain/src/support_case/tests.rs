//! What a support case does, told in sentences.

use events_schema::{
    codes::{CameBy, CaseOutcome, CaseSubject, MistakeReason},
    events::support_case::{ReportPassedToSupport, SupportCaseEvent, SupportCaseResolved},
    ids::SupportCaseId,
};

use super::{PassReportToSupport, ResolveSupportCase, SupportCase};
use crate::{
    school_partnership::tests::{SUPPORT, cohort, partnership, urn},
    spec::{self, Given, id},
};

fn given(history: impl IntoIterator<Item = SupportCaseEvent>) -> Given<SupportCase> {
    spec::given(history)
}

fn pass() -> PassReportToSupport {
    PassReportToSupport {
        partnership_id: partnership(1),
        subject: Some("report-window-closed".to_owned()),
        reason: Some("no_ects".to_owned()),
        details: Some(" We have nobody to train ".to_owned()),
        came_by: Some(CameBy::Token),
    }
}

fn passed() -> ReportPassedToSupport {
    ReportPassedToSupport {
        case_id: SupportCaseId(id(1)),
        subject: CaseSubject::ReportWindowClosed,
        partnership_id: partnership(1),
        school_urn: urn(),
        cohort: cohort(),
        reason: Some(MistakeReason::NoEcts),
        details: Some("We have nobody to train".to_owned()),
        came_by: CameBy::Token,
    }
}

fn resolve() -> ResolveSupportCase {
    ResolveSupportCase {
        case_id: SupportCaseId(id(1)),
        outcome: Some("partnership_broken".to_owned()),
        comment: Some("Broken as the school asked".to_owned()),
    }
}

fn resolved() -> SupportCaseEvent {
    SupportCaseResolved {
        case_id: SupportCaseId(id(1)),
        outcome: CaseOutcome::PartnershipBroken,
        comment: "Broken as the school asked".to_owned(),
    }
    .into()
}

#[test]
fn a_case_carries_school_cohort_partnership_reason_and_how_the_person_came() {
    for who in ["school_100120", SUPPORT] {
        given([]).by(who).when(pass()).then([passed().into()]);
    }
}

#[test]
fn a_case_needs_no_reason_and_no_details() {
    for blank in [None, Some(String::new())] {
        given([])
            .when(PassReportToSupport { reason: blank.clone(), details: blank, came_by: None, ..pass() })
            .then([ReportPassedToSupport { reason: None, details: None, came_by: CameBy::Service, ..passed() }.into()]);
    }
}

#[test]
fn each_subject_can_be_passed_on() {
    for subject in CaseSubject::ALL {
        let pass = PassReportToSupport { subject: Some(subject.code().to_owned()), ..pass() };
        given([]).when(pass).then([ReportPassedToSupport { subject: *subject, ..passed() }.into()]);
    }
}

#[test]
fn the_checks_of_a_new_case_come_in_their_order() {
    let asked = |pass: PassReportToSupport| given([]).when(pass);
    let empty = PassReportToSupport { subject: None, reason: Some("?".to_owned()), ..pass() };
    given([]).knowing(|facts| facts.partnership = None).by("school_9").when(pass()).rejected("unknown_partnership");
    given([]).by("school_100121").when(empty.clone()).rejected("not_yours");
    given([]).by("lead-provider_teach-first").when(empty.clone()).rejected("not_yours");
    asked(empty.clone()).rejected("subject_missing");
    asked(PassReportToSupport { subject: Some("help".to_owned()), ..empty.clone() }).rejected("subject_unknown");
    asked(PassReportToSupport { subject: pass().subject, ..empty }).rejected("reason_unknown");
    asked(PassReportToSupport { details: Some("x".repeat(2_001)), ..pass() }).rejected("text_too_long");
}

#[test]
fn an_open_case_is_resolved_with_an_outcome_and_a_comment() {
    given([passed().into()]).by(SUPPORT).when(resolve()).then([resolved()]);
}

#[test]
fn the_checks_of_a_resolution_come_in_their_order() {
    let asked = |command: ResolveSupportCase| given([passed().into()]).by(SUPPORT).when(command);
    let empty = ResolveSupportCase { outcome: None, comment: None, ..resolve() };
    given([]).by(SUPPORT).when(empty.clone()).rejected("unknown_case");
    given([passed().into(), resolved()]).by(SUPPORT).when(empty.clone()).rejected("case_already_resolved");
    asked(empty.clone()).rejected("outcome_missing");
    asked(ResolveSupportCase { outcome: Some("won".to_owned()), ..empty }).rejected("outcome_unknown");
    asked(ResolveSupportCase { comment: Some(" ".to_owned()), ..resolve() }).rejected("comment_missing");
    asked(ResolveSupportCase { comment: Some("x".repeat(2_001)), ..resolve() }).rejected("text_too_long");
}
