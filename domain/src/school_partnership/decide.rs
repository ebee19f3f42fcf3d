//! What a school's partnership answers, one function per command; each reads in the order of its checks.

use chrono::{DateTime, Utc};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::CameBy,
    events::school_partnership::{
        DeliveryPartnerChanged, NamedDeliveryPartner, NamedLeadProvider, PartnershipBrokenBySupport,
        PartnershipMistakeReported, RecruitmentConfirmed, ReportingWindow, ReportingWindowClosed,
        SchoolPartnershipEvent, UploadedRow,
    },
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, PartnershipId},
};

use super::{
    BreakPartnershipAsSupport, ChangeDeliveryPartner, CloseReportingWindow, ConfirmRecruitment, Partnership,
    ReportPartnershipMistake, SchoolPartnership, rejections as refused,
};
use crate::{
    facts::{CohortFacts, PartnershipFacts, RecruitmentFacts},
    policies::{
        eligibility::{Eligibility, eligibility},
        mistake_reasons, programme_choice,
        reporting_window::{self, later_of},
    },
    rejection::Rejection,
    text,
};

/// What is kept of the cell that a recruitment came from, in characters.
const LONGEST_CELL: usize = 100;

type Decision = Result<Vec<SchoolPartnershipEvent>, Rejection>;

/// Reference data first, then the rows of DOMAIN 3.7 in their order.
pub(super) fn confirm(state: &SchoolPartnership, command: &ConfirmRecruitment, facts: &PartnershipFacts) -> Decision {
    let cohort = known_cohort(command.cohort, &facts.recruitment)?;
    let delivery_partner = known_delivery_partner(&command.delivery_partner_id, &facts.recruitment)?;
    let lead_provider = asking_lead_provider(facts)?;
    pairing_holds(&command.delivery_partner_id, command.cohort, &facts.recruitment)?;
    let school_name = recruitable_school(command, &facts.recruitment)?;
    slot_is_free(state, command, &lead_provider.id)?;
    programme_is_chosen(command, &facts.recruitment)?;
    let confirmed = RecruitmentConfirmed {
        partnership_id: PartnershipId(facts.circumstances.new_id),
        school_urn: command.school_urn.clone(),
        school_name,
        cohort: command.cohort,
        lead_provider,
        delivery_partner,
        window: Some(reporting_window::CURRENT.window(facts.circumstances.received_at, cohort.window_not_before)),
        upload: command.upload.as_ref().map(shortened),
    };
    Ok(vec![confirmed.into()])
}

/// Every no of reference data to a recruitment, at most one each for its cohort, delivery partner and school: what a
/// form or an API tells at once, where a decision stops at the first.
pub fn unmet(command: &ConfirmRecruitment, facts: &PartnershipFacts) -> Vec<Rejection> {
    let (id, known) = (&command.delivery_partner_id, &facts.recruitment);
    let cohort = known_cohort(command.cohort, known).map(drop);
    let paired = || if cohort.is_ok() { pairing_holds(id, command.cohort, known) } else { Ok(()) };
    let delivery_partner = known_delivery_partner(id, known).and_then(|_| paired());
    let school = recruitable_school(command, known).map(drop);
    [cohort, school, delivery_partner].into_iter().filter_map(Result::err).collect()
}

/// DOMAIN 3.4, in its order: broken comes before the reason, the reason before the window.
pub(super) fn report(
    state: &SchoolPartnership,
    command: &ReportPartnershipMistake,
    facts: &PartnershipFacts,
) -> Decision {
    let known = known_partnership(state, command.partnership_id)?;
    of_the_school(known, &facts.circumstances.actor)?;
    let partnership = in_force(state, command.partnership_id, refused::already_reported)?;
    let reason = mistake_reasons::chosen(command.reason.as_deref())?;
    let window = open_window(partnership, facts.circumstances.received_at)?;
    let reported = PartnershipMistakeReported {
        partnership_id: partnership.id,
        school_urn: partnership.school_urn.clone(),
        cohort: partnership.cohort,
        reason,
        came_by: command.came_by.unwrap_or(CameBy::Service),
        notice_id: command.notice_id,
        lead_provider: partnership.lead_provider.clone(),
        delivery_partner: partnership.delivery_partner.clone(),
        window_closes_at: window.closes_at,
    };
    Ok(vec![reported.into()])
}

/// DOMAIN 3.10: the same partner is nothing to do, whatever has become of the pairing since.
pub(super) fn change_delivery_partner(
    state: &SchoolPartnership,
    command: &ChangeDeliveryPartner,
    facts: &PartnershipFacts,
) -> Decision {
    let known = known_partnership(state, command.partnership_id)?;
    of_the_lead_provider(known, &facts.circumstances.actor)?;
    let partnership = in_force(state, command.partnership_id, refused::partnership_broken)?;
    if partnership.delivery_partner.id == command.delivery_partner_id {
        return Ok(vec![]);
    }
    let cohort = known_cohort(partnership.cohort, &facts.recruitment)?;
    let delivery_partner = known_delivery_partner(&command.delivery_partner_id, &facts.recruitment)?;
    pairing_holds(&command.delivery_partner_id, partnership.cohort, &facts.recruitment)?;
    let window = reporting_window::CURRENT.window(facts.circumstances.received_at, cohort.window_not_before);
    let changed = DeliveryPartnerChanged {
        partnership_id: partnership.id,
        school_urn: partnership.school_urn.clone(),
        cohort: partnership.cohort,
        lead_provider: partnership.lead_provider.clone(),
        previous: partnership.delivery_partner.clone(),
        delivery_partner,
        window: Some(later_of(window, partnership.window.as_ref())),
    };
    Ok(vec![changed.into()])
}

/// DOMAIN 3.5: at any time, whether the window is open, closed or missing.
pub(super) fn break_as_support(state: &SchoolPartnership, command: &BreakPartnershipAsSupport) -> Decision {
    known_partnership(state, command.partnership_id)?;
    let partnership = in_force(state, command.partnership_id, refused::already_broken)?;
    let broken = PartnershipBrokenBySupport {
        partnership_id: partnership.id,
        school_urn: partnership.school_urn.clone(),
        cohort: partnership.cohort,
        reason: mistake_reasons::chosen(command.reason.as_deref())?,
        audit_reason: text::required(command.audit_reason.as_deref(), "audit reason", refused::audit_reason_missing)?,
        authorised_by: text::required(
            command.authorised_by.as_deref(),
            "authorisation",
            refused::authorisation_missing,
        )?,
        lead_provider: partnership.lead_provider.clone(),
        delivery_partner: partnership.delivery_partner.clone(),
        window_closes_at: partnership.window.as_ref().map(|window| window.closes_at),
    };
    Ok(vec![broken.into()])
}

/// Recorded once for the window that runs; that of a broken partnership or of an earlier round is nobody's concern.
pub(super) fn close_window(
    state: &SchoolPartnership,
    command: &CloseReportingWindow,
    facts: &PartnershipFacts,
) -> Decision {
    known_partnership(state, command.partnership_id)?;
    let active = state.active().filter(|active| active.id == command.partnership_id && !active.window_ended);
    let its_window = |active: &&Partnership| active.window.as_ref().map(|it| it.closes_at) == Some(command.closes_at);
    let Some(partnership) = active.filter(its_window) else { return Ok(vec![]) };
    if partnership.window_is_open(facts.circumstances.received_at) {
        return Err(refused::window_still_open(command.closes_at));
    }
    let closed = ReportingWindowClosed {
        partnership_id: partnership.id,
        school_urn: partnership.school_urn.clone(),
        cohort: partnership.cohort,
        closes_at: command.closes_at,
        notice_delivered: facts.notice_delivered,
    };
    Ok(vec![closed.into()])
}

fn known_cohort(cohort: Cohort, known: &RecruitmentFacts) -> Result<&CohortFacts, Rejection> {
    known.cohort.as_ref().filter(|known| known.cohort == cohort).ok_or_else(|| refused::cohort_unknown(cohort))
}

fn known_delivery_partner(id: &DeliveryPartnerId, known: &RecruitmentFacts) -> Result<NamedDeliveryPartner, Rejection> {
    let (id, name) = (known.delivery_partner.as_ref())
        .filter(|(known, _)| known == id)
        .ok_or_else(|| refused::delivery_partner_unknown(id))?;
    Ok(NamedDeliveryPartner { id: id.clone(), name: name.clone() })
}

/// The lead provider is the actor; nobody confirms for another.
fn asking_lead_provider(facts: &PartnershipFacts) -> Result<NamedLeadProvider, Rejection> {
    let (id, name) = (facts.recruitment.lead_provider.as_ref())
        .filter(|(id, _)| is_lead_provider(&facts.circumstances.actor, id))
        .ok_or_else(refused::lead_provider_unknown)?;
    Ok(NamedLeadProvider { id: id.clone(), name: name.clone() })
}

fn pairing_holds(id: &DeliveryPartnerId, cohort: Cohort, known: &RecruitmentFacts) -> Result<(), Rejection> {
    if known.paired { Ok(()) } else { Err(refused::delivery_partner_not_yours(id, cohort)) }
}

/// Rows 1 to 3 of DOMAIN 3.7; the school's name.
fn recruitable_school(command: &ConfirmRecruitment, known: &RecruitmentFacts) -> Result<String, Rejection> {
    let urn = &command.school_urn;
    let school =
        known.school.as_ref().filter(|school| school.urn == *urn).ok_or_else(|| refused::school_unknown(urn))?;
    match eligibility(school) {
        Eligibility::Eligible => Ok(school.name.clone()),
        Eligibility::CipOnly => Err(refused::school_cip_only(urn)),
        Eligibility::NotEligible => Err(refused::school_not_eligible(urn)),
    }
}

/// Rows 4 and 5 of DOMAIN 3.7: at most one active partnership per school and cohort.
fn slot_is_free(
    state: &SchoolPartnership,
    command: &ConfirmRecruitment,
    asking: &LeadProviderId,
) -> Result<(), Rejection> {
    match state.active() {
        None => Ok(()),
        Some(active) if active.lead_provider.id == *asking => {
            Err(refused::already_confirmed_by_you(&command.school_urn, command.cohort))
        }
        Some(_) => Err(refused::recruited_by_other_provider(&command.school_urn, command.cohort)),
    }
}

/// Row 6 of DOMAIN 3.7: providers once claimed schools for a year of which the schools had not said anything yet.
fn programme_is_chosen(command: &ConfirmRecruitment, known: &RecruitmentFacts) -> Result<(), Rejection> {
    if known.held_last_cohort && !programme_choice::is_known(known.programme_choice) {
        return Err(refused::programme_not_confirmed(&command.school_urn, command.cohort));
    }
    Ok(())
}

fn known_partnership(state: &SchoolPartnership, id: PartnershipId) -> Result<&Partnership, Rejection> {
    state.partnership(id).ok_or_else(|| refused::unknown_partnership(id))
}

fn in_force(
    state: &SchoolPartnership,
    id: PartnershipId,
    broken: fn(PartnershipId) -> Rejection,
) -> Result<&Partnership, Rejection> {
    state.active().filter(|active| active.id == id).ok_or_else(|| broken(id))
}

/// Whoever holds the school's token or is signed in as its tutor acts as the school; support may report for it.
fn of_the_school(partnership: &Partnership, actor: &Actor) -> Result<(), Rejection> {
    match actor.kind {
        ActorKind::Support => Ok(()),
        ActorKind::School if actor.id == partnership.school_urn.as_str() => Ok(()),
        _ => Err(not_yours(partnership)),
    }
}

fn of_the_lead_provider(partnership: &Partnership, actor: &Actor) -> Result<(), Rejection> {
    if is_lead_provider(actor, &partnership.lead_provider.id) { Ok(()) } else { Err(not_yours(partnership)) }
}

fn is_lead_provider(actor: &Actor, id: &LeadProviderId) -> bool {
    actor.kind == ActorKind::LeadProvider && actor.id == id.as_str()
}

fn not_yours(partnership: &Partnership) -> Rejection {
    refused::not_yours(format_args!("partnership {}", partnership.id))
}

fn open_window(partnership: &Partnership, received_at: DateTime<Utc>) -> Result<&ReportingWindow, Rejection> {
    let window = partnership.window.as_ref();
    window.filter(|_| partnership.window_is_open(received_at)).ok_or_else(|| refused::window_closed(window))
}

fn shortened(row: &UploadedRow) -> UploadedRow {
    UploadedRow { held: row.held.chars().take(LONGEST_CELL).collect(), ..row.clone() }
}
