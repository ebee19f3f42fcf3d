//! Links by which a school nominates its induction tutor.

use super::*;
use crate::{
    facts::SchoolFacts,
    school::{OpenNominationLink, RequestNominationLink},
    spec::at,
};
use events_schema::{codes::ContactRule, ids::NominationLinkId};

fn link() -> RequestNominationLink {
    RequestNominationLink { school_urn: urn() }
}

fn with_mailbox() -> RegisterEntry {
    RegisterEntry { main_email: "office@kingsmead.example".to_owned(), ..school() }
}

fn sent(number: u128, at: &str) -> SchoolEvent {
    let given =
        given([imported(with_mailbox(), &[])]).received_at(at).knowing(|facts| facts.circumstances.new_id = id(number));
    given.when(link()).accepted().remove(0)
}

#[test]
fn a_link_goes_to_the_register_s_mailbox_and_is_good_for_21_days() {
    let SchoolEvent::NominationLinkSent(sent) = sent(1, "2025-10-15T09:00:00Z") else { panic!("sent") };
    assert_eq!(sent.expires_at, at("2025-11-05T09:00:00Z"));
    assert_eq!(sent.contact, ContactRule::MainEmail);
    let nowhere = given([imported(
        RegisterEntry { main_email: " ".to_owned(), alternative_email: "no address".to_owned(), ..school() },
        &[],
    )]);
    nowhere.when(link()).rejected("no_mailbox");
}

#[test]
fn at_most_one_link_in_five_minutes_and_five_in_a_day() {
    let asked = |history: Vec<SchoolEvent>, now: &str| {
        let history = [imported(with_mailbox(), &[])].into_iter().chain(history);
        given(history).received_at(now).knowing(|facts| facts.circumstances.new_id = id(99)).when(link())
    };
    let first = || sent(1, "2025-10-15T09:00:00Z");
    asked(vec![first()], "2025-10-15T09:04:59.999999Z").rejected("link_asked_too_soon");
    asked(vec![first()], "2025-10-15T09:05:00Z").accepted();
    let hours = ["09", "10", "11", "12", "13"];
    let five = || (1..).zip(hours).map(|(number, hour)| sent(number, &format!("2025-10-15T{hour}:00:00Z"))).collect();
    asked(five(), "2025-10-16T08:59:59.999999Z").rejected("link_asked_too_often");
    asked(five(), "2025-10-16T09:00:00Z").accepted();
}

#[test]
fn the_first_opening_is_recorded_and_an_old_link_opens_nothing() {
    let open = || OpenNominationLink { school_urn: urn(), link_id: NominationLinkId(id(1)) };
    let given_link = || given([imported(with_mailbox(), &[]), sent(1, "2025-10-15T09:00:00Z")]);
    given_link().received_at("2025-11-05T09:00:00Z").when(open()).then_one();
    given_link().received_at("2025-11-05T09:00:00.000001Z").when(open()).rejected("link_expired");
    given([imported(with_mailbox(), &[])]).when(open()).rejected("link_unknown");
    let in_a_notice = |facts: &mut SchoolFacts| facts.notice_link_expires_at = Some(at("2025-11-05T09:00:00Z"));
    given([imported(with_mailbox(), &[])]).knowing(in_a_notice).when(open()).then_one();
}
