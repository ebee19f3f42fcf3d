//! A small history made by hand, whose measures can be worked out on paper: June and July 2025, cohort 2025.
//!
//! North recruits S1 to S4, South takes S1 after its report; S1, S2 and S3 belong to one trust.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use event_store::EventStore;
use events_schema::{
    actor::ActorKind,
    codes::{
        AwardType, CameBy, FutureInterest, MistakeReason, Route, TraineeState, WithdrawalReason, WithdrawalTrigger,
    },
    envelope::{Channel, StreamId},
    events::{
        Event,
        school::SchoolImported,
        school_partnership::{
            DeliveryPartnerChanged, PartnershipBrokenBySupport, PartnershipMistakeReported, RecruitmentConfirmed,
            ReportingWindow, SchoolPartnershipEvent,
        },
        trainee::{
            QtsAwarded, TraineeDeferred, TraineeEvent, TraineeRecommendedForQts, TraineeSubmittedForTrn,
            TraineeWithdrawn, TrainingExtended, TrnRecorded, WithdrawalUndone,
        },
    },
    ids::{Cohort, PartnershipId, TraineeId},
    personal::Personal,
};
use uuid::Uuid;

use super::{
    history::{delivery_partner, lead_provider, register_entry},
    measured_trainees,
    trainee_history::registered,
    writer::{By, Refused, Writer, actor, slug},
};

/// 09:00 UTC of a day of 2025.
pub(crate) fn on(month: u32, day: u32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(2025, month, day).and_then(|day| day.and_hms_opt(9, 0, 0)).expect("a day").and_utc()
}

pub(crate) fn cohort() -> Cohort {
    Cohort::starting(2025).expect("a year")
}

fn by(kind: ActorKind, id: &str, at: DateTime<Utc>) -> By {
    By { actor: actor(kind, id), at, channel: Channel::Nats }
}

/// A recruitment of a school by its URN, by the slugs of both providers.
pub(crate) fn confirmed(
    partnership_id: PartnershipId,
    (school, lead, delivery): (&str, &str, &str),
    at: DateTime<Utc>,
) -> RecruitmentConfirmed {
    RecruitmentConfirmed {
        partnership_id,
        school_urn: slug(school),
        school_name: format!("School {school}"),
        cohort: cohort(),
        lead_provider: lead_provider(lead),
        delivery_partner: delivery_partner(delivery),
        window: Some(window(at)),
        upload: None,
    }
}

/// 14 days to the end of the day, British Summer Time.
pub(crate) fn window(at: DateTime<Utc>) -> ReportingWindow {
    let last_day = (at + TimeDelta::days(14)).date_naive();
    let closes_at = last_day.and_hms_micro_opt(22, 59, 59, 999_999).expect("a time").and_utc();
    ReportingWindow { policy_version: 1, days: 14, not_before: None, last_day, closes_at }
}

/// Writes the history.
pub(crate) struct Measured<'s> {
    writer: Writer<'s>,
}

/// A partnership of the history.
#[derive(Clone, Copy)]
struct Partnership {
    id: PartnershipId,
    school: &'static str,
    lead_provider: &'static str,
    delivery_partner: &'static str,
    at: DateTime<Utc>,
}

impl Partnership {
    fn stream(&self) -> StreamId {
        StreamId::new("school_partnership", format_args!("{}-2025", self.school))
    }
}

impl<'s> Measured<'s> {
    /// The whole history.
    pub(crate) async fn write(store: &'s EventStore) {
        let mut history = Self { writer: Writer::new(store) };
        for (urn, trust) in [("1001", Some("T")), ("1002", Some("T")), ("1003", Some("T")), ("1004", None)] {
            let entry = register_entry(slug(urn), trust.map(str::to_owned));
            let event = Event::School(SchoolImported { entry, changed: Vec::new() }.into());
            let import = by(ActorKind::System, "import", on(5, 1));
            history.writer.accept(import, StreamId::new("school", urn), event).await;
        }
        history.partnerships().await;
        history.trainees().await;
        measured_trainees::write(&mut history.writer).await;
    }

    /// Thirty schools of North, of which nobody reports anything, and thirty of South, of which fifteen report.
    pub(crate) async fn write_one_that_stands_out(store: &'s EventStore) {
        let mut history = Self { writer: Writer::new(store) };
        for number in 0..60_u32 {
            let school: &'static str = Box::leak((2000 + number).to_string().into_boxed_str());
            let (lead, delivery) = if number < 30 { ("north", "hub-a") } else { ("south", "hub-b") };
            let it = history.recruit((school, lead, delivery), Channel::Csv, on(6, 2)).await;
            if number >= 45 {
                history.report(it, MistakeReason::DoNotRecognise, on(6, 8)).await;
            }
        }
    }

    async fn partnerships(&mut self) {
        let p1 = self.recruit(("1001", "north", "hub-a"), Channel::Nats, on(6, 2)).await;
        let p2 = self.recruit(("1002", "north", "hub-a"), Channel::Csv, on(6, 3)).await;
        self.report(p1, MistakeReason::NotConfirmed, on(6, 5)).await;
        self.be_refused(p1, "already_reported", on(6, 5) + TimeDelta::hours(5)).await;
        let p3 = self.recruit(("1003", "north", "hub-a"), Channel::Api, on(6, 9)).await;
        let p4 = self.recruit(("1004", "north", "hub-b"), Channel::Nats, on(6, 10)).await;
        let p2 = self.change(p2, "hub-b", on(6, 10)).await;
        let p5 = self.recruit(("1001", "south", "hub-b"), Channel::Nats, on(6, 12)).await;
        self.contest(p3, on(6, 15)).await;
        self.report(p2, MistakeReason::DoNotRecognise, on(6, 19)).await;
        self.report(p5, MistakeReason::Mistake, on(6, 20)).await;
        self.be_refused(p3, "window_closed", on(6, 26)).await;
        self.break_as_support(p4, on(6, 30)).await;
        self.recruit(("1004", "north", "hub-b"), Channel::Nats, on(7, 2)).await;
    }

    async fn append(&mut self, by: By, partnership: &Partnership, event: impl Into<SchoolPartnershipEvent>) {
        self.writer.accept(by, partnership.stream(), Event::SchoolPartnership(event.into())).await;
    }

    async fn recruit(
        &mut self,
        (school, lead, delivery): (&'static str, &'static str, &'static str),
        channel: Channel,
        at: DateTime<Utc>,
    ) -> Partnership {
        let id = PartnershipId(Uuid::now_v7());
        let partnership = Partnership { id, school, lead_provider: lead, delivery_partner: delivery, at };
        let event = confirmed(id, (school, lead, delivery), at);
        let by = By { channel, ..by(ActorKind::LeadProvider, lead, at) };
        self.append(by, &partnership, event).await;
        partnership
    }

    async fn change(&mut self, was: Partnership, delivery: &'static str, at: DateTime<Utc>) -> Partnership {
        let event = DeliveryPartnerChanged {
            partnership_id: was.id,
            school_urn: slug(was.school),
            cohort: cohort(),
            lead_provider: lead_provider(was.lead_provider),
            previous: delivery_partner(was.delivery_partner),
            delivery_partner: delivery_partner(delivery),
            window: Some(window(at)),
        };
        self.append(by(ActorKind::LeadProvider, was.lead_provider, at), &was, event).await;
        Partnership { delivery_partner: delivery, at, ..was }
    }

    async fn report(&mut self, it: Partnership, reason: MistakeReason, at: DateTime<Utc>) {
        let event = PartnershipMistakeReported {
            partnership_id: it.id,
            school_urn: slug(it.school),
            cohort: cohort(),
            reason,
            came_by: CameBy::Token,
            notice_id: None,
            lead_provider: lead_provider(it.lead_provider),
            delivery_partner: delivery_partner(it.delivery_partner),
            window_closes_at: window(it.at).closes_at,
        };
        self.append(by(ActorKind::School, it.school, at), &it, event).await;
    }

    async fn break_as_support(&mut self, it: Partnership, at: DateTime<Utc>) {
        let event = PartnershipBrokenBySupport {
            partnership_id: it.id,
            school_urn: slug(it.school),
            cohort: cohort(),
            reason: MistakeReason::Mistake,
            audit_reason: "the school asked".to_owned(),
            authorised_by: "policy engagement".to_owned(),
            lead_provider: lead_provider(it.lead_provider),
            delivery_partner: delivery_partner(it.delivery_partner),
            window_closes_at: Some(window(it.at).closes_at),
        };
        self.append(by(ActorKind::Support, "s-1", at), &it, event).await;
    }

    async fn be_refused(&mut self, it: Partnership, code: &str, at: DateTime<Utc>) {
        let given = format!(r#"{{"partnership_id":"{}","reason":"mistake","came_by":"token"}}"#, it.id);
        let refused = Refused { command: "ReportPartnershipMistake", code, given, stream: Some(it.stream()) };
        self.writer.refuse(by(ActorKind::School, it.school, at), refused).await;
    }

    async fn contest(&mut self, it: Partnership, at: DateTime<Utc>) {
        let given = format!(r#"{{"school_urn":"{}","cohort":"2025","delivery_partner_id":"hub-b"}}"#, it.school);
        let (command, code) = ("ConfirmRecruitment", "recruited_by_other_provider");
        let refused = Refused { command, code, given, stream: Some(it.stream()) };
        self.writer.refuse(by(ActorKind::LeadProvider, "south", at), refused).await;
    }

    async fn trainees(&mut self) {
        let awarded = self.trainee().await;
        self.recommend(awarded, (on(7, 1), on(6, 20))).await;
        let (award, awarded_at) = (AwardType::Qts, on(6, 20).date_naive());
        self.train(awarded, on(7, 3), QtsAwarded { trainee_id: awarded, awarded_at, award }).await;
        let pending = self.trainee().await;
        self.recommend(pending, (on(7, 2), on(5, 20))).await;
        let left = self.trainee().await;
        let reasons = vec![WithdrawalReason::NotMeetingQtsStandards, WithdrawalReason::UnacceptableBehaviour];
        self.withdraw(left, WithdrawalTrigger::Provider, reasons).await;
        let chose = self.trainee().await;
        self.withdraw(chose, WithdrawalTrigger::Trainee, vec![WithdrawalReason::TraineeWorkloadIssues]).await;
        let deferred = self.trainee().await;
        let event = TraineeDeferred { trainee_id: deferred, defer_date: None, reason: None };
        self.train(deferred, on(6, 20), event).await;
        let extended = self.trainee().await;
        let expected_end_date = on(9, 30).date_naive();
        let event = TrainingExtended { trainee_id: extended, previous_end_date: None, expected_end_date };
        self.train(extended, on(6, 20), event).await;
        let back = self.trainee().await;
        self.withdraw(back, WithdrawalTrigger::Trainee, vec![WithdrawalReason::MovedToDifferentIttCourse]).await;
        let (state, comment) = (TraineeState::TrnReceived, Personal::Open("a slip".to_owned()));
        let event = WithdrawalUndone { trainee_id: back, state, comment, ticket_url: None };
        self.train(back, on(6, 23), event).await;
    }

    async fn train(&mut self, id: TraineeId, at: DateTime<Utc>, event: impl Into<TraineeEvent>) {
        let by = by(ActorKind::TrainingProvider, "A1", at);
        self.writer.accept(by, StreamId::new("trainee", id), Event::Trainee(event.into())).await;
    }

    /// In training since 1 September 2024, expected to end on 30 June 2025.
    async fn trainee(&mut self) -> TraineeId {
        let trainee_id = TraineeId(Uuid::now_v7());
        let mut event = registered(trainee_id);
        event.training.itt_start_date = NaiveDate::from_ymd_opt(2024, 9, 1);
        event.training.expected_end_date = NaiveDate::from_ymd_opt(2025, 6, 30);
        self.train(trainee_id, on(5, 1), event).await;
        self.train(trainee_id, on(5, 1), TraineeSubmittedForTrn { trainee_id, request_id: Uuid::nil() }).await;
        self.train(trainee_id, on(5, 2), TrnRecorded { trainee_id, trn: Personal::Open(slug("1234567")) }).await;
        trainee_id
    }

    async fn recommend(&mut self, trainee_id: TraineeId, (at, met): (DateTime<Utc>, DateTime<Utc>)) {
        let event = TraineeRecommendedForQts {
            trainee_id,
            outcome_date: met.date_naive(),
            recommended_for_award_at: at,
            award: AwardType::Qts,
            route: Route::ProviderLedPostgrad,
            upload: None,
        };
        self.train(trainee_id, at, event).await;
    }

    async fn withdraw(&mut self, trainee_id: TraineeId, trigger: WithdrawalTrigger, reasons: Vec<WithdrawalReason>) {
        let event = TraineeWithdrawn {
            trainee_id,
            withdrawal_date: on(6, 20).date_naive(),
            trigger,
            reasons,
            another_reason: None,
            safeguarding_concern_reasons: None,
            future_interest: FutureInterest::Unknown,
            state_before: TraineeState::TrnReceived,
        };
        self.train(trainee_id, on(6, 20), event).await;
    }
}
