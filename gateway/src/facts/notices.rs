//! Facts of a mail: the round it belongs to, whom it goes to now, and its token. Read from the log itself, not from the
//! views: a mail that crosses a report or a new tutor by a moment would be wrong for ever.

use chrono::{DateTime, Utc};
use domain::{
    aggregate::Aggregate,
    facts::{Circumstances, Contact, NoticeFacts, RoundFacts},
    notice::{CreateNotice, ListBreakRecipients, Notice, NoticeCommand},
    policies::contact,
    school::{self, OpenNominationLink, School},
    school_partnership,
};
use events_schema::{
    actor::ActorKind,
    codes::{ContactRule, NoContactReason, NoticeOccasion},
    envelope::StreamId,
    events::{Event, notice::NoticeEvent, school_partnership::SchoolPartnershipEvent as Change},
    ids::{Cohort, NoticeId, PartnershipId, Urn, UserId},
    personal::Private,
};
use uuid::Uuid;

use super::{Facts, Informed, Place};
use crate::{
    aggregates::{Bare, Served},
    fault::Fault,
    mail::Desk,
};

impl Informed for Notice {
    async fn facts(
        facts: &Facts,
        command: &NoticeCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<NoticeFacts, Fault> {
        let mut known = NoticeFacts::bare(circumstances);
        match command {
            NoticeCommand::CreateNotice(create) => facts.of_notice(create, &mut known).await?,
            NoticeCommand::ListBreakRecipients(list) => known.recipients = facts.recipients(list).await?,
            NoticeCommand::RecordNoticeStatus(_) | NoticeCommand::WithholdNotice(_) => {}
        }
        Ok(known)
    }
}

impl Facts {
    async fn of_notice(&self, create: &CreateNotice, known: &mut NoticeFacts) -> Result<(), Fault> {
        if let Some((partnership, cohort)) = create.partnership_id.zip(create.cohort) {
            known.round = self.round(partnership, (&create.school_urn, cohort)).await?;
        }
        known.contact = self.contact(create).await?;
        let has_token = known.contact.is_ok() && create.occasion != NoticeOccasion::MistakeReported;
        if has_token && is_current(create, known) {
            let id = create.link_id.map_or(create.notice_id.0, |link| link.0);
            known.token_hash = Some(self.token_hash(id).await?);
        }
        Ok(())
    }

    async fn contact(&self, create: &CreateNotice) -> Result<Result<Contact, NoContactReason>, Fault> {
        if let Some(user) = create.recipient {
            return self.user(user).await;
        }
        let school = self.school(&create.school_urn).await?;
        if create.occasion == NoticeOccasion::NominationLink {
            let mailbox = school.entry.as_ref().and_then(contact::mailbox);
            let contact = mailbox.map(|(rule, address)| Contact { rule, person: None, address: Private(address) });
            return Ok(contact.ok_or(NoContactReason::NoAddress));
        }
        Ok(contact::of_school(&school))
    }

    async fn user(&self, user: UserId) -> Result<Result<Contact, NoContactReason>, Fault> {
        let user = self.desk()?.users.by_id(user).await?;
        let contact = user.map(|user| Contact {
            rule: ContactRule::ProviderUser,
            person: Some((user.person(), Private(user.name))),
            address: Private(user.email),
        });
        Ok(contact.ok_or(NoContactReason::UserGone))
    }

    async fn recipients(&self, list: &ListBreakRecipients) -> Result<Vec<UserId>, Fault> {
        let users = &self.desk()?.users;
        let mut told = users.of(ActorKind::LeadProvider, list.lead_provider_id.as_str()).await?;
        told.extend(users.of(ActorKind::DeliveryPartner, list.delivery_partner_id.as_str()).await?);
        Ok(told)
    }

    /// The hash of the token of a new nomination link.
    pub(super) async fn token_hash(&self, id: Uuid) -> Result<String, Fault> {
        self.desk()?.tokens.hash_of(id).await
    }

    /// Until when the link in a notice nominates, if the notice is one of this school and has such a link.
    pub(super) async fn notice_link_expires_at(
        &self,
        open: &OpenNominationLink,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let stream = domain::notice::stream(NoticeId(open.link_id.0));
        let history = self.log.stream_page(&stream, 0, 1).await?;
        Ok(history.into_iter().find_map(|recorded| match recorded.event {
            Event::Notice(NoticeEvent::NoticeCreated(it)) if it.school_urn == open.school_urn => it.nominate_until,
            _ => None,
        }))
    }

    fn desk(&self) -> Result<&Desk, Fault> {
        self.desk.as_ref().ok_or_else(|| Fault::Refused("this instance of the gateway has no mail desk".to_owned()))
    }

    async fn school(&self, urn: &Urn) -> Result<School, Fault> {
        self.state(&school::stream(urn)).await
    }

    async fn state<A: Served>(&self, stream: &StreamId) -> Result<A, Fault> {
        let history = self.log.stream_page(stream, 0, i64::MAX).await?;
        let own: Vec<_> = history.into_iter().filter_map(|recorded| A::own(recorded.event)).collect();
        Ok(<A as Aggregate>::fold(&own))
    }

    async fn round(&self, id: PartnershipId, (urn, cohort): (&Urn, Cohort)) -> Result<Option<RoundFacts>, Fault> {
        let history = self.log.stream_page(&school_partnership::stream(urn, cohort), 0, i64::MAX).await?;
        let mut round = None;
        for recorded in history {
            let Event::SchoolPartnership(change) = recorded.event else { continue };
            round = after(round, (id, recorded.event_id), change);
        }
        Ok(round)
    }
}

fn after(
    round: Option<RoundFacts>,
    (id, event): (PartnershipId, events_schema::ids::EventId),
    change: Change,
) -> Option<RoundFacts> {
    let begins = |window: Option<events_schema::events::school_partnership::ReportingWindow>| {
        let closes_at = window.map(|window| window.closes_at);
        Some(RoundFacts { began_by: event, in_force: true, closes_at })
    };
    let broken = round.clone().map(|round| RoundFacts { in_force: false, ..round });
    match change {
        Change::RecruitmentConfirmed(it) if it.partnership_id == id => begins(it.window),
        Change::DeliveryPartnerChanged(it) if it.partnership_id == id => begins(it.window),
        Change::PartnershipMistakeReported(it) if it.partnership_id == id => broken,
        Change::PartnershipBrokenBySupport(it) if it.partnership_id == id => broken,
        _ => round,
    }
}

/// No token is made for a mail that is not to be.
fn is_current(create: &CreateNotice, known: &NoticeFacts) -> bool {
    let of_round = |round: &RoundFacts| round.in_force && round.began_by == create.cause;
    create.occasion == NoticeOccasion::NominationLink || known.round.as_ref().is_some_and(of_round)
}
