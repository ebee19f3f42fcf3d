//! What traces are gathered from: the log and its ledger. Views only point out where to look; what they say is read in
//! the log, and without them it is found there too.

use std::collections::BTreeSet;

use domain::{notice, processes::notices::notice_id};
use event_store::{Command, Log, Refusal};
use events_schema::{
    codes::NoticeOccasion,
    envelope::{Position, Recorded, StreamId},
    events::{Event, notice::NoticeEvent, school_partnership::SchoolPartnershipEvent as Partnership},
    ids::{EventId, NoticeId, PartnershipId},
};
use projections::Views;

use crate::{
    decision_replay::{Again, decide_again},
    fault::Fault,
    users::Users,
};

/// The log, with what makes looking quicker and names people.
#[derive(Clone)]
pub struct Archive {
    log: Log,
    views: Option<Views>,
    users: Option<Users>,
}

impl Archive {
    /// The log alone.
    pub fn new(log: Log) -> Self {
        Self { log, views: None, users: None }
    }

    /// The same, which asks views where to look first.
    #[must_use]
    pub fn pointed_by(self, views: Views) -> Self {
        Self { views: Some(views), ..self }
    }

    /// The same, which names the people of the list of users.
    #[must_use]
    pub fn naming(self, users: Users) -> Self {
        Self { users: Some(users), ..self }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The list of users, if people may be named.
    pub fn users(&self) -> Option<&Users> {
        self.users.as_ref()
    }

    /// How far the log has come.
    pub async fn head(&self) -> Result<Position, Fault> {
        Ok(self.log.head().await?.position)
    }

    /// The events of a stream, oldest first.
    pub async fn stream(&self, stream: &StreamId) -> Result<Vec<Recorded<Event>>, Fault> {
        Ok(self.log.stream_page(stream, 0, i64::MAX).await?)
    }

    /// The whole stream in which a partnership was confirmed; nothing if there is no such partnership.
    pub(super) async fn stream_of(&self, id: PartnershipId) -> Result<Option<Vec<Recorded<Event>>>, Fault> {
        let pointed = match &self.views {
            Some(views) => views.partnership(id).await.ok().flatten().map(|row| row.stream),
            None => None,
        };
        if let Some(stream) = pointed {
            let history = self.stream(&stream).await?;
            if history.iter().any(|recorded| partnership_of(&recorded.event) == Some(id)) {
                return Ok(Some(history));
            }
        }
        let found = self.streams_naming(&id.to_string(), &["RecruitmentConfirmed"]).await?;
        match found.first() {
            Some(stream) => Ok(Some(self.stream(stream).await?)),
            None => Ok(None),
        }
    }

    /// Streams that hold an event of these types in which a text stands, in the order of the log.
    async fn streams_naming(&self, text: &str, types: &[&str]) -> Result<Vec<StreamId>, Fault> {
        let mut streams = Vec::new();
        self.log
            .scan::<event_store::Fault>((0, i64::MAX), types, |events| {
                let about = events.iter().filter(|event| event.payload.contains(text));
                streams.extend(about.map(|event| StreamId::stored(event.stream)));
                Ok(())
            })
            .await?;
        Ok(streams)
    }

    /// The support cases about a record, each from its opening to its end.
    pub(super) async fn cases(&self, record: &str) -> Result<Vec<Vec<Recorded<Event>>>, Fault> {
        let streams = self.streams_naming(record, &["ReportPassedToSupport", "TraineeTaskOpened"]).await?;
        let mut cases = Vec::new();
        for stream in streams {
            cases.push(self.stream(&stream).await?);
        }
        Ok(cases)
    }

    /// The mails that some events gave occasion for, each with all its statuses. Their ids follow from the events.
    pub(super) async fn mails(&self, causes: &[Recorded<Event>]) -> Result<Vec<Vec<Recorded<Event>>>, Fault> {
        let mut mails = Vec::new();
        for cause in causes {
            for occasion in [NoticeOccasion::Notice, NoticeOccasion::Reminder, NoticeOccasion::MistakeReported] {
                mails.extend(self.mail(notice_id(cause.event_id, occasion, None)).await?);
            }
        }
        for id in causes.iter().filter_map(|cause| used(&cause.event)) {
            let known = mails.iter().any(|mail: &Vec<_>| mail[0].stream == notice::stream(id));
            if !known {
                mails.extend(self.mail(id).await?);
            }
        }
        let lists: Vec<_> = mails.iter().flatten().filter_map(listed).collect();
        for (cause, user) in lists.into_iter().flatten() {
            mails.extend(self.mail(notice_id(cause, NoticeOccasion::MistakeReported, Some(user))).await?);
        }
        mails.sort_by_key(|mail| mail[0].position);
        Ok(mails)
    }

    async fn mail(&self, id: NoticeId) -> Result<Option<Vec<Recorded<Event>>>, Fault> {
        let events = self.stream(&notice::stream(id)).await?;
        Ok((!events.is_empty()).then_some(events))
    }

    /// Every refused attempt that names the record, or that was made on its stream and names no other, oldest first.
    pub(super) async fn refusals(&self, stream: &StreamId, record: &str) -> Result<Vec<Refusal>, Fault> {
        let found = self.log.refusals_about(stream, record).await?;
        let ours = |refusal: &Refusal| refusal.given.contains(record) || !names_a_partnership(&refusal.given);
        Ok(found.into_iter().filter(ours).collect())
    }

    /// The command behind each event with what comes of deciding it again; each command once.
    pub(super) async fn decisions(&self, events: &[Recorded<Event>]) -> Result<Vec<(Command, Again)>, Fault> {
        let (mut seen, mut decisions) = (BTreeSet::new(), Vec::new());
        for Recorded { origin, .. } in events {
            if !seen.insert((origin.actor.clone(), origin.command_id.0)) {
                continue;
            }
            if let Some(command) = self.log.command(&origin.actor, origin.command_id).await? {
                let again = decide_again(&self.log, &command).await?;
                decisions.push((command, again));
            }
        }
        Ok(decisions)
    }
}

/// Whom a list of recipients names, each with the event that they are told of.
fn listed(recorded: &Recorded<Event>) -> Option<Vec<(EventId, events_schema::ids::UserId)>> {
    let Event::Notice(NoticeEvent::BreakRecipientsListed(it)) = &recorded.event else { return None };
    Some(it.recipients.iter().map(|user| (it.cause, *user)).collect())
}

fn names_a_partnership(given: &str) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_str(given).ok();
    body.is_some_and(|body| !body["partnership_id"].is_null())
}

/// The mail whose link was used to report.
fn used(event: &Event) -> Option<NoticeId> {
    match event {
        Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => it.notice_id,
        _ => None,
    }
}

/// The partnership that an event of its stream is about.
pub(super) fn partnership_of(event: &Event) -> Option<PartnershipId> {
    let Event::SchoolPartnership(event) = event else { return None };
    Some(match event {
        Partnership::RecruitmentConfirmed(it) => it.partnership_id,
        Partnership::DeliveryPartnerChanged(it) => it.partnership_id,
        Partnership::PartnershipMistakeReported(it) => it.partnership_id,
        Partnership::PartnershipBrokenBySupport(it) => it.partnership_id,
        Partnership::ReportingWindowClosed(it) => it.partnership_id,
    })
}
