//! The audit trail: every event and every refused command as a sentence, found by what it is about.
//! Holds no personal data: sentences are written from fields that are open to all.

mod entries;
mod events;
mod refusals;

pub(crate) use entries::trail;
pub use entries::{AuditEntry, Subject};
pub use events::AuditEventRow;
use events_schema::events::{
    EventSet, hand_over::HandOverEvent, log_witness::LogWitnessEvent, notice::NoticeEvent, person::PersonEvent,
    reading::ReadingEvent, reference::ReferenceEvent, school::SchoolEvent, school_partnership::SchoolPartnershipEvent,
    support_case::SupportCaseEvent, trainee::TraineeEvent, upload::UploadEvent,
};
pub use refusals::AuditRefusalRow;

use crate::{projection::Listed, view::View};

/// The view.
pub const VIEW: View = View {
    name: "audit_trail",
    version: 3,
    events: &[
        SchoolPartnershipEvent::TYPES,
        TraineeEvent::TYPES,
        SchoolEvent::TYPES,
        SupportCaseEvent::TYPES,
        HandOverEvent::TYPES,
        PersonEvent::TYPES,
        NoticeEvent::TYPES,
        LogWitnessEvent::TYPES,
        ReadingEvent::TYPES,
        ReferenceEvent::TYPES,
        UploadEvent::TYPES,
    ],
    refusals: true,
    tables: || vec![Listed::<events::AuditEvents>::boxed(), Listed::<refusals::AuditRefusals>::boxed()],
};
