//! A small history of notices and support cases whose measures can be worked out on paper: June and July 2025.
//!
//! Of five schools one has a tutor and reports, one's mailbox is gone, one has no address, one is reached too late and
//! one has only just been recruited.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    actor::ActorKind,
    codes::{
        CameBy, CaseOutcome, CaseSubject, ContactRule, EmailType, MistakeReason, NoContactReason, NoticeOccasion,
        NotifyStatus,
    },
    envelope::{Channel, StreamId},
    events::{
        Event,
        notice::{NoContactFound, NoticeCreated, NoticeEvent, NoticeStatusRecorded, SentTo},
        school_partnership::{PartnershipMistakeReported, SchoolPartnershipEvent},
        support_case::{ReportPassedToSupport, SupportCaseEvent, SupportCaseResolved},
        upload::{RefusedRows, UploadPreviewed},
    },
    ids::{EventId, NoticeId, PartnershipId, SupportCaseId, UploadId},
};
use uuid::Uuid;

use super::{
    history::{delivery_partner, lead_provider},
    live::Live,
    measured::{cohort, confirmed, on, window},
    writer::{By, Refused, Writer, actor, slug},
};

/// A partnership of the history, and the event that began its round.
struct Told {
    id: PartnershipId,
    school: &'static str,
    cause: EventId,
}

/// Writes the history.
pub(crate) struct Tellings<'l> {
    live: &'l Live,
    writer: Writer<'l>,
}

impl<'l> Tellings<'l> {
    /// The whole history.
    pub(crate) async fn write(live: &'l Live) {
        let mut history = Self { live, writer: Writer::new(&live.store) };
        history.reached().await;
        let gone = history.bounced().await;
        history.unreached().await;
        history.cases(&gone).await;
        history.upload().await;
    }

    /// Twelve rows, nine of them valid, one of these lost at confirm.
    async fn upload(&mut self) {
        let (upload_id, at) = (UploadId(Uuid::now_v7()), on(6, 2));
        let refused = |code: &str, rows| RefusedRows { code: code.to_owned(), rows };
        let event = UploadPreviewed {
            upload_id,
            lead_provider_id: slug("north"),
            cohort: cohort(),
            delivery_partner_id: slug("hub-a"),
            rows: 12,
            valid: 9,
            refused: vec![refused("already_confirmed_by_you", 1), refused("school_unknown", 2)],
        };
        let event = Event::Upload(event.into());
        self.accept((ActorKind::LeadProvider, "north", at), StreamId::new("upload", upload_id), event).await;
        let given = format!(
            r#"{{"school_urn":"2009","cohort":"2025","delivery_partner_id":"hub-a","upload":{{"upload_id":"{upload_id}"}}}}"#
        );
        let refused = Refused { command: "ConfirmRecruitment", code: "school_unknown", given, stream: None };
        let by = By { actor: actor(ActorKind::LeadProvider, "north"), at, channel: Channel::Csv };
        self.writer.refuse(by, refused).await;
    }

    /// Tutor, reminder, report on the eighth day.
    async fn reached(&mut self) {
        let it = self.recruit(("2001", "north"), on(6, 2)).await;
        let notice = self.notify(&it, (NoticeOccasion::Notice, ContactRule::Tutor), on(6, 2)).await;
        self.status(notice, NotifyStatus::Sending, (on(6, 2), on(6, 2))).await;
        self.status(notice, NotifyStatus::Delivered, (on(6, 3), on(6, 3))).await;
        let reminder = self.notify(&it, (NoticeOccasion::Reminder, ContactRule::Tutor), on(6, 9)).await;
        self.status(reminder, NotifyStatus::Delivered, (on(6, 9), on(6, 9))).await;
        let event = PartnershipMistakeReported {
            partnership_id: it.id,
            school_urn: slug(it.school),
            cohort: cohort(),
            reason: MistakeReason::NotConfirmed,
            came_by: CameBy::Token,
            notice_id: Some(reminder),
            lead_provider: lead_provider("north"),
            delivery_partner: delivery_partner("hub-a"),
            window_closes_at: window(on(6, 2)).closes_at,
        };
        self.append((ActorKind::School, "2001", on(6, 10)), &it, event).await;
    }

    /// A mailbox that is gone; the deadline of 16 June passes.
    async fn bounced(&mut self) -> Told {
        let it = self.recruit(("2002", "north"), on(6, 2)).await;
        let notice = self.notify(&it, (NoticeOccasion::Notice, ContactRule::MainEmail), on(6, 2)).await;
        self.status(notice, NotifyStatus::PermanentFailure, (on(6, 3), on(6, 3))).await;
        let reminder = self.notify(&it, (NoticeOccasion::Reminder, ContactRule::MainEmail), on(6, 9)).await;
        self.status(reminder, NotifyStatus::TechnicalFailure, (on(6, 9), on(6, 9))).await;
        it
    }

    /// Nobody to write to; a mail that came after the deadline of 17 June; one that is on its way.
    async fn unreached(&mut self) {
        let it = self.recruit(("2003", "south"), on(6, 3)).await;
        self.nobody(&it, on(6, 3)).await;
        let it = self.recruit(("2004", "south"), on(6, 3)).await;
        let notice = self.notify(&it, (NoticeOccasion::Notice, ContactRule::MainEmail), on(6, 3)).await;
        self.status(notice, NotifyStatus::Delivered, (on(7, 1), on(6, 30))).await;
        let it = self.recruit(("2005", "south"), on(7, 1)).await;
        self.notify(&it, (NoticeOccasion::Notice, ContactRule::AlternativeEmail), on(7, 1)).await;
    }

    /// One resolved after five days, one open.
    async fn cases(&mut self, it: &Told) {
        let case_id = self.open(it, CaseSubject::ReportWindowClosed, on(6, 20)).await;
        let event = SupportCaseResolved { case_id, outcome: CaseOutcome::Answered, comment: "answered".to_owned() };
        self.support(case_id, SupportCaseEvent::from(event), on(6, 25)).await;
        self.open(it, CaseSubject::PartnershipIssue, on(6, 26)).await;
    }

    async fn recruit(&mut self, (school, lead): (&'static str, &'static str), at: DateTime<Utc>) -> Told {
        let id = PartnershipId(Uuid::now_v7());
        let event = confirmed(id, (school, lead, "hub-a"), at);
        let it = Told { id, school, cause: EventId(Uuid::nil()) };
        self.append((ActorKind::LeadProvider, lead, at), &it, event).await;
        let head = self.live.log.head().await.expect("a head").position;
        let recorded = self.live.log.event_at(head).await.expect("read").expect("the recruitment");
        Told { cause: recorded.event_id, ..it }
    }

    async fn append(
        &mut self,
        (kind, id, at): (ActorKind, &str, DateTime<Utc>),
        it: &Told,
        event: impl Into<SchoolPartnershipEvent>,
    ) {
        let stream = StreamId::new("school_partnership", format_args!("{}-2025", it.school));
        self.accept((kind, id, at), stream, Event::SchoolPartnership(event.into())).await;
    }

    async fn accept(&mut self, (kind, id, at): (ActorKind, &str, DateTime<Utc>), stream: StreamId, event: Event) {
        self.writer.accept(By { actor: actor(kind, id), at, channel: Channel::Nats }, stream, event).await;
    }

    async fn mail(&mut self, id: NoticeId, event: impl Into<NoticeEvent>, at: DateTime<Utc>) {
        let event = Event::Notice(event.into());
        self.accept((ActorKind::System, "notices", at), StreamId::new("notice", id), event).await;
    }

    async fn notify(
        &mut self,
        it: &Told,
        (occasion, contact): (NoticeOccasion, ContactRule),
        at: DateTime<Utc>,
    ) -> NoticeId {
        let notice_id = NoticeId(Uuid::now_v7());
        let created = NoticeCreated {
            notice_id,
            occasion,
            email_type: EmailType::SchoolEmail,
            partnership_id: Some(it.id),
            school_urn: slug(it.school),
            cohort: Some(cohort()),
            cause: it.cause,
            contact,
            sent_to: SentTo::Mailbox { address: "office@school.example".to_owned() },
            recipient: None,
            token_hash: None,
            nominate_until: None,
        };
        self.mail(notice_id, created, at).await;
        notice_id
    }

    async fn status(&mut self, notice_id: NoticeId, status: NotifyStatus, (known, at): (DateTime<Utc>, DateTime<Utc>)) {
        let recorded = NoticeStatusRecorded { notice_id, status, notify_id: None, at, unknown_sends: 0 };
        self.mail(notice_id, recorded, known + TimeDelta::minutes(1)).await;
    }

    async fn nobody(&mut self, it: &Told, at: DateTime<Utc>) {
        let notice_id = NoticeId(Uuid::now_v7());
        let found = NoContactFound {
            notice_id,
            occasion: NoticeOccasion::Notice,
            partnership_id: Some(it.id),
            school_urn: slug(it.school),
            cohort: Some(cohort()),
            cause: it.cause,
            reason: NoContactReason::NoAddress,
        };
        self.mail(notice_id, found, at).await;
    }

    async fn open(&mut self, it: &Told, subject: CaseSubject, at: DateTime<Utc>) -> SupportCaseId {
        let case_id = SupportCaseId(Uuid::now_v7());
        let event = ReportPassedToSupport {
            case_id,
            subject,
            partnership_id: it.id,
            school_urn: slug(it.school),
            cohort: cohort(),
            reason: None,
            details: None,
            came_by: CameBy::Token,
        };
        self.support(case_id, SupportCaseEvent::from(event), at).await;
        case_id
    }

    async fn support(&mut self, case_id: SupportCaseId, event: SupportCaseEvent, at: DateTime<Utc>) {
        let stream = StreamId::new("support_case", case_id);
        self.accept((ActorKind::Support, "s-1", at), stream, Event::SupportCase(event)).await;
    }
}
