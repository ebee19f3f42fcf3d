//! Reporting a mistake: who may, until when, for which reasons, and in which order it is checked.

use events_schema::{
    codes::{
        CaseSubject,
        MistakeReason::{self, DoNotRecognise, Mistake},
    },
    ids::NoticeId,
};

use super::*;
use crate::{processes::late_report, rejection::Rejection, spec::actor};

#[test]
fn a_report_at_the_last_instant_of_the_window_is_in_time() {
    given([confirmed()])
        .by(SCHOOL)
        .received_at(LAST_INSTANT)
        .when(report("do_not_recognise"))
        .then([reported(DoNotRecognise)]);
}

#[test]
fn a_report_one_microsecond_after_the_window_is_refused() {
    let refusal =
        given([confirmed()]).by(SCHOOL).received_at(TOO_LATE).when(report("mistake")).rejected("window_closed");
    assert!(refusal.message.contains("29 October 2025"), "{refusal}");
}

#[test]
fn what_is_finer_than_a_microsecond_does_not_make_a_report_late() {
    given([confirmed()])
        .by(SCHOOL)
        .received_at("2025-10-29T23:59:59.999999999Z")
        .when(report("mistake"))
        .then([reported(Mistake)]);
}

#[test]
fn each_of_the_five_reasons_is_accepted_and_kept() {
    for reason in MistakeReason::ALL {
        given([confirmed()]).by(SCHOOL).when(report(reason.code())).then([reported(*reason)]);
    }
}

#[test]
fn support_may_report_for_the_school() {
    given([confirmed()]).by(SUPPORT).when(report("mistake")).then([reported(Mistake)]);
}

#[test]
fn nobody_else_may_report() {
    for who in ["school_100121", TEACH_FIRST, AMBITION, "delivery-partner_thames-hub", "analyst_a", "system_clock"] {
        given([confirmed()]).by(who).when(report("mistake")).rejected("not_yours");
    }
}

#[test]
fn the_checks_of_a_report_come_in_their_order() {
    let late = |history: Vec<_>, reason: &str| given(history).by(SCHOOL).received_at(TOO_LATE).when(report(reason));
    late(vec![], "").rejected("unknown_partnership");
    late(vec![confirmed(), reported(Mistake)], "").rejected("already_reported");
    late(vec![confirmed()], " ").rejected("reason_missing");
    late(vec![confirmed()], "changed_our_mind").rejected("reason_unknown");
    late(vec![confirmed()], "mistake").rejected("window_closed");
}

#[test]
fn a_reader_of_another_school_does_not_learn_that_it_was_reported() {
    given([confirmed(), reported(Mistake)]).by("school_100121").when(report("mistake")).rejected("not_yours");
}

#[test]
fn an_old_link_says_already_reported_also_after_a_new_recruitment() {
    for broken in [reported(Mistake), broken_by_support()] {
        given([confirmed(), broken, confirmed_by("ambition-institute", 2, CONFIRMED_AT)])
            .by(SCHOOL)
            .when(report("mistake"))
            .rejected("already_reported");
    }
}

#[test]
fn a_report_after_a_change_of_delivery_partner_is_measured_by_the_new_window() {
    let event = given([confirmed(), changed_to("mersey-hub", "2025-11-20T09:00:00Z")])
        .by(SCHOOL)
        .received_at("2025-12-04T23:59:59.999999Z")
        .when(report("mistake"))
        .then_one();
    let SchoolPartnershipEvent::PartnershipMistakeReported(report) = event else { panic!("{event:?}") };
    assert_eq!(report.delivery_partner, partner_named("mersey-hub"));
}

#[test]
fn without_a_stored_window_the_school_cannot_report() {
    let refusal = given([confirmed_without_window()]).by(SCHOOL).when(report("mistake")).rejected("window_closed");
    assert!(refusal.message.contains("no window"), "{refusal}");
}

#[test]
fn how_the_person_came_is_kept() {
    let notice_id = Some(NoticeId(id(5)));
    let by_token = ReportPartnershipMistake { came_by: Some(CameBy::Token), notice_id, ..report("mistake") };
    let event = given([confirmed()]).by(SCHOOL).when(by_token).then_one();
    let SchoolPartnershipEvent::PartnershipMistakeReported(report) = event else { panic!("{event:?}") };
    assert_eq!((report.came_by, report.notice_id), (CameBy::Token, notice_id));
}

#[test]
fn a_late_report_is_passed_to_support_with_its_reason() {
    let report = ReportPartnershipMistake { came_by: Some(CameBy::Token), ..report("no_ects") };
    let refusal = given([confirmed()]).by(SCHOOL).received_at(TOO_LATE).when(report.clone()).rejected("window_closed");
    let pass = late_report::passed_to_support(&report, &refusal).expect("a case");
    assert_eq!(pass.subject.as_deref(), Some(CaseSubject::ReportWindowClosed.code()));
    assert_eq!((pass.reason.as_deref(), pass.came_by), (Some("no_ects"), Some(CameBy::Token)));
}

#[test]
fn no_other_refusal_opens_a_case() {
    let other = |code| Rejection { code, rule: "partnerships/3.4", message: String::new() };
    for code in ["already_reported", "reason_missing", "reason_unknown", "not_yours", "unknown_partnership"] {
        assert!(late_report::passed_to_support(&report("mistake"), &other(code)).is_none());
    }
}

#[test]
fn a_case_is_about_the_school_and_cohort_of_the_stream_that_refused() {
    use crate::{aggregate::Aggregate, facts::Circumstances};
    let stream = SchoolPartnership::fold(&[confirmed()]);
    let circumstances = Circumstances { actor: actor(SCHOOL), received_at: at(TOO_LATE), new_id: id(3) };
    let facts = late_report::case_facts(&report("mistake"), &stream, circumstances);
    assert_eq!(facts.partnership, Some((urn(), cohort())));
}
