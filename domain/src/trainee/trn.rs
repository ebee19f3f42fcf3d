//! Asking for a TRN and recording it (DOMAIN 4.4). A held TRN is never overwritten.

use events_schema::{
    events::trainee::{TraineeSubmittedForTrn, TrnRecorded},
    ids::{Parse, Trn},
    personal::Personal,
};
use uuid::Uuid;

use super::{
    commands::RecordTrn, completeness::missing_for_trn, details::private_text, record::Record, rejections as refused,
};
use crate::rejection::Rejection;

const RULE: &str = "trainees/4.4";

/// The request for a TRN, once every section is there.
pub(super) fn submit(record: &Record, request_id: Uuid) -> Result<TraineeSubmittedForTrn, Rejection> {
    let missing = missing_for_trn(record);
    if missing.is_empty() {
        return Ok(TraineeSubmittedForTrn { trainee_id: record.trainee_id, request_id });
    }
    Err(refused::record_incomplete(RULE, &missing.join(", "), "submit"))
}

/// The TRN, where none is held.
pub(super) fn record_trn(record: &Record, command: &RecordTrn) -> Result<Option<TrnRecorded>, Rejection> {
    if record.trn.is_some() {
        return Ok(None);
    }
    let text = private_text(command.trn.as_ref()).ok_or_else(refused::trn_missing)?;
    let trn = Trn::parse(&text).map_err(|_| refused::trn_invalid())?;
    Ok(Some(TrnRecorded { trainee_id: record.trainee_id, trn: Personal::Open(trn) }))
}
