//! Everything that a mail needs, read from the log at the moment of sending: to whom, what it tells, and whether it
//! should still be sent at all.

use domain::{notice, school, school_partnership};
use event_store::Log;
use events_schema::{
    codes::{NoticeOccasion, WithheldReason},
    envelope::Recorded,
    events::{
        Event,
        notice::{NoticeCreated, NoticeEvent, SentTo},
        school::SchoolEvent,
        school_partnership::SchoolPartnershipEvent as Change,
    },
    ids::{EventId, NoticeId, PartnershipId},
};
use uuid::Uuid;

use super::wording::{Partnership, Told};
use crate::fault::Fault;

/// A mail to be sent.
pub(super) struct Telling {
    /// The event that created it.
    pub(super) event: Recorded<Event>,
    /// That event.
    pub(super) created: NoticeCreated,
    /// The recipient's name, if it is a person.
    pub(super) name: Option<String>,
    /// The mail address.
    pub(super) address: String,
    /// Whose token its link holds, if it holds one.
    pub(super) token_of: Option<Uuid>,
    /// What it says.
    pub(super) told: Told,
}

/// What is to be done with a mail.
pub(super) enum Due {
    /// Send it.
    Send(Box<Telling>),
    /// Withhold it.
    Withhold(Box<Recorded<Event>>, WithheldReason),
    /// Nothing: it is at its end.
    Nothing,
}

/// Reads a mail and what it is about.
pub(super) async fn read(log: &Log, id: NoticeId) -> Result<Due, Fault> {
    let history = log.stream_page(&notice::stream(id), 0, i64::MAX).await?;
    let over = history.iter().any(|it| matches!(it.event, Event::Notice(NoticeEvent::NoticeWithheld(_))));
    let Some((event, created)) = history.into_iter().find_map(creation).filter(|_| !over) else {
        return Ok(Due::Nothing);
    };
    let Some((name, address)) = recipient(&created) else {
        return Ok(Due::Withhold(Box::new(event), WithheldReason::Erased));
    };
    let (told, reason) = match (created.partnership_id, created.cohort) {
        (Some(partnership), Some(cohort)) => {
            let stream = school_partnership::stream(&created.school_urn, cohort);
            of_partnership(log.stream_page(&stream, 0, i64::MAX).await?, partnership, &created)?
        }
        _ => (of_school(log, &created).await?, None),
    };
    if let Some(reason) = reason {
        return Ok(Due::Withhold(Box::new(event), reason));
    }
    let token_of = token_of(log, &created).await?;
    Ok(Due::Send(Box::new(Telling { event, created, name, address, token_of, told })))
}

fn creation(recorded: Recorded<Event>) -> Option<(Recorded<Event>, NoticeCreated)> {
    match &recorded.event {
        Event::Notice(NoticeEvent::NoticeCreated(created)) => Some((recorded.clone(), created.clone())),
        _ => None,
    }
}

/// Nothing once the person was erased.
fn recipient(created: &NoticeCreated) -> Option<(Option<String>, String)> {
    match &created.sent_to {
        SentTo::Person { name, email, .. } => Some((Some(name.value()?.clone()), email.value()?.clone())),
        SentTo::Mailbox { address } => Some((None, address.clone())),
    }
}

/// A mail about a link holds the link's token; a notice or reminder its own.
async fn token_of(log: &Log, created: &NoticeCreated) -> Result<Option<Uuid>, Fault> {
    Ok(match created.occasion {
        NoticeOccasion::Notice | NoticeOccasion::Reminder => Some(created.notice_id.0),
        NoticeOccasion::MistakeReported => None,
        NoticeOccasion::NominationLink => match log.event(created.cause).await?.map(|cause| cause.event) {
            Some(Event::School(SchoolEvent::NominationLinkSent(sent))) => Some(sent.link_id.0),
            _ => None,
        },
    })
}

/// What there is to tell of a partnership, and why it should no longer be told, if so.
fn of_partnership(
    history: Vec<Recorded<Event>>,
    id: PartnershipId,
    created: &NoticeCreated,
) -> Result<(Told, Option<WithheldReason>), Fault> {
    let mut story = Story::default();
    for recorded in history {
        if let Event::SchoolPartnership(change) = recorded.event {
            story.goes_on((recorded.event_id, change), id);
        }
    }
    let partnership = story.partnership.ok_or_else(|| missing(created))?;
    let told = Told { school_name: story.school_name, urn: created.school_urn.clone(), partnership: Some(partnership) };
    let reason = match created.occasion {
        NoticeOccasion::Notice | NoticeOccasion::Reminder if story.broken => Some(WithheldReason::Broken),
        NoticeOccasion::Notice | NoticeOccasion::Reminder if story.round != Some(created.cause) => {
            Some(WithheldReason::Superseded)
        }
        _ => None,
    };
    Ok((told, reason))
}

async fn of_school(log: &Log, created: &NoticeCreated) -> Result<Told, Fault> {
    let history = log.stream_page(&school::stream(&created.school_urn), 0, i64::MAX).await?;
    let name = history.into_iter().rev().find_map(|recorded| match recorded.event {
        Event::School(SchoolEvent::SchoolImported(imported)) => Some(imported.entry.name),
        _ => None,
    });
    let school_name = name.ok_or_else(|| missing(created))?;
    Ok(Told { school_name, urn: created.school_urn.clone(), partnership: None })
}

fn missing(created: &NoticeCreated) -> Fault {
    Fault::Refused(format!("mail {} is about a record that the log does not have", created.notice_id))
}

/// One partnership in the history of its stream.
#[derive(Default)]
struct Story {
    school_name: String,
    partnership: Option<Partnership>,
    round: Option<EventId>,
    broken: bool,
}

impl Story {
    fn goes_on(&mut self, (event, change): (EventId, Change), id: PartnershipId) {
        match change {
            Change::RecruitmentConfirmed(it) if it.partnership_id == id => {
                self.school_name = it.school_name;
                self.round = Some(event);
                self.partnership = Some(Partnership {
                    cohort: it.cohort,
                    lead_provider: it.lead_provider.name,
                    delivery_partner: it.delivery_partner.name,
                    last_day: it.window.map(|window| window.last_day),
                    reason: None,
                });
            }
            Change::DeliveryPartnerChanged(it) if it.partnership_id == id => {
                self.round = Some(event);
                if let Some(partnership) = &mut self.partnership {
                    partnership.delivery_partner = it.delivery_partner.name;
                    partnership.last_day = it.window.map(|window| window.last_day);
                }
            }
            Change::PartnershipMistakeReported(it) if it.partnership_id == id => self.breaks(it.reason),
            Change::PartnershipBrokenBySupport(it) if it.partnership_id == id => self.breaks(it.reason),
            _ => {}
        }
    }

    fn breaks(&mut self, reason: events_schema::codes::MistakeReason) {
        self.broken = true;
        if let Some(partnership) = &mut self.partnership {
            partnership.reason = Some(reason);
        }
    }
}
