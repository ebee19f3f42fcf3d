//! Every command of the service by its name: what the doors decode and the schemas describe.

pub use crate::command_set::{CommandSet, Target};
use events_schema::personal::PRIVATE;

use crate::{
    hand_over::HandOverCommand, log_witness::LogWitnessCommand, notice::NoticeCommand, person::PersonCommand,
    reading::ReadingCommand, reference::ReferenceCommand, school::SchoolCommand,
    school_partnership::SchoolPartnershipCommand, support_case::SupportCaseCommand, trainee::TraineeCommand,
    upload::UploadCommand,
};

/// Any command of the service, by its aggregate.
#[derive(Debug, Clone)]
pub enum Command {
    /// To a school's partnership in one cohort.
    SchoolPartnership(SchoolPartnershipCommand),
    /// To a school.
    School(SchoolCommand),
    /// To a support case.
    SupportCase(SupportCaseCommand),
    /// To a mail.
    Notice(NoticeCommand),
    /// To a trainee's record.
    Trainee(TraineeCommand),
    /// To a trainee's hand-over to the teaching record.
    HandOver(HandOverCommand),
    /// About a person.
    Person(PersonCommand),
    /// About the log's witness.
    LogWitness(LogWitnessCommand),
    /// About what somebody was given to read.
    Reading(ReadingCommand),
    /// To reference data.
    Reference(ReferenceCommand),
    /// About a file of schools.
    Upload(UploadCommand),
}

impl Command {
    /// Reads a command's body strictly; nothing if no command has this name.
    pub fn decode(name: &str, body: &str) -> Option<serde_json::Result<Self>> {
        SchoolPartnershipCommand::decode(name, body)
            .map(|read| read.map(Self::SchoolPartnership))
            .or_else(|| TraineeCommand::decode(name, body).map(|read| read.map(Self::Trainee)))
            .or_else(|| SchoolCommand::decode(name, body).map(|read| read.map(Self::School)))
            .or_else(|| SupportCaseCommand::decode(name, body).map(|read| read.map(Self::SupportCase)))
            .or_else(|| HandOverCommand::decode(name, body).map(|read| read.map(Self::HandOver)))
            .or_else(|| PersonCommand::decode(name, body).map(|read| read.map(Self::Person)))
            .or_else(|| NoticeCommand::decode(name, body).map(|read| read.map(Self::Notice)))
            .or_else(|| LogWitnessCommand::decode(name, body).map(|read| read.map(Self::LogWitness)))
            .or_else(|| ReadingCommand::decode(name, body).map(|read| read.map(Self::Reading)))
            .or_else(|| ReferenceCommand::decode(name, body).map(|read| read.map(Self::Reference)))
            .or_else(|| UploadCommand::decode(name, body).map(|read| read.map(Self::Upload)))
    }

    /// Aggregate and name of every command.
    pub fn catalogue() -> Vec<(&'static str, &'static str)> {
        let of =
            |aggregate: &'static str, names: &'static [&'static str]| names.iter().map(move |name| (aggregate, *name));
        of("school_partnership", SchoolPartnershipCommand::NAMES)
            .chain(of("school", SchoolCommand::NAMES))
            .chain(of("support_case", SupportCaseCommand::NAMES))
            .chain(of("notice", NoticeCommand::NAMES))
            .chain(of("trainee", TraineeCommand::NAMES))
            .chain(of("hand_over", HandOverCommand::NAMES))
            .chain(of("person", PersonCommand::NAMES))
            .chain(of("log_witness", LogWitnessCommand::NAMES))
            .chain(of("reading", ReadingCommand::NAMES))
            .chain(of("reference", ReferenceCommand::NAMES))
            .chain(of("upload", UploadCommand::NAMES))
            .collect()
    }

    /// Name and JSON Schema of every command.
    pub fn schemas() -> Vec<(&'static str, schemars::Schema)> {
        [
            SchoolPartnershipCommand::schemas(),
            SchoolCommand::schemas(),
            SupportCaseCommand::schemas(),
            NoticeCommand::schemas(),
            TraineeCommand::schemas(),
            HandOverCommand::schemas(),
            PersonCommand::schemas(),
            LogWitnessCommand::schemas(),
            ReadingCommand::schemas(),
            ReferenceCommand::schemas(),
            UploadCommand::schemas(),
        ]
        .concat()
    }

    /// Name of the command: `ConfirmRecruitment`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SchoolPartnership(command) => command.name(),
            Self::School(command) => command.name(),
            Self::SupportCase(command) => command.name(),
            Self::Notice(command) => command.name(),
            Self::Trainee(command) => command.name(),
            Self::HandOver(command) => command.name(),
            Self::Person(command) => command.name(),
            Self::LogWitness(command) => command.name(),
            Self::Reading(command) => command.name(),
            Self::Reference(command) => command.name(),
            Self::Upload(command) => command.name(),
        }
    }

    /// Which stream it is about.
    pub fn target(&self) -> Target {
        match self {
            Self::SchoolPartnership(command) => command.target(),
            Self::School(command) => command.target(),
            Self::SupportCase(command) => command.target(),
            Self::Notice(command) => command.target(),
            Self::Trainee(command) => command.target(),
            Self::HandOver(command) => command.target(),
            Self::Person(command) => command.target(),
            Self::LogWitness(command) => command.target(),
            Self::Reading(command) => command.target(),
            Self::Reference(command) => command.target(),
            Self::Upload(command) => command.target(),
        }
    }

    /// Whether a personal value was given with it.
    pub fn is_personal(&self) -> bool {
        holds_private(&self.given())
    }

    /// What was given, as JSON, with personal values replaced.
    pub fn given(&self) -> serde_json::Value {
        match self {
            Self::SchoolPartnership(command) => command.given(),
            Self::School(command) => command.given(),
            Self::SupportCase(command) => command.given(),
            Self::Notice(command) => command.given(),
            Self::Trainee(command) => command.given(),
            Self::HandOver(command) => command.given(),
            Self::Person(command) => command.given(),
            Self::LogWitness(command) => command.given(),
            Self::Reading(command) => command.given(),
            Self::Reference(command) => command.given(),
            Self::Upload(command) => command.given(),
        }
    }
}

fn holds_private(given: &serde_json::Value) -> bool {
    match given {
        serde_json::Value::String(text) => text == PRIVATE,
        serde_json::Value::Array(items) => items.iter().any(holds_private),
        serde_json::Value::Object(fields) => fields.values().any(holds_private),
        _ => false,
    }
}
