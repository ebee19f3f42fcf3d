//! What the commands of one aggregate have in common: a name, a target, a strict reading. One line each in `command_set!`.

use events_schema::{envelope::StreamId, ids::PartnershipId};
use serde_json::Value;

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

        impl $crate::command_set::CommandSet for $set {
            const NAMES: &'static [&'static str] = &[$(stringify!($command)),+];
            fn name(&self) -> &'static str {
                match self { $(Self::$command(_) => stringify!($command)),+ }
            }
            fn target(&self) -> $crate::command_set::Target {
                match self { $(Self::$command(command) => { let target: fn(&$command) -> $crate::command_set::Target = $target; target(command) }),+ }
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
