//! What the teaching record is to be told of a trainee, was told, and answered. Stream: `hand_over-<trainee id>`.
//! Holds nothing personal: what is sent is read from the trainee's own stream in the moment of sending.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    codes::{RecordAnswer, RecordStatus},
    heading::Heading,
    ids::TraineeId,
    personal::HasPersonal,
};

/// What the record is told that can change while somebody trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordContent {
    /// The status.
    pub status: RecordStatus,
    /// With `Holds`, since when; else nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_from: Option<NaiveDate>,
    /// Expected end of training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_end: Option<NaiveDate>,
}

/// The record is to be told; whatever was still to be told before is overtaken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverDue {
    /// About whom.
    pub trainee_id: TraineeId,
    /// Which hand-over of this trainee, from 1.
    pub number: u32,
    /// What.
    pub content: RecordContent,
    /// Not before this instant (UTC).
    pub not_before: DateTime<Utc>,
}

/// The record is being told: written down before anything is sent, so that nothing is ever told without a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeachingRecordTold {
    /// About whom.
    pub trainee_id: TraineeId,
    /// Which hand-over.
    pub number: u32,
    /// Which attempt at it, from 1.
    pub attempt: u32,
    /// What.
    pub content: RecordContent,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeachingRecordAnswered {
    /// About whom.
    pub trainee_id: TraineeId,
    /// Which hand-over.
    pub number: u32,
    /// Which attempt.
    pub attempt: u32,
    /// What it was told.
    pub content: RecordContent,
    /// What it answered.
    pub answer: RecordAnswer,
    /// With which code of its own, or else with which status of HTTP, if it answered at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// When it is told again (UTC), if it is by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<DateTime<Utc>>,
}

/// The record is not told: the recommendation was taken back, or the award is recorded already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverDropped {
    /// About whom.
    pub trainee_id: TraineeId,
    /// Which hand-over.
    pub number: u32,
    /// The record may know of it already, so that a person has to correct it by hand.
    pub told_before: bool,
    /// How the trainee stands now: what the record is corrected to.
    pub content: RecordContent,
}

event_set!(
    /// Events of a trainee's hand-over to the teaching record.
    HandOverEvent {
        HandOverDue v 1,
        TeachingRecordTold v 1,
        TeachingRecordAnswered v 1,
        HandOverDropped v 1,
    }
);

impl HasPersonal for HandOverDue {}
impl HasPersonal for TeachingRecordTold {}
impl HasPersonal for TeachingRecordAnswered {}
impl HasPersonal for HandOverDropped {}

impl RecordContent {
    /// "holds the status from 4 July 2025".
    fn spoken(&self) -> String {
        let since = self.holds_from.map(|day| format!(" from {}", day.format("%-d %B %Y")));
        format!("{}{}", self.status.spoken(), since.unwrap_or_default())
    }
}

impl Heading for HandOverDue {
    fn heading(&self) -> String {
        format!("The teaching record is to be told {}", self.content.spoken())
    }
}

impl Heading for TeachingRecordTold {
    fn heading(&self) -> String {
        format!("The teaching record was told {} (attempt {})", self.content.spoken(), self.attempt)
    }
}

impl Heading for TeachingRecordAnswered {
    fn heading(&self) -> String {
        let code = self.code.map_or_else(String::new, |code| format!(", code {code}"));
        format!("The teaching record, told {}, answered: {}{code}", self.content.spoken(), self.answer.spoken())
    }
}

impl Heading for HandOverDropped {
    fn heading(&self) -> String {
        match (self.content.status, self.told_before) {
            (RecordStatus::Holds, _) => {
                "The teaching record need not be told: the award is recorded already".to_owned()
            }
            (_, true) => "The recommendation was taken back; a person corrects the teaching record by hand".to_owned(),
            (_, false) => "The recommendation was taken back before the teaching record was told of it".to_owned(),
        }
    }
}
