//! What people decided about the log itself and its witness. One stream: `log_witness-log`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{heading::Heading, personal::HasPersonal};

/// An operator says that the log counts as it stands, although another one was witnessed: after an older copy had to be
/// put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogStateAccepted {
    /// Who decided: an office or an account, never a name.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// How many events had been witnessed.
    pub witnessed_size: i64,
    /// Root over them, base64.
    pub witnessed_root: String,
    /// How many events the log had when it was accepted.
    pub accepted_size: i64,
    /// Root over them, base64.
    pub accepted_root: String,
    /// Up to this position both are known to be the same.
    pub keeps: i64,
}

event_set!(
    /// Events of the log's witness.
    LogWitnessEvent {
        LogStateAccepted v 1,
    }
);

impl HasPersonal for LogStateAccepted {}

impl Heading for LogStateAccepted {
    fn heading(&self) -> String {
        format!(
            "{} accepted the log with {} events although {} were witnessed: {}",
            self.operator, self.accepted_size, self.witnessed_size, self.reason
        )
    }
}
