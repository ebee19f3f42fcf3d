//! Everything that the log and the ledger hold about one record: its stream, refused attempts, support cases.

use event_store::{Command, Fault, Log, Refusal};
use events_schema::{
    envelope::{Recorded, StreamId, Version},
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

/// The command behind each event, with the facts it was decided with; each command once.
pub(super) async fn decisions(log: &Log, events: &[Recorded<Event>]) -> Result<Vec<Command>, Failure> {
    let mut decisions: Vec<Command> = Vec::new();
    for Recorded { origin, .. } in events {
        let seen = decisions.last().is_some_and(|last| last.origin.command_id == origin.command_id);
        if !seen {
            decisions.extend(log.command(&origin.actor, origin.command_id).await?);
        }
    }
    Ok(decisions)
}

/// The support cases about a partnership: how each was opened and how it ended.
pub(super) async fn cases(log: &Log, partnership: PartnershipId) -> Result<Vec<Recorded<Event>>, Failure> {
    about(log, partnership, &["ReportPassedToSupport"]).await
}

/// The mails about a partnership, those of its rounds and those about its break.
pub(super) async fn notices(log: &Log, partnership: PartnershipId) -> Result<Vec<Recorded<Event>>, Failure> {
    about(log, partnership, &["NoticeCreated", "NoContactFound", "BreakRecipientsListed"]).await
}

/// The whole streams that begin with such an event about a partnership.
async fn about(log: &Log, partnership: PartnershipId, first: &[&str]) -> Result<Vec<Recorded<Event>>, Failure> {
    let wanted = partnership.to_string();
    let mut streams = Vec::new();
    log.scan::<Fault>((0, i64::MAX), first, |events| {
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

/// A decision as JSON: what is needed to make it again.
pub(super) fn decision(it: &Command) -> Value {
    json!({
        "ledger_position": it.receipt.ledger_position,
        "positions": it.receipt.positions,
        "stream": it.receipt.stream,
        "version_before": version_before(it),
        "actor": it.origin.actor.token(),
        "command": it.command_type,
        "command_id": it.origin.command_id,
        "received_at": it.receipt.received_at,
        "given": as_json(&it.given),
        "facts": it.facts.as_deref().map(as_json),
    })
}

/// The version of its stream that an accepted command was decided against.
pub(super) fn version_before(it: &Command) -> Version {
    it.receipt.version - Version::try_from(it.receipt.positions.len()).unwrap_or_default()
}

fn as_json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// A refusal as JSON.
pub(super) fn refusal(it: &Refusal) -> Value {
    json!({
        "ledger_position": it.ledger_position,
        "head_position": it.head_position,
        "received_at": it.received_at,
        "actor": it.origin.actor.token(),
        "channel": it.origin.channel,
        "command": it.command_type,
        "command_id": it.origin.command_id,
        "code": it.code,
        "rule": it.rule,
        "message": it.message,
        "given": as_json(&it.given),
    })
}
