//! What became of a lead provider's file of schools when it was checked. Stream: `upload-<id>`.
//! Nothing of the file's contents is kept here: how many rows, how many of them could be confirmed, and why not the rest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    heading::Heading,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, UploadId},
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

event_set!(
    /// Events of an upload.
    UploadEvent {
        UploadPreviewed v 1,
    }
);

impl HasPersonal for UploadPreviewed {}

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
