//! For the tests of projections: events of one stream, folded as a view folds them.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin},
    events::school_partnership::{NamedDeliveryPartner, NamedLeadProvider, RecruitmentConfirmed, ReportingWindow},
    ids::{
        CausationId, Cohort, CommandId, CorrelationId, DeliveryPartnerId, EventId, LeadProviderId, Parse,
        PartnershipId, Urn,
    },
};
use uuid::Uuid;

use super::{Event, Projection, Recorded, StreamId, Unfit};

/// Noon of the first day; each event happens a day after the one before.
pub(crate) fn first_day() -> DateTime<Utc> {
    "2025-06-02T12:00:00Z".parse().expect("an instant")
}

/// The rows after the events, in order, at positions and versions from 1.
pub(crate) fn rows<P: Projection>(stream: &StreamId, events: &[Event]) -> Result<Vec<P::Row>, Unfit> {
    let mut rows = Vec::new();
    for (position, event) in (1..).zip(events) {
        let recorded = recorded(position, stream, event);
        if P::stream(&recorded).is_some() {
            P::project(&mut rows, &recorded)?;
        }
    }
    Ok(rows)
}

fn recorded(position: i64, stream: &StreamId, event: &Event) -> Recorded<Event> {
    let happened_at = first_day() + TimeDelta::days(position - 1);
    let origin = Origin {
        actor: Actor::system("test"),
        channel: Channel::System,
        command_id: CommandId(Uuid::nil()),
        correlation_id: CorrelationId(Uuid::nil()),
        causation_id: CausationId(Uuid::nil()),
        traceparent: None,
        user: None,
    };
    Recorded {
        position,
        stream: stream.clone(),
        version: position,
        event_id: EventId(Uuid::nil()),
        origin,
        happened_at,
        recorded_at: happened_at,
        event: event.clone(),
    }
}

/// The partnerships of a school in a cohort.
pub(crate) fn partnerships() -> StreamId {
    StreamId::new("school_partnership", "100120-2025")
}

/// The lead provider that recruited.
pub(crate) fn lead_provider() -> NamedLeadProvider {
    NamedLeadProvider { id: LeadProviderId::parse("teach-north").expect("a slug"), name: "Teach North".into() }
}

/// The delivery partner it named.
pub(crate) fn delivery_partner() -> NamedDeliveryPartner {
    NamedDeliveryPartner { id: DeliveryPartnerId::parse("a-hub").expect("a slug"), name: "A Hub".into() }
}

/// A partnership of theirs, confirmed on the first day: 14 days to report a mistake.
pub(crate) fn recruited(partnership: u128) -> Event {
    let closes_at = first_day() + TimeDelta::days(14);
    let last_day = closes_at.date_naive();
    let window = ReportingWindow { policy_version: 1, days: 14, not_before: None, last_day, closes_at };
    let event = RecruitmentConfirmed {
        partnership_id: PartnershipId(Uuid::from_u128(partnership)),
        school_urn: Urn::parse("100120").expect("digits"),
        school_name: "A School".into(),
        cohort: Cohort::starting(2025).expect("a year"),
        lead_provider: lead_provider(),
        delivery_partner: delivery_partner(),
        window: Some(window),
        upload: None,
    };
    Event::SchoolPartnership(event.into())
}
