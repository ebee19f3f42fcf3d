//! Support breaks a partnership: at any time, with a reason, a reason for audit and an authorisation.

use super::*;

#[test]
fn support_breaks_an_open_a_settled_and_a_windowless_partnership() {
    for now in [CONFIRMED_AT, LAST_INSTANT, TOO_LATE, "2031-01-01T00:00:00Z"] {
        given([confirmed()]).by(SUPPORT).received_at(now).when(break_it()).then([broken_by_support()]);
    }
    let event = given([confirmed_without_window()]).by(SUPPORT).when(break_it()).then_one();
    let SchoolPartnershipEvent::PartnershipBrokenBySupport(broken) = event else { panic!("{event:?}") };
    assert_eq!(broken.window_closes_at, None);
}

#[test]
fn the_checks_of_a_break_come_in_their_order() {
    let asked = |command: BreakPartnershipAsSupport| given([confirmed()]).by(SUPPORT).when(command);
    let empty = BreakPartnershipAsSupport { reason: None, audit_reason: None, authorised_by: None, ..break_it() };
    given([]).by(SUPPORT).when(empty.clone()).rejected("unknown_partnership");
    given([confirmed(), broken_by_support()]).by(SUPPORT).when(empty.clone()).rejected("already_broken");
    asked(empty.clone()).rejected("reason_missing");
    asked(BreakPartnershipAsSupport { reason: Some("other".to_owned()), ..empty }).rejected("reason_unknown");
    asked(BreakPartnershipAsSupport { audit_reason: None, authorised_by: None, ..break_it() })
        .rejected("audit_reason_missing");
    asked(BreakPartnershipAsSupport { audit_reason: Some(" \u{a0}".to_owned()), ..break_it() })
        .rejected("audit_reason_missing");
    asked(BreakPartnershipAsSupport { authorised_by: None, ..break_it() }).rejected("authorisation_missing");
    asked(BreakPartnershipAsSupport { audit_reason: Some("é".repeat(2_001)), ..break_it() }).rejected("text_too_long");
    asked(BreakPartnershipAsSupport { audit_reason: Some("é".repeat(2_000)), ..break_it() }).then_one();
}

#[test]
fn a_partnership_broken_before_the_present_one_is_already_broken() {
    let history = [confirmed(), broken_by_support(), confirmed_by("teach-first", 2, TOO_LATE)];
    given(history).by(SUPPORT).when(break_it()).rejected("already_broken");
}
