//! The check of a training provider's file of recommendations (DOMAIN 4.12), to be put on record.

use events_schema::{
    actor::Actor,
    events::upload::{CheckedRows, RecommendationsPreviewed},
    ids::{ContentDigest, Parse, TrainingProviderCode, UploadId, parsed},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LONGEST_CODE, MOST_CODES, is_code, rejections as refused};
use crate::rejection::Rejection;

/// The training provider (the actor) has the check of its file put on record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRecommendationPreview {
    /// The upload; the recommendations made from it carry its id.
    #[serde(deserialize_with = "parsed")]
    pub upload_id: UploadId,
    /// Tells whether two files are the same: a keyed digest.
    #[serde(deserialize_with = "parsed")]
    pub file_digest: ContentDigest,
    /// Rows about trainees; blank ones and guidance left out.
    pub rows: u32,
    /// Those that can be recommended.
    pub recommended: u32,
    /// Those without a date.
    pub left_out: u32,
    /// Those with errors.
    pub wrong: u32,
    /// The errors by the check that found them, each check once; a row with several errors counts in each.
    #[serde(default)]
    pub checks: Vec<CheckedRows>,
}

/// What is put on record, once the rows add up.
pub(super) fn checked(
    command: &RecordRecommendationPreview,
    actor: &Actor,
) -> Result<RecommendationsPreviewed, Rejection> {
    let provider = TrainingProviderCode::parse(&actor.id).map_err(|_| refused::not_yours())?;
    let mut checks = command.checks.clone();
    checks.sort_by(|one, other| one.code.cmp(&other.code));
    if !checks.iter().all(|check| is_code(&check.code)) || checks.len() > MOST_CODES {
        return Err(refused::row_code_invalid(LONGEST_CODE, MOST_CODES));
    }
    if !adds_up(command, &checks) {
        return Err(refused::checked_rows_differ());
    }
    Ok(RecommendationsPreviewed {
        upload_id: command.upload_id,
        provider,
        file_digest: command.file_digest.clone(),
        rows: command.rows,
        recommended: command.recommended,
        left_out: command.left_out,
        wrong: command.wrong,
        checks,
    })
}

/// Each wrong row was found so by at least one check, and none by the same check twice.
fn adds_up(command: &RecordRecommendationPreview, checks: &[CheckedRows]) -> bool {
    let counts = [command.recommended, command.left_out, command.wrong].map(u64::from);
    let each_once = checks.windows(2).all(|pair| pair[0].code != pair[1].code);
    let fits = checks.iter().all(|check| (1..=command.wrong).contains(&check.rows));
    let errors: u64 = checks.iter().map(|check| u64::from(check.rows)).sum();
    counts.iter().sum::<u64>() == u64::from(command.rows) && each_once && fits && errors >= u64::from(command.wrong)
}
