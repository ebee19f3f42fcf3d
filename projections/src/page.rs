//! The next piece of the log for a view: events up to the first one this release cannot read, and refusals.
//! Payloads stay sealed: no view needs a personal value.

use event_store::{Fault, Log, Refusal};
use events_schema::{
    envelope::{Payload, Position, Recorded},
    events::{
        Event, EventSet, hand_over::HandOverEvent, log_witness::LogWitnessEvent, notice::NoticeEvent,
        person::PersonEvent, reading::ReadingEvent, reference::ReferenceEvent, school::SchoolEvent,
        school_partnership::SchoolPartnershipEvent, support_case::SupportCaseEvent, trainee::TraineeEvent,
        upload::UploadEvent,
    },
    upcast::{self, Unreadable},
};

use crate::{checkpoint::Checkpoint, fault::ViewFault, view::View};

/// Events and refusals after a checkpoint.
pub(crate) struct Page {
    /// The events that the view wants.
    pub(crate) events: Vec<Recorded<Event>>,
    pub(crate) refusals: Vec<Refusal>,
    /// Where the view stands after this page.
    pub(crate) end: Checkpoint,
}

impl Page {
    /// Reads on from a checkpoint. Fails on an event that cannot be read only when it is the very next one.
    pub(crate) async fn after(log: &Log, view: &View, from: Checkpoint, limit: i64) -> Result<Self, ViewFault> {
        let mut page = Self { events: Vec::new(), refusals: Vec::new(), end: from };
        for stored in log.raw_page(from.position, limit).await? {
            let position = stored.position;
            match read(view, stored) {
                Ok(event) => page.events.extend(event),
                Err(unreadable) if position == from.position + 1 => return Err(Fault::from(unreadable).into()),
                Err(_) => break,
            }
            page.end.position = position;
        }
        if view.refusals {
            page.refusals = log.refusals(from.ledger_position, limit).await?;
            page.end.ledger_position = page.refusals.last().map_or(from.ledger_position, |last| last.ledger_position);
        }
        Ok(page)
    }

    /// The same page without what comes after an end.
    pub(crate) fn up_to(mut self, end: Checkpoint) -> Self {
        self.events.retain(|recorded| recorded.position <= end.position);
        self.refusals.retain(|refusal| refusal.ledger_position <= end.ledger_position);
        self.end.position = self.end.position.min(end.position);
        self.end.ledger_position = self.end.ledger_position.min(end.ledger_position);
        self
    }
}

/// The event as today's type, or nothing if the view does not want it. A name that nobody knows is never passed over.
pub(crate) fn read(view: &View, stored: Recorded<Payload>) -> Result<Option<Recorded<Event>>, Unreadable> {
    if view.wants(&stored.event.event_type) {
        return upcast::read(stored).map(Some);
    }
    known(stored.position, &stored.event.event_type).map(|()| None)
}

/// Whether this release knows an event by this name.
pub(crate) fn known(position: Position, event_type: &str) -> Result<(), Unreadable> {
    let sets = [
        NoticeEvent::TYPES,
        SchoolPartnershipEvent::TYPES,
        TraineeEvent::TYPES,
        SchoolEvent::TYPES,
        SupportCaseEvent::TYPES,
        HandOverEvent::TYPES,
        PersonEvent::TYPES,
        LogWitnessEvent::TYPES,
        ReadingEvent::TYPES,
        ReferenceEvent::TYPES,
        UploadEvent::TYPES,
    ];
    if sets.iter().any(|set| set.contains(&event_type)) {
        return Ok(());
    }
    Err(Unreadable::UnknownType { position, event_type: event_type.to_owned() })
}

/// The event a fault of the log is about.
pub(crate) fn bad_position(fault: &Fault) -> Option<Position> {
    match fault {
        Fault::Unreadable(
            Unreadable::UnknownType { position, .. }
            | Unreadable::NewerVersion { position, .. }
            | Unreadable::Malformed { position, .. },
        )
        | Fault::Corrupt { position, .. } => Some(*position),
        _ => None,
    }
}
