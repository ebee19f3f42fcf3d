//! A file that a provider uploads: what its check found, on record once. The check itself confirms and recommends nothing.
//! A lead provider's is of schools; a training provider's, in `recommendations`, of trainees to recommend.

mod recommendations;
pub mod rejections;

#[cfg(test)]
mod tests;

use events_schema::{
    actor::{Actor, ActorKind},
    envelope::StreamId,
    events::upload::{RefusedRows, UploadEvent, UploadPreviewed},
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Parse, UploadId, parsed},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::recommendations::RecordRecommendationPreview;
use self::rejections as refused;
use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::UploadFacts,
    rejection::Rejection,
};

/// A code has at most so many letters.
const LONGEST_CODE: usize = 60;
/// A file's rows are refused with at most so many different codes.
const MOST_CODES: usize = 50;

/// The lead provider (the actor) has the check of its file put on record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordUploadPreview {
    /// The upload; the recruitments confirmed from it carry its id.
    #[serde(deserialize_with = "parsed")]
    pub upload_id: UploadId,
    /// The cohort it is for.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
    /// The delivery partner it is for.
    #[serde(deserialize_with = "parsed")]
    pub delivery_partner_id: DeliveryPartnerId,
    /// Rows, repeats left out.
    pub rows: u32,
    /// Those that could be confirmed.
    pub valid: u32,
    /// The others by the code they would be refused with, each code once.
    #[serde(default)]
    pub refused: Vec<RefusedRows>,
}

command_set!(
    /// Commands about an upload.
    UploadCommand {
        RecordUploadPreview => |command| Target::Stream(stream(command.upload_id)),
        RecordRecommendationPreview => |command| Target::Stream(stream(command.upload_id)),
    }
);

/// The stream of an upload.
pub fn stream(upload: UploadId) -> StreamId {
    StreamId::new(Upload::NAME, upload)
}

/// What is on record of an upload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Upload {
    /// Nothing yet.
    #[default]
    Unchecked,
    /// Its check, by this provider.
    Checked(Actor),
}

impl Aggregate for Upload {
    const NAME: &'static str = "upload";
    type Command = UploadCommand;
    type Event = UploadEvent;
    type Facts = UploadFacts;

    fn decide(&self, command: &UploadCommand, facts: &UploadFacts) -> Result<Vec<UploadEvent>, Rejection> {
        let actor = &facts.circumstances.actor;
        match (self, command) {
            (Self::Checked(whose), _) if whose == actor => Ok(vec![]),
            (Self::Checked(_), _) => Err(refused::not_yours()),
            (Self::Unchecked, UploadCommand::RecordUploadPreview(command)) => {
                let lead_provider = LeadProviderId::parse(&actor.id).map_err(|_| refused::not_yours())?;
                checked(command, lead_provider).map(|event| vec![event.into()])
            }
            (Self::Unchecked, UploadCommand::RecordRecommendationPreview(command)) => {
                recommendations::checked(command, actor).map(|event| vec![event.into()])
            }
        }
    }

    fn evolve(&mut self, event: &UploadEvent) {
        let (kind, id) = match event {
            UploadEvent::UploadPreviewed(event) => (ActorKind::LeadProvider, event.lead_provider_id.as_str()),
            UploadEvent::RecommendationsPreviewed(event) => (ActorKind::TrainingProvider, event.provider.as_str()),
        };
        *self = Self::Checked(Actor { kind, id: id.to_owned() });
    }
}

fn checked(command: &RecordUploadPreview, lead_provider_id: LeadProviderId) -> Result<UploadPreviewed, Rejection> {
    let mut refused = command.refused.clone();
    refused.sort_by(|one, other| one.code.cmp(&other.code));
    if !refused.iter().all(|rows| is_code(&rows.code)) || refused.len() > MOST_CODES {
        return Err(refused::row_code_invalid(LONGEST_CODE, MOST_CODES));
    }
    let each_once = refused.windows(2).all(|pair| pair[0].code != pair[1].code);
    let counted = refused.iter().map(|rows| u64::from(rows.rows)).sum::<u64>() + u64::from(command.valid);
    if !each_once || counted != u64::from(command.rows) {
        return Err(refused::row_counts_differ());
    }
    Ok(UploadPreviewed {
        upload_id: command.upload_id,
        lead_provider_id,
        cohort: command.cohort,
        delivery_partner_id: command.delivery_partner_id.clone(),
        rows: command.rows,
        valid: command.valid,
        refused,
    })
}

fn is_code(code: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !code.is_empty() && code.len() <= LONGEST_CODE && code.bytes().all(plain)
}
