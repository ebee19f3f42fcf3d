//! What a school's partnership does, told in sentences; here the people and papers that the tests share.

mod life_cycle;
mod properties;
mod recruiting;
mod reporting;
mod support;
mod window_end;

use events_schema::{
    codes::{CameBy, MistakeReason},
    events::{
        school::RegisterEntry,
        school_partnership::{
            DeliveryPartnerChanged, NamedDeliveryPartner, NamedLeadProvider, PartnershipBrokenBySupport,
            PartnershipMistakeReported, RecruitmentConfirmed, SchoolPartnershipEvent,
        },
    },
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, PartnershipId, Urn},
};

use super::{
    BreakPartnershipAsSupport, ChangeDeliveryPartner, ConfirmRecruitment, ReportPartnershipMistake, SchoolPartnership,
};
use crate::{
    facts::{CohortFacts, PartnershipFacts, RecruitmentFacts},
    policies::reporting_window,
    spec::{self, Given, at, id, parse},
};

pub(crate) const TEACH_FIRST: &str = "lead-provider_teach-first";
pub(crate) const AMBITION: &str = "lead-provider_ambition-institute";
pub(crate) const SCHOOL: &str = "school_100120";
pub(crate) const SUPPORT: &str = "support_desk-1";

/// When the recruitment of these tests was confirmed, and the last instant of its window.
pub(crate) const CONFIRMED_AT: &str = "2025-10-15T09:00:00Z";
pub(crate) const LAST_INSTANT: &str = "2025-10-29T23:59:59.999999Z";
pub(crate) const TOO_LATE: &str = "2025-10-30T00:00:00Z";

/// A stream with this history; Teach First asks, all reference data known.
pub(crate) fn given(history: impl IntoIterator<Item = SchoolPartnershipEvent>) -> Given<SchoolPartnership> {
    spec::given(history).knowing(|facts| all_known(facts, "teach-first"))
}

/// Reference data that lets the lead provider recruit with the Thames hub.
pub(crate) fn all_known(facts: &mut PartnershipFacts, lead_provider: &str) {
    facts.recruitment = RecruitmentFacts {
        cohort: Some(CohortFacts { cohort: cohort(), window_not_before: None }),
        lead_provider: Some((parse(lead_provider), name_of(lead_provider))),
        delivery_partner: Some((parse("thames-hub"), name_of("thames-hub"))),
        paired: true,
        school: Some(school()),
        held_last_cohort: false,
        programme_choice: None,
    };
}

/// The delivery partner that is asked for is known, and paired.
pub(crate) fn knowing_partner(facts: &mut PartnershipFacts, delivery_partner: &str) {
    facts.recruitment.delivery_partner = Some((parse(delivery_partner), name_of(delivery_partner)));
}

pub(crate) fn confirmed() -> SchoolPartnershipEvent {
    confirmed_by("teach-first", 1, CONFIRMED_AT)
}

pub(crate) fn confirmed_by(lead_provider: &str, number: u128, instant: &str) -> SchoolPartnershipEvent {
    RecruitmentConfirmed {
        partnership_id: partnership(number),
        school_urn: urn(),
        school_name: "Kingsmead School".to_owned(),
        cohort: cohort(),
        lead_provider: lead_provider_named(lead_provider),
        delivery_partner: partner_named("thames-hub"),
        window: Some(reporting_window::V1.window(at(instant), None)),
        upload: None,
    }
    .into()
}

/// The recruitment as it was before windows were stored.
pub(crate) fn confirmed_without_window() -> SchoolPartnershipEvent {
    match confirmed() {
        SchoolPartnershipEvent::RecruitmentConfirmed(recruitment) => {
            RecruitmentConfirmed { window: None, ..recruitment }.into()
        }
        other => other,
    }
}

pub(crate) fn changed_to(delivery_partner: &str, closes_like: &str) -> SchoolPartnershipEvent {
    DeliveryPartnerChanged {
        partnership_id: partnership(1),
        school_urn: urn(),
        cohort: cohort(),
        lead_provider: lead_provider_named("teach-first"),
        previous: partner_named("thames-hub"),
        delivery_partner: partner_named(delivery_partner),
        window: Some(reporting_window::V1.window(at(closes_like), None)),
    }
    .into()
}

pub(crate) fn reported(reason: MistakeReason) -> SchoolPartnershipEvent {
    PartnershipMistakeReported {
        partnership_id: partnership(1),
        school_urn: urn(),
        cohort: cohort(),
        reason,
        came_by: CameBy::Service,
        notice_id: None,
        lead_provider: lead_provider_named("teach-first"),
        delivery_partner: partner_named("thames-hub"),
        window_closes_at: at(LAST_INSTANT),
    }
    .into()
}

pub(crate) fn broken_by_support() -> SchoolPartnershipEvent {
    PartnershipBrokenBySupport {
        partnership_id: partnership(1),
        school_urn: urn(),
        cohort: cohort(),
        reason: MistakeReason::Mistake,
        audit_reason: "The school wrote to us".to_owned(),
        authorised_by: "Policy engagement, ticket 7".to_owned(),
        lead_provider: lead_provider_named("teach-first"),
        delivery_partner: partner_named("thames-hub"),
        window_closes_at: Some(at(LAST_INSTANT)),
    }
    .into()
}

pub(crate) fn confirm() -> ConfirmRecruitment {
    ConfirmRecruitment { school_urn: urn(), cohort: cohort(), delivery_partner_id: parse("thames-hub"), upload: None }
}

pub(crate) fn report(reason: &str) -> ReportPartnershipMistake {
    ReportPartnershipMistake {
        partnership_id: partnership(1),
        reason: Some(reason.to_owned()),
        came_by: None,
        notice_id: None,
    }
}

pub(crate) fn change_to(delivery_partner: &str) -> ChangeDeliveryPartner {
    ChangeDeliveryPartner { partnership_id: partnership(1), delivery_partner_id: parse(delivery_partner) }
}

pub(crate) fn break_it() -> BreakPartnershipAsSupport {
    BreakPartnershipAsSupport {
        partnership_id: partnership(1),
        reason: Some("mistake".to_owned()),
        audit_reason: Some("The school wrote to us".to_owned()),
        authorised_by: Some("Policy engagement, ticket 7".to_owned()),
    }
}

pub(crate) fn partnership(number: u128) -> PartnershipId {
    PartnershipId(id(number))
}

pub(crate) fn urn() -> Urn {
    parse("100120")
}

pub(crate) fn cohort() -> Cohort {
    parse("2025")
}

pub(crate) fn lead_provider_named(slug: &str) -> NamedLeadProvider {
    NamedLeadProvider { id: parse::<LeadProviderId>(slug), name: name_of(slug) }
}

pub(crate) fn partner_named(slug: &str) -> NamedDeliveryPartner {
    NamedDeliveryPartner { id: parse::<DeliveryPartnerId>(slug), name: name_of(slug) }
}

/// An eligible school: open, in England, a community school.
pub(crate) fn school() -> RegisterEntry {
    RegisterEntry {
        urn: urn(),
        name: "Kingsmead School".to_owned(),
        la_code: "203".to_owned(),
        la_name: "Greenwich".to_owned(),
        la_in_england: Some(true),
        type_code: 1,
        type_name: "Community school".to_owned(),
        status_code: 1,
        status_name: "Open".to_owned(),
        phase_name: "Primary".to_owned(),
        ukprn: None,
        town: "London".to_owned(),
        postcode: "SE10 0AA".to_owned(),
        main_email: "office@kingsmead.example".to_owned(),
        alternative_email: String::new(),
        section_41_approved: false,
        district_code: "E09000011".to_owned(),
        trust_name: None,
    }
}

fn name_of(slug: &str) -> String {
    slug.replace('-', " ")
}
