//! Every event of the service, one file per aggregate.
//! *Warning:* names and fields are the storage format. A change of shape is a new schema version with an upcaster.

pub mod hand_over;
pub mod log_witness;
pub mod notice;
pub mod person;
pub mod reading;
pub mod reference;
pub mod school;
pub mod school_partnership;
pub mod support_case;
pub mod trainee;
pub mod upload;

use crate::{
    heading::Heading,
    ids::PersonId,
    personal::{HasPersonal, PersonalField},
};

/// The events of one aggregate.
pub trait EventSet:
    HasPersonal + Heading + Clone + PartialEq + std::fmt::Debug + Send + Sync + Unpin + 'static
{
    /// Names of all its events.
    const TYPES: &'static [&'static str];
    /// Name of this event: `RecruitmentConfirmed`.
    fn event_type(&self) -> &'static str;
    /// Version of this event's schema as written today, from 1.
    fn schema_version(&self) -> i16;
    /// The payload to store. Fails while a personal field is open.
    fn to_json(&self) -> serde_json::Result<String>;
    /// Reads a payload of today's shape; nothing if the name is not of this set.
    fn from_json(event_type: &str, json: &str) -> Option<serde_json::Result<Self>>;
}

macro_rules! event_set {
    ($(#[$doc:meta])* $set:ident { $($event:ident v $version:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $set { $(#[doc = concat!("See [`", stringify!($event), "`].")] $event($event)),+ }

        $(impl From<$event> for $set {
            fn from(event: $event) -> Self { Self::$event(event) }
        })+

        impl $crate::events::EventSet for $set {
            const TYPES: &'static [&'static str] = &[$(stringify!($event)),+];
            fn event_type(&self) -> &'static str {
                match self { $(Self::$event(_) => stringify!($event)),+ }
            }
            fn schema_version(&self) -> i16 {
                match self { $(Self::$event(_) => $version),+ }
            }
            fn to_json(&self) -> serde_json::Result<String> {
                match self { $(Self::$event(event) => serde_json::to_string(event)),+ }
            }
            fn from_json(event_type: &str, json: &str) -> Option<serde_json::Result<Self>> {
                match event_type {
                    $(stringify!($event) => Some(serde_json::from_str(json).map(Self::$event)),)+
                    _ => None,
                }
            }
        }

        impl $crate::personal::HasPersonal for $set {
            fn person(&self) -> Option<$crate::ids::PersonId> {
                match self { $(Self::$event(event) => $crate::personal::HasPersonal::person(event)),+ }
            }
            fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn $crate::personal::PersonalField)) {
                match self { $(Self::$event(event) => event.each_personal(visit)),+ }
            }
        }

        impl $crate::heading::Heading for $set {
            fn heading(&self) -> String {
                match self { $(Self::$event(event) => event.heading()),+ }
            }
        }

        impl $set {
            /// Name, schema version and JSON Schema of each event.
            pub fn schemas() -> Vec<(&'static str, i16, schemars::Schema)> {
                vec![$((stringify!($event), $version, schemars::schema_for!($event))),+]
            }
        }
    };
}
pub(crate) use event_set;

/// Any event of the service, by its aggregate.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A school's partnership in one cohort.
    SchoolPartnership(school_partnership::SchoolPartnershipEvent),
    /// A school: its register entry, its tutor, its programme choice.
    School(school::SchoolEvent),
    /// A report or question passed to support.
    SupportCase(support_case::SupportCaseEvent),
    /// A mail.
    Notice(notice::NoticeEvent),
    /// A trainee's record.
    Trainee(trainee::TraineeEvent),
    /// What the teaching record is told of a trainee, and its answers.
    HandOver(hand_over::HandOverEvent),
    /// A person whose fields are sealed under one key.
    Person(person::PersonEvent),
    /// The log's witness.
    LogWitness(log_witness::LogWitnessEvent),
    /// What an auditor or an analyst was given to read.
    Reading(reading::ReadingEvent),
    /// Cohorts, providers, partners and pairings.
    Reference(reference::ReferenceEvent),
    /// A file of schools.
    Upload(upload::UploadEvent),
}

macro_rules! each_set {
    ($self:expr, $event:ident => $body:expr) => {
        match $self {
            Self::SchoolPartnership($event) => $body,
            Self::School($event) => $body,
            Self::SupportCase($event) => $body,
            Self::Notice($event) => $body,
            Self::Trainee($event) => $body,
            Self::HandOver($event) => $body,
            Self::Person($event) => $body,
            Self::LogWitness($event) => $body,
            Self::Reading($event) => $body,
            Self::Reference($event) => $body,
            Self::Upload($event) => $body,
        }
    };
}

impl EventSet for Event {
    /// Too many to list twice: see the sets.
    const TYPES: &'static [&'static str] = &[];
    fn event_type(&self) -> &'static str {
        each_set!(self, event => event.event_type())
    }
    fn schema_version(&self) -> i16 {
        each_set!(self, event => event.schema_version())
    }
    fn to_json(&self) -> serde_json::Result<String> {
        each_set!(self, event => event.to_json())
    }
    fn from_json(event_type: &str, json: &str) -> Option<serde_json::Result<Self>> {
        school_partnership::SchoolPartnershipEvent::from_json(event_type, json)
            .map(|read| read.map(Self::SchoolPartnership))
            .or_else(|| trainee::TraineeEvent::from_json(event_type, json).map(|read| read.map(Self::Trainee)))
            .or_else(|| notice::NoticeEvent::from_json(event_type, json).map(|read| read.map(Self::Notice)))
            .or_else(|| school::SchoolEvent::from_json(event_type, json).map(|read| read.map(Self::School)))
            .or_else(|| {
                support_case::SupportCaseEvent::from_json(event_type, json).map(|read| read.map(Self::SupportCase))
            })
            .or_else(|| hand_over::HandOverEvent::from_json(event_type, json).map(|read| read.map(Self::HandOver)))
            .or_else(|| person::PersonEvent::from_json(event_type, json).map(|read| read.map(Self::Person)))
            .or_else(|| {
                log_witness::LogWitnessEvent::from_json(event_type, json).map(|read| read.map(Self::LogWitness))
            })
            .or_else(|| reading::ReadingEvent::from_json(event_type, json).map(|read| read.map(Self::Reading)))
            .or_else(|| reference::ReferenceEvent::from_json(event_type, json).map(|read| read.map(Self::Reference)))
            .or_else(|| upload::UploadEvent::from_json(event_type, json).map(|read| read.map(Self::Upload)))
    }
}

impl Event {
    /// Name, schema version and JSON Schema of every event.
    pub fn schemas() -> Vec<(&'static str, i16, schemars::Schema)> {
        [
            school_partnership::SchoolPartnershipEvent::schemas(),
            school::SchoolEvent::schemas(),
            support_case::SupportCaseEvent::schemas(),
            notice::NoticeEvent::schemas(),
            trainee::TraineeEvent::schemas(),
            hand_over::HandOverEvent::schemas(),
            person::PersonEvent::schemas(),
            log_witness::LogWitnessEvent::schemas(),
            reading::ReadingEvent::schemas(),
            reference::ReferenceEvent::schemas(),
            upload::UploadEvent::schemas(),
        ]
        .concat()
    }
}

impl HasPersonal for Event {
    fn person(&self) -> Option<PersonId> {
        each_set!(self, event => event.person())
    }
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn PersonalField)) {
        each_set!(self, event => event.each_personal(visit));
    }
}

impl Heading for Event {
    fn heading(&self) -> String {
        each_set!(self, event => event.heading())
    }
}
