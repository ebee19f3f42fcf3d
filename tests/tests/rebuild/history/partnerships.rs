//! The partnerships of the random history: recruited, changed, reported, broken.

use chrono::{Days, TimeDelta};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::{CameBy, MistakeReason},
    envelope::StreamId,
    events::{
        Event,
        school_partnership::{
            DeliveryPartnerChanged, PartnershipBrokenBySupport, PartnershipMistakeReported, RecruitmentConfirmed,
            ReportingWindow, SchoolPartnershipEvent,
        },
    },
    ids::{Cohort, PartnershipId, Urn},
};
use rand::seq::IndexedRandom;

use super::{
    super::writer::actor, Active, DELIVERY_PARTNERS, History, LEAD_PROVIDERS, delivery_partner, lead_provider,
};

impl History<'_> {
    fn window(&self) -> ReportingWindow {
        let last_day = self.now.date_naive() + Days::new(14);
        let closes_at = self.now + TimeDelta::days(14);
        ReportingWindow { policy_version: 1, days: 14, not_before: None, last_day, closes_at }
    }

    pub(super) async fn recruit(&mut self) {
        let (school_urn, cohort) = self.school_and_cohort();
        if self.active.contains_key(&(school_urn.clone(), cohort)) {
            return;
        }
        let lead_provider = lead_provider(self.pick(&LEAD_PROVIDERS));
        let delivery_partner = delivery_partner(self.pick(&DELIVERY_PARTNERS));
        let (id, window) = (PartnershipId(self.new_id()), self.window());
        let event = RecruitmentConfirmed {
            partnership_id: id,
            school_urn: school_urn.clone(),
            school_name: format!("School {school_urn}"),
            cohort,
            lead_provider: lead_provider.clone(),
            delivery_partner: delivery_partner.clone(),
            window: Some(window.clone()),
            upload: None,
        };
        let by = actor(ActorKind::LeadProvider, lead_provider.id.as_str());
        self.append_partnership(by, (&school_urn, cohort), event.into()).await;
        self.known.push((id, school_urn.clone(), cohort));
        let active = Active { id, lead_provider, delivery_partner, closes_at: window.closes_at };
        self.active.insert((school_urn, cohort), active);
    }

    async fn append_partnership(&mut self, by: Actor, (urn, cohort): (&Urn, Cohort), event: SchoolPartnershipEvent) {
        let stream = StreamId::new("school_partnership", format_args!("{urn}-{cohort}"));
        self.append(by, stream, Event::SchoolPartnership(event)).await;
    }

    fn some_active(&mut self) -> Option<((Urn, Cohort), Active)> {
        let mut all: Vec<_> = self.active.iter().map(|(key, active)| (key.clone(), active.clone())).collect();
        all.sort_by_key(|(_, active)| active.id);
        all.choose(&mut self.rng).cloned()
    }

    pub(super) async fn change_delivery_partner(&mut self) {
        let Some((key, mut active)) = self.some_active() else { return };
        let next = delivery_partner(self.pick(&DELIVERY_PARTNERS));
        let event = DeliveryPartnerChanged {
            partnership_id: active.id,
            school_urn: key.0.clone(),
            cohort: key.1,
            lead_provider: active.lead_provider.clone(),
            previous: std::mem::replace(&mut active.delivery_partner, next.clone()),
            delivery_partner: next,
            window: Some(self.window()),
        };
        let by = actor(ActorKind::LeadProvider, active.lead_provider.id.as_str());
        self.append_partnership(by, (&key.0, key.1), event.into()).await;
        self.active.insert(key, active);
    }

    pub(super) async fn report(&mut self) {
        let Some((key, active)) = self.some_active() else { return };
        let event = PartnershipMistakeReported {
            partnership_id: active.id,
            school_urn: key.0.clone(),
            cohort: key.1,
            reason: self.pick(MistakeReason::ALL),
            came_by: self.pick(CameBy::ALL),
            notice_id: None,
            lead_provider: active.lead_provider,
            delivery_partner: active.delivery_partner,
            window_closes_at: active.closes_at,
        };
        self.append_partnership(actor(ActorKind::School, key.0.as_str()), (&key.0, key.1), event.into()).await;
        self.active.remove(&key);
    }

    pub(super) async fn break_as_support(&mut self) {
        let Some((key, active)) = self.some_active() else { return };
        let event = PartnershipBrokenBySupport {
            partnership_id: active.id,
            school_urn: key.0.clone(),
            cohort: key.1,
            reason: self.pick(MistakeReason::ALL),
            audit_reason: "the school asked".to_owned(),
            authorised_by: "policy engagement".to_owned(),
            lead_provider: active.lead_provider,
            delivery_partner: active.delivery_partner,
            window_closes_at: Some(active.closes_at),
        };
        self.append_partnership(actor(ActorKind::Support, "s-1"), (&key.0, key.1), event.into()).await;
        self.active.remove(&key);
    }
}
