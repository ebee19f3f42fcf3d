//! Every command of the service by its name: what the doors decode and the schemas describe.

use events_schema::{envelope::StreamId, ids::PartnershipId};
use serde_json::Value;

use crate::{
    reference::ReferenceCommand, school::SchoolCommand, school_partnership::SchoolPartnershipCommand,
    support_case::SupportCaseCommand, trainee::TraineeCommand,
};

/// Which stream a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// This one.
    Stream(StreamId),
    /// The one in which this partnership was confirmed.
    Partnership(PartnershipId),
    /// A new one of the aggregate, keyed by the new id among the facts.
    New,
}

/// The commands of one aggregate.
pub trait CommandSet: Sized + Clone + std::fmt::Debug + Send + Sync + 'static {
    /// Names of all its commands.
    const NAMES: &'static [&'static str];
    /// Name of this command: `ConfirmRecruitment`.
    fn name(&self) -> &'static str;
    /// Which stream it is about.
    fn target(&self) -> Target;
    /// What was given, as JSON, with personal values replaced.
    fn given(&self) -> Value;
    /// Reads a command's body strictly; nothing if the name is not of this set.
    fn decode(name: &str, body: &str) -> Option<serde_json::Result<Self>>;
}

macro_rules! command_set {
    ($(#[$doc:meta])* $set:ident { $($command:ident => $target:expr),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub enum $set { $(#[doc = concat!("See [`", stringify!($command), "`].")] $command($command)),+ }

        $(impl From<$command> for $set {
            fn from(command: $command) -> Self { Self::$command(command) }
        })+

        impl $crate::command::CommandSet for $set {
            const NAMES: &'static [&'static str] = &[$(stringify!($command)),+];
            fn name(&self) -> &'static str {
                match self { $(Self::$command(_) => stringify!($command)),+ }
            }
            fn target(&self) -> $crate::command::Target {
                match self { $(Self::$command(command) => { let target: fn(&$command) -> $crate::command::Target = $target; target(command) }),+ }
            }
            fn given(&self) -> serde_json::Value {
                let given = match self { $(Self::$command(command) => serde_json::to_value(command)),+ };
                given.expect("a command is plain JSON")
            }
            fn decode(name: &str, body: &str) -> Option<serde_json::Result<Self>> {
                match name {
                    $(stringify!($command) => Some(serde_json::from_str(body).map(Self::$command)),)+
                    _ => None,
                }
            }
        }

        impl $set {
            /// Name and JSON Schema of each command.
            pub fn schemas() -> Vec<(&'static str, schemars::Schema)> {
                vec![$((stringify!($command), schemars::schema_for!($command))),+]
            }
        }
    };
}
pub(crate) use command_set;

/// Any command of the service, by its aggregate.
#[derive(Debug, Clone)]
pub enum Command {
    /// To a school's partnership in one cohort.
    SchoolPartnership(SchoolPartnershipCommand),
    /// To a school.
    School(SchoolCommand),
    /// To a support case.
    SupportCase(SupportCaseCommand),
    /// To a trainee's record.
    Trainee(TraineeCommand),
    /// To reference data.
    Reference(ReferenceCommand),
}

impl Command {
    /// Reads a command's body strictly; nothing if no command has this name.
    pub fn decode(name: &str, body: &str) -> Option<serde_json::Result<Self>> {
        SchoolPartnershipCommand::decode(name, body)
            .map(|read| read.map(Self::SchoolPartnership))
            .or_else(|| TraineeCommand::decode(name, body).map(|read| read.map(Self::Trainee)))
            .or_else(|| SchoolCommand::decode(name, body).map(|read| read.map(Self::School)))
            .or_else(|| SupportCaseCommand::decode(name, body).map(|read| read.map(Self::SupportCase)))
            .or_else(|| ReferenceCommand::decode(name, body).map(|read| read.map(Self::Reference)))
    }

    /// Aggregate and name of every command.
    pub fn catalogue() -> Vec<(&'static str, &'static str)> {
        let of =
            |aggregate: &'static str, names: &'static [&'static str]| names.iter().map(move |name| (aggregate, *name));
        of("school_partnership", SchoolPartnershipCommand::NAMES)
            .chain(of("school", SchoolCommand::NAMES))
            .chain(of("support_case", SupportCaseCommand::NAMES))
            .chain(of("trainee", TraineeCommand::NAMES))
            .chain(of("reference", ReferenceCommand::NAMES))
            .collect()
    }

    /// Name and JSON Schema of every command.
    pub fn schemas() -> Vec<(&'static str, schemars::Schema)> {
        [
            SchoolPartnershipCommand::schemas(),
            SchoolCommand::schemas(),
            SupportCaseCommand::schemas(),
            TraineeCommand::schemas(),
            ReferenceCommand::schemas(),
        ]
        .concat()
    }

    /// Name of the command: `ConfirmRecruitment`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SchoolPartnership(command) => command.name(),
            Self::School(command) => command.name(),
            Self::SupportCase(command) => command.name(),
            Self::Trainee(command) => command.name(),
            Self::Reference(command) => command.name(),
        }
    }
}
