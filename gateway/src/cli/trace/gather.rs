//! Everything that the log and the ledger hold about one record: its stream, refused attempts, support cases.

use event_store::{Fault, Log, Refusal};
use events_schema::{
    envelope::{Recorded, StreamId},
    events::Event,
    ids::PartnershipId,
};
use serde_json::{Value, json};

use super::super::failure::Failure;

/// Refusals read at a time.
const PAGE: i64 = 2_000;

/// The events of a stream, oldest first.
pub(super) async fn history(log: &Log, stream: &StreamId) -> Result<Vec<Recorded<Event>>, Failure> {
    Ok(log.stream_page(stream, 0, i64::MAX).await?)
}

/// Every refused attempt on a stream, or that names the record, oldest first.
pub(super) async fn refusals(log: &Log, stream: &StreamId, record: &str) -> Result<Vec<Refusal>, Failure> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let page = log.refusals(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.ledger_position;
        let ours = |refusal: &Refusal| refusal.stream.as_ref() == Some(stream) || refusal.given.contains(record);
        found.extend(page.into_iter().filter(ours));
    }
}

/// The support cases about a partnership: how each was opened and how it ended.
pub(super) async fn cases(log: &Log, partnership: PartnershipId) -> Result<Vec<Recorded<Event>>, Failure> {
    let wanted = partnership.to_string();
    let mut streams = Vec::new();
    log.scan::<Fault>((0, i64::MAX), &["ReportPassedToSupport"], |events| {
        let about = events.iter().filter(|event| event.payload.contains(&wanted));
        streams.extend(about.map(|event| StreamId::stored(event.stream)));
        Ok(())
    })
    .await?;
    let mut cases = Vec::new();
    for stream in streams {
        cases.extend(history(log, &stream).await?);
    }
    Ok(cases)
}

/// A refusal as JSON.
pub(super) fn refusal(it: &Refusal) -> Value {
    json!({
        "ledger_position": it.ledger_position,
        "received_at": it.received_at,
        "actor": it.origin.actor.token(),
        "channel": it.origin.channel,
        "command": it.command_type,
        "command_id": it.origin.command_id,
        "code": it.code,
        "rule": it.rule,
        "message": it.message,
        "given": serde_json::from_str(&it.given).unwrap_or(Value::Null),
    })
}
