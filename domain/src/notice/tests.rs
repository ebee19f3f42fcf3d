//! Mails: nothing is sent about what is over, and a status only moves forward.

use events_schema::{
    codes::{ContactRule, EmailType, NoContactReason, NoticeOccasion, NotifyStatus, WithheldReason},
    events::notice::{NoticeEvent, NoticeStatusRecorded, NoticeWithheld, SentTo},
    ids::{EventId, NoticeId, PartnershipId, PersonId, UserId},
    personal::Private,
};

use super::{CreateNotice, ListBreakRecipients, Notice, RecordNoticeStatus, WithholdNotice};
use crate::{
    facts::{Contact, NoticeFacts, RoundFacts},
    spec::{Given, at, given, id, parse},
};

fn create(occasion: NoticeOccasion) -> CreateNotice {
    CreateNotice {
        notice_id: NoticeId(id(7)),
        occasion,
        cause: EventId(id(8)),
        school_urn: parse("100120"),
        cohort: Some(parse("2025")),
        partnership_id: Some(PartnershipId(id(9))),
        recipient: None,
        link_id: None,
    }
}

fn tutor() -> Contact {
    let person = Some((PersonId(id(5)), Private("Ada Example".to_owned())));
    Contact { rule: ContactRule::Tutor, person, address: Private("ada@school.example".to_owned()) }
}

fn recorded(status: NotifyStatus) -> NoticeEvent {
    let at = at("2025-10-15T09:00:05Z");
    NoticeStatusRecorded { notice_id: NoticeId(id(7)), status, notify_id: None, at, unknown_sends: 0 }.into()
}

fn says(status: NotifyStatus) -> RecordNoticeStatus {
    let at = at("2025-10-15T09:00:05Z");
    RecordNoticeStatus { notice_id: NoticeId(id(7)), status, notify_id: None, at, unknown_sends: 0 }
}

fn fresh() -> Given<Notice> {
    given([])
}

fn made() -> NoticeEvent {
    fresh().when(create(NoticeOccasion::Notice)).then_one()
}

#[test]
fn a_notice_goes_to_the_mailbox_with_a_link_that_also_nominates() {
    let NoticeEvent::NoticeCreated(notice) = made() else { panic!("created") };
    assert_eq!((notice.email_type, notice.contact), (EmailType::SchoolEmail, ContactRule::MainEmail));
    assert_eq!(notice.nominate_until, Some(at("2025-11-05T09:00:00Z")));
    assert!(notice.token_hash.is_some());
}

#[test]
fn a_notice_to_a_tutor_is_a_person_s_and_nominates_nobody() {
    let given = fresh().knowing(|facts| facts.contact = Ok(tutor()));
    let NoticeEvent::NoticeCreated(notice) = given.when(create(NoticeOccasion::Reminder)).then_one() else {
        panic!("created")
    };
    assert_eq!(notice.email_type, EmailType::InductionCoordinatorReminderEmail);
    assert!(matches!(notice.sent_to, SentTo::Person { .. }) && notice.nominate_until.is_none());
}

#[test]
fn without_a_contact_it_is_listed() {
    let given = fresh().knowing(|facts| facts.contact = Err(NoContactReason::ChildrensCentre));
    let NoticeEvent::NoContactFound(found) = given.when(create(NoticeOccasion::Notice)).then_one() else {
        panic!("nobody")
    };
    assert_eq!(found.reason, NoContactReason::ChildrensCentre);
}

#[test]
fn nothing_is_sent_about_a_broken_partnership_or_an_older_round() {
    let changes: [fn(&mut RoundFacts); 2] = [|it| it.in_force = false, |it| it.began_by = EventId(id(99))];
    for change in changes {
        for occasion in [NoticeOccasion::Notice, NoticeOccasion::Reminder] {
            let over = |facts: &mut NoticeFacts| change(facts.round.as_mut().expect("there is one"));
            fresh().knowing(over).when(create(occasion)).then_nothing();
        }
    }
    let broken = |facts: &mut NoticeFacts| facts.round.as_mut().expect("there is one").in_force = false;
    fresh().knowing(broken).when(create(NoticeOccasion::MistakeReported)).then_one();
}

#[test]
fn a_reminder_comes_up_to_the_last_instant_of_the_window_and_a_notice_even_later() {
    let last = "2025-10-29T23:59:59.999999Z";
    fresh().received_at(last).when(create(NoticeOccasion::Reminder)).then_one();
    fresh().received_at("2025-10-30T00:00:00Z").when(create(NoticeOccasion::Reminder)).then_nothing();
    fresh().received_at("2025-10-30T00:00:00Z").when(create(NoticeOccasion::Notice)).then_one();
}

#[test]
fn a_status_only_moves_forward_whatever_order_the_carrier_speaks_in() {
    use NotifyStatus::{Created, Delivered, PermanentFailure, Sending, TechnicalFailure, TemporaryFailure};
    let forward = [
        (Created, Sending),
        (Created, Delivered),
        (Sending, Delivered),
        (Sending, TemporaryFailure),
        (Sending, PermanentFailure),
        (TechnicalFailure, Delivered),
        (TemporaryFailure, PermanentFailure),
    ];
    for from in NotifyStatus::ALL {
        for to in NotifyStatus::ALL {
            let history = [made()].into_iter().chain((*from != Created).then(|| recorded(*from)));
            let answer = given::<Notice>(history).when(says(*to));
            let moves = forward.contains(&(*from, *to))
                || (*from == Created && *to != Created)
                || (*from == Sending && *to == TechnicalFailure)
                || (*from == TechnicalFailure && *to == PermanentFailure)
                || (*from == TemporaryFailure && *to == Delivered);
            if moves { answer.then([recorded(*to)]) } else { answer.then_nothing() }
        }
    }
}

#[test]
fn only_a_mail_that_is_ours_has_a_status() {
    fresh().when(says(NotifyStatus::Delivered)).rejected("unknown_notice");
}

#[test]
fn what_the_carrier_has_is_not_held_back() {
    let withhold = WithholdNotice { notice_id: NoticeId(id(7)), reason: WithheldReason::Broken };
    let withheld = NoticeWithheld { notice_id: NoticeId(id(7)), reason: WithheldReason::Broken };
    given::<Notice>([made()]).when(withhold.clone()).then([withheld.clone().into()]);
    given::<Notice>([made(), recorded(NotifyStatus::Sending)]).when(withhold).then_nothing();
    given::<Notice>([made(), withheld.into()]).when(says(NotifyStatus::Delivered)).then_nothing();
}

#[test]
fn who_is_told_of_a_break_is_fixed_once() {
    let list = ListBreakRecipients {
        notice_id: NoticeId(id(7)),
        cause: EventId(id(8)),
        partnership_id: PartnershipId(id(9)),
        school_urn: parse("100120"),
        cohort: parse("2025"),
        lead_provider_id: parse("teach-first"),
        delivery_partner_id: parse("a-hub"),
    };
    let given = fresh().knowing(|facts| facts.recipients = vec![UserId(id(3)), UserId(id(4))]);
    let NoticeEvent::BreakRecipientsListed(listed) = given.when(list).then_one() else { panic!("listed") };
    assert_eq!(listed.recipients, [UserId(id(3)), UserId(id(4))]);
}
