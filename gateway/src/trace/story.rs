//! Everything that the log and the ledger hold about one partnership, gathered to be told.

use event_store::{Command, Refusal};
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        notice::NoticeEvent,
        school_partnership::{RecruitmentConfirmed, SchoolPartnershipEvent as Partnership},
    },
    ids::{PartnershipId, UserId},
};

use super::{
    archive::{Archive, partnership_of},
    who::Names,
};
use crate::{decision_replay::Again, fault::Fault};

/// What the log holds about one partnership.
#[derive(Debug, Clone)]
pub struct Story {
    /// Which.
    pub id: PartnershipId,
    /// The stream of its school and cohort.
    pub stream: StreamId,
    /// Its own events.
    pub own: Vec<Recorded<Event>>,
    /// Those of the school's other partnerships in the cohort.
    pub others: Vec<Recorded<Event>>,
    /// The mails about it, each from its creation to its end.
    pub mails: Vec<Vec<Recorded<Event>>>,
    /// Refused attempts that name it, or that were made on its stream and name no other.
    pub refusals: Vec<Refusal>,
    /// Support cases about it, each from its opening to its end.
    pub cases: Vec<Vec<Recorded<Event>>>,
    /// The commands behind its events, and what comes of deciding them again.
    pub decisions: Vec<(Command, Again)>,
    /// What actors and users are called.
    pub names: Names,
    /// The log was read up to here.
    pub upto: Position,
}

impl Story {
    /// Gathers a partnership; nothing if the log has none of this id.
    pub async fn gather(archive: &Archive, id: PartnershipId) -> Result<Option<Self>, Fault> {
        let upto = archive.head().await?;
        let Some(history) = archive.stream_of(id).await? else { return Ok(None) };
        let Some(stream) = history.first().map(|recorded| recorded.stream.clone()) else { return Ok(None) };
        let (own, others): (Vec<_>, Vec<_>) =
            history.into_iter().partition(|recorded| partnership_of(&recorded.event) == Some(id));
        let record = id.to_string();
        let mut story = Self {
            id,
            mails: archive.mails(&own).await?,
            refusals: archive.refusals(&stream, &record).await?,
            cases: archive.cases(&record).await?,
            decisions: archive.decisions(&own).await?,
            names: Names::default(),
            stream,
            own,
            others,
            upto,
        };
        story.names = Names::of(archive.log(), archive.users(), story.origins(), story.recipients()).await?;
        Ok(Some(story))
    }

    fn origins(&self) -> impl Iterator<Item = &events_schema::envelope::Origin> {
        let events = self.own.iter().chain(&self.others).chain(self.cases.iter().flatten());
        events.map(|recorded| &recorded.origin).chain(self.refusals.iter().map(|refusal| &refusal.origin))
    }

    /// The users whom the lists of recipients name.
    fn recipients(&self) -> Vec<UserId> {
        let lists = self.mails.iter().flatten().filter_map(|recorded| match &recorded.event {
            Event::Notice(NoticeEvent::BreakRecipientsListed(it)) => Some(&it.recipients),
            _ => None,
        });
        lists.flatten().copied().collect()
    }

    /// Its confirmation.
    pub fn confirmation(&self) -> Option<(&Recorded<Event>, &RecruitmentConfirmed)> {
        self.own.iter().find_map(|recorded| Some((recorded, confirmed(&recorded.event)?)))
    }

    /// The event that broke it, if it is broken.
    pub fn broken(&self) -> Option<&Recorded<Event>> {
        self.own.iter().find(|recorded| breaks(&recorded.event))
    }
}

/// The recruitment that an event confirms.
pub(super) fn confirmed(event: &Event) -> Option<&RecruitmentConfirmed> {
    match event {
        Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => Some(it),
        _ => None,
    }
}

/// Whether an event breaks a partnership.
pub(super) fn breaks(event: &Event) -> bool {
    matches!(
        event,
        Event::SchoolPartnership(
            Partnership::PartnershipMistakeReported(_) | Partnership::PartnershipBrokenBySupport(_)
        )
    )
}
