//! What became of a file when it was checked: a lead provider's of schools, a training provider's of recommendations.
//! Stream: `upload-<id>`.
//! Nothing of the file's contents is kept here: how many rows, how many of them could be confirmed, and why not the rest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    heading::Heading,
    ids::{Cohort, ContentDigest, DeliveryPartnerId, LeadProviderId, TrainingProviderCode, UploadId},
    personal::HasPersonal,
};

/// Rows of a file that would be refused with one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusedRows {
    /// The code that each would be refused with.
    pub code: String,
    /// How many.
    pub rows: u32,
}

/// A file of schools came in and each of its rows was checked; nothing was confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadPreviewed {
    /// The upload; recruitments and refusals from it carry its id.
    pub upload_id: UploadId,
    /// Whose file it is.
    pub lead_provider_id: LeadProviderId,
    /// The cohort it is for.
    pub cohort: Cohort,
    /// The delivery partner it is for.
    pub delivery_partner_id: DeliveryPartnerId,
    /// Rows, repeats left out.
    pub rows: u32,
    /// Those that could be confirmed.
    pub valid: u32,
    /// The others by their code, in the order of the codes.
    pub refused: Vec<RefusedRows>,
}

/// Rows of a file in which one check found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckedRows {
    /// The code of the check.
    pub code: String,
    /// How many; a row with several errors counts in each.
    pub rows: u32,
}

/// A file of recommendations came in and each of its rows was checked; nobody was recommended yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationsPreviewed {
    /// The upload; recommendations and refusals from it carry its id.
    pub upload_id: UploadId,
    /// Whose file it is.
    pub provider: TrainingProviderCode,
    /// Tells whether two files are the same, and nothing about them: keyed by the service.
    pub file_digest: ContentDigest,
    /// Rows about trainees; blank ones and guidance left out.
    pub rows: u32,
    /// Those that can be recommended.
    pub recommended: u32,
    /// Those without a date, whose trainees stay as they are.
    pub left_out: u32,
    /// Those with errors.
    pub wrong: u32,
    /// The errors by the check that found them, in the order of the codes.
    pub checks: Vec<CheckedRows>,
}

event_set!(
    /// Events of an upload.
    UploadEvent {
        UploadPreviewed v 1,
        RecommendationsPreviewed v 1,
    }
);

impl HasPersonal for UploadPreviewed {}

impl HasPersonal for RecommendationsPreviewed {}

impl Heading for RecommendationsPreviewed {
    fn heading(&self) -> String {
        let Self { provider, rows, recommended, wrong, .. } = self;
        format!(
            "Training provider {provider} uploaded {rows} rows of recommendations; {recommended} of them can be \
             recommended, {wrong} have errors"
        )
    }
}

impl Heading for UploadPreviewed {
    fn heading(&self) -> String {
        format!(
            "Lead provider {} uploaded {} rows for {}; {} of them can be confirmed",
            self.lead_provider_id,
            self.rows,
            self.cohort.academic_year(),
            self.valid,
        )
    }
}
