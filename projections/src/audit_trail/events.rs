//! One row per event of the log, with its sentence and what it is about.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Channel, Position, Recorded, StreamId, Version},
    events::{
        Event, EventSet, notice::NoticeEvent, school::SchoolEvent, school_partnership::SchoolPartnershipEvent,
        support_case::SupportCaseEvent,
    },
    heading::Heading,
    ids::{CausationId, Cohort, CommandId, CorrelationId, EventId, PartnershipId, SupportCaseId, TraineeId, Urn},
};

use crate::{projection::Listing, row::row};

row! {
    /// An event as a sentence.
    AuditEventRow in "audit_events", key(position),
    index(
        "(stream, position)",
        "(command_id)",
        "(correlation_id)",
        "(school_urn) where school_urn is not null",
        "(partnership_id) where partnership_id is not null",
        "(case_id) where case_id is not null",
        "(trainee_id) where trainee_id is not null"
    ) {
        /// Place in the log.
        position: Position,
        /// Its stream.
        stream: StreamId,
        /// Place in the stream.
        version: Version,
        /// Which.
        event_id: EventId,
        /// Its name.
        event_type: String,
        /// What happened.
        sentence: String,
        /// Who: actor kind and opaque id.
        actor: String,
        /// By which way.
        channel: Channel,
        /// The command.
        command_id: CommandId,
        /// Everything that followed from one first cause.
        correlation_id: CorrelationId,
        /// What directly led to it.
        causation_id: CausationId,
        /// When it happened (UTC).
        happened_at: DateTime<Utc>,
        /// When it was stored (UTC).
        recorded_at: DateTime<Utc>,
        /// The school it is about.
        school_urn: Option<Urn>,
        /// The cohort it is about.
        cohort: Option<Cohort>,
        /// The partnership it is about.
        partnership_id: Option<PartnershipId>,
        /// The support case it is about.
        case_id: Option<SupportCaseId>,
        /// The trainee that a support case is about; of the trainee's own events the stream tells.
        trainee_id: Option<TraineeId>,
    }
}

/// Keeps a row per event.
pub(crate) struct AuditEvents;

impl Listing for AuditEvents {
    type Row = AuditEventRow;

    fn event(recorded: &Recorded<Event>) -> Option<AuditEventRow> {
        let about = About::of(&recorded.event);
        Some(AuditEventRow {
            position: recorded.position,
            stream: recorded.stream.clone(),
            version: recorded.version,
            event_id: recorded.event_id,
            event_type: recorded.event.event_type().to_owned(),
            sentence: recorded.event.heading(),
            actor: recorded.origin.actor.to_string(),
            channel: recorded.origin.channel,
            command_id: recorded.origin.command_id,
            correlation_id: recorded.origin.correlation_id,
            causation_id: recorded.origin.causation_id,
            happened_at: recorded.happened_at,
            recorded_at: recorded.recorded_at,
            school_urn: about.school_urn.cloned(),
            cohort: about.cohort,
            partnership_id: about.partnership_id,
            case_id: about.case_id,
            trainee_id: about.trainee_id,
        })
    }
}

/// What an event is about. A trainee's own events are found by their streams.
#[derive(Default)]
struct About<'e> {
    school_urn: Option<&'e Urn>,
    cohort: Option<Cohort>,
    partnership_id: Option<PartnershipId>,
    case_id: Option<SupportCaseId>,
    trainee_id: Option<TraineeId>,
}

macro_rules! partnership {
    ($event:expr) => {
        About {
            school_urn: Some(&$event.school_urn),
            cohort: Some($event.cohort),
            partnership_id: Some($event.partnership_id),
            case_id: None,
            trainee_id: None,
        }
    };
}

impl<'e> About<'e> {
    fn of(event: &'e Event) -> Self {
        match event {
            Event::SchoolPartnership(SchoolPartnershipEvent::RecruitmentConfirmed(it)) => partnership!(it),
            Event::SchoolPartnership(SchoolPartnershipEvent::DeliveryPartnerChanged(it)) => partnership!(it),
            Event::SchoolPartnership(SchoolPartnershipEvent::PartnershipMistakeReported(it)) => partnership!(it),
            Event::SchoolPartnership(SchoolPartnershipEvent::PartnershipBrokenBySupport(it)) => partnership!(it),
            Event::SchoolPartnership(SchoolPartnershipEvent::ReportingWindowClosed(it)) => partnership!(it),
            Event::Notice(event) => Self::of_notice(event),
            Event::SupportCase(SupportCaseEvent::ReportPassedToSupport(it)) => {
                About { case_id: Some(it.case_id), ..partnership!(it) }
            }
            Event::SupportCase(SupportCaseEvent::TraineeTaskOpened(it)) => {
                About { case_id: Some(it.case_id), trainee_id: Some(it.trainee_id), ..About::default() }
            }
            Event::SupportCase(SupportCaseEvent::SupportCaseResolved(it)) => {
                About { case_id: Some(it.case_id), ..About::default() }
            }
            Event::School(event) => Self::of_school(event),
            Event::Trainee(_)
            | Event::HandOver(_)
            | Event::Person(_)
            | Event::LogWitness(_)
            | Event::Reading(_)
            | Event::Reference(_)
            | Event::Upload(_) => About::default(),
        }
    }

    /// A mail's later events are found by its stream.
    fn of_notice(event: &'e NoticeEvent) -> Self {
        let (school_urn, cohort, partnership_id) = match event {
            NoticeEvent::NoticeCreated(it) => (&it.school_urn, it.cohort, it.partnership_id),
            NoticeEvent::NoContactFound(it) => (&it.school_urn, it.cohort, it.partnership_id),
            NoticeEvent::BreakRecipientsListed(it) => (&it.school_urn, Some(it.cohort), Some(it.partnership_id)),
            NoticeEvent::NoticeStatusRecorded(_) | NoticeEvent::NoticeWithheld(_) => return About::default(),
        };
        About { school_urn: Some(school_urn), cohort, partnership_id, ..About::default() }
    }

    fn of_school(event: &'e SchoolEvent) -> Self {
        let (school_urn, cohort) = match event {
            SchoolEvent::SchoolImported(it) => (&it.entry.urn, None),
            SchoolEvent::InductionTutorNominated(it) => (&it.school_urn, None),
            SchoolEvent::ProgrammeChosen(it) => (&it.school_urn, Some(it.cohort)),
            SchoolEvent::NominationLinkSent(it) => (&it.school_urn, None),
            SchoolEvent::NominationLinkOpened(it) => (&it.school_urn, None),
        };
        About { school_urn: Some(school_urn), cohort, ..About::default() }
    }
}
