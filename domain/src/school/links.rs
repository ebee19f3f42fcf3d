//! Links by which a school nominates its induction tutor (DOMAIN 3.11): only to its mailbox in the register, few, and good
//! for 21 days.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    events::school::{NominationLinkOpened, NominationLinkSent, SchoolEvent},
    ids::{NominationLinkId, Urn},
};

use super::{OpenNominationLink, RequestNominationLink, School, decide::of_the_school, rejections as refused};
use crate::{
    facts::SchoolFacts, policies::contact, rejection::Rejection, school_partnership::rejections::school_unknown,
};

/// How long a link is good, in days.
pub const LINK_DAYS: i64 = 21;
/// How many links may be asked for in [`A_DAY`].
const LINKS_A_DAY: usize = 5;
const A_DAY: TimeDelta = TimeDelta::hours(24);
/// At most one link may be asked for in this time.
const A_WHILE: TimeDelta = TimeDelta::minutes(5);

type Decision = Result<Vec<SchoolEvent>, Rejection>;

/// A new link to the school's mailbox.
pub(super) fn request(state: &School, command: &RequestNominationLink, facts: &SchoolFacts) -> Decision {
    let urn = &command.school_urn;
    of_the_school(urn, &facts.circumstances.actor)?;
    let entry = state.entry.as_ref().ok_or_else(|| school_unknown(urn))?;
    let (contact, sent_to) = contact::mailbox(entry).ok_or_else(|| refused::no_mailbox(urn))?;
    let now = facts.circumstances.received_at;
    not_too_often(state, urn, now)?;
    let sent = NominationLinkSent {
        school_urn: urn.clone(),
        link_id: NominationLinkId(facts.circumstances.new_id),
        token_hash: facts.link_token_hash.clone().expect("the rim makes a token for each link that is asked for"),
        contact,
        sent_to,
        sent_at: now,
        expires_at: now + TimeDelta::days(LINK_DAYS),
    };
    Ok(vec![sent.into()])
}

/// The first opening is recorded, later ones are nothing to do; an old link opens nothing.
pub(super) fn open(state: &School, command: &OpenNominationLink, facts: &SchoolFacts) -> Decision {
    of_the_school(&command.school_urn, &facts.circumstances.actor)?;
    let own = state.links.get(&command.link_id).map(|link| link.expires_at);
    let expires_at = own.or(facts.notice_link_expires_at).ok_or_else(|| refused::link_unknown(command.link_id))?;
    if facts.circumstances.received_at > expires_at {
        return Err(refused::link_expired(expires_at));
    }
    if state.opened.contains(&command.link_id) {
        return Ok(vec![]);
    }
    Ok(vec![NominationLinkOpened { school_urn: command.school_urn.clone(), link_id: command.link_id }.into()])
}

fn not_too_often(state: &School, urn: &Urn, now: DateTime<Utc>) -> Result<(), Rejection> {
    let within = |time: TimeDelta| state.links.values().filter(|link| link.sent_at > now - time).count();
    if within(A_WHILE) > 0 {
        return Err(refused::link_asked_too_soon(urn));
    }
    if within(A_DAY) >= LINKS_A_DAY {
        return Err(refused::link_asked_too_often(urn));
    }
    Ok(())
}
