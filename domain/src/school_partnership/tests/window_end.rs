//! The end of a window is recorded once, never early, and only for the window that runs.

use super::*;
use crate::school_partnership::CloseReportingWindow;

const NOTICES: &str = "system_notices";

fn partnership() -> (PartnershipId, CloseReportingWindow) {
    let SchoolPartnershipEvent::RecruitmentConfirmed(recruitment) = confirmed() else { panic!("a recruitment") };
    let id = recruitment.partnership_id;
    (id, CloseReportingWindow { partnership_id: id, closes_at: at(LAST_INSTANT) })
}

fn close() -> CloseReportingWindow {
    partnership().1
}

#[test]
fn the_end_is_recorded_with_whether_a_notice_had_arrived() {
    for delivered in [false, true] {
        let given = given([confirmed()]).by(NOTICES).received_at(TOO_LATE);
        let event = given.knowing(|facts| facts.notice_delivered = delivered).when(close()).then_one();
        let SchoolPartnershipEvent::ReportingWindowClosed(closed) = event else { panic!("{event:?}") };
        assert_eq!((closed.notice_delivered, closed.closes_at), (delivered, at(LAST_INSTANT)));
    }
}

#[test]
fn it_is_never_recorded_early_nor_for_a_partnership_that_there_is_not() {
    given([confirmed()]).by(NOTICES).received_at(LAST_INSTANT).when(close()).rejected("window_still_open");
    given([]).by(NOTICES).received_at(TOO_LATE).when(close()).rejected("unknown_partnership");
}

#[test]
fn the_window_of_a_broken_partnership_or_of_an_earlier_round_ends_without_a_word() {
    given([confirmed(), broken_by_support()]).by(NOTICES).received_at(TOO_LATE).when(close()).then_nothing();
    let other = CloseReportingWindow { closes_at: at(CONFIRMED_AT), ..close() };
    given([confirmed()]).by(NOTICES).received_at(TOO_LATE).when(other).then_nothing();
}

#[test]
fn what_a_school_and_support_may_do_does_not_hang_on_it() {
    let history = || {
        let close = given([confirmed()]).by(NOTICES).received_at(TOO_LATE).when(close()).then_one();
        [confirmed(), close]
    };
    given(history()).by(SCHOOL).received_at(TOO_LATE).when(report("mistake")).rejected("window_closed");
    given(history()).by(SUPPORT).received_at(TOO_LATE).when(break_it()).then([broken_by_support()]);
}
