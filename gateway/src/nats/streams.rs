//! The streams of the service, made from code, read back and compared: an old server ignores what it does not know
//! without a word, and a stream that drops messages would do so without a word too.

use std::time::Duration;

use async_nats::jetstream::{
    Context,
    context::GetStreamErrorKind,
    stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
};

use super::subjects::{EVENTS, OUTCOMES, PARKED, QUEUE, WITNESS};
use crate::fault::Fault;

/// Commands that wait to be decided.
pub const QUEUE_STREAM: &str = "LEDGER_QUEUE";
/// Outcomes of queued commands.
pub const OUTCOMES_STREAM: &str = "LEDGER_OUTCOMES";
/// Queued messages that can never be handled, each with a reason.
pub const PARKED_STREAM: &str = "LEDGER_PARKED";
/// Committed events; the sequence is the position.
pub const EVENTS_STREAM: &str = "LEDGER_EVENTS";
/// Signed checkpoints and attestations.
pub const WITNESS_STREAM: &str = "LEDGER_WITNESS";

const MIB: i64 = 1024 * 1024;
const DAY: Duration = Duration::from_hours(24);

/// The server drops a repeated `Nats-Msg-Id` within this window, whoever sent it first. The ledger tells repeats apart
/// by actor, so the window is as short as the server allows: nobody can take another's id for longer.
const DUPLICATES: Duration = Duration::from_millis(100);

/// Creates what is missing and refuses what differs.
pub async fn ensure(context: &Context, events_bytes: i64) -> Result<(), Fault> {
    for wanted in all(events_bytes) {
        ensure_one(context, wanted).await?;
    }
    Ok(())
}

/// Creates the stream of published events if it is missing, refuses it if it differs, and tells its last sequence.
pub async fn last_published(context: &Context, events_bytes: i64) -> Result<u64, Fault> {
    ensure_one(context, events(events_bytes)).await?;
    let stream = context.get_stream(EVENTS_STREAM).await.map_err(|error| Fault::nats("find LEDGER_EVENTS", &error))?;
    Ok(stream.cached_info().state.last_sequence)
}

fn all(events_bytes: i64) -> [Config; 5] {
    [queue(), outcomes(), parked(), witness(), events(events_bytes)]
}

fn kept(name: &str, prefix: &str, max_bytes: i64) -> Config {
    Config {
        name: name.to_owned(),
        subjects: vec![format!("{prefix}.>")],
        max_bytes,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_consumers: -1,
        discard: DiscardPolicy::New,
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        num_replicas: 1,
        duplicate_window: DUPLICATES,
        ..Config::default()
    }
}

fn queue() -> Config {
    Config {
        retention: RetentionPolicy::WorkQueue,
        max_message_size: 128 * 1024,
        ..kept(QUEUE_STREAM, QUEUE, 512 * MIB)
    }
}

/// The oldest outcomes make room: they stand in the ledger for ever, and sending the command again brings them back.
/// Refusing new ones would stop the queue.
fn outcomes() -> Config {
    Config { discard: DiscardPolicy::Old, max_age: 30 * DAY, ..kept(OUTCOMES_STREAM, OUTCOMES, 512 * MIB) }
}

fn parked() -> Config {
    kept(PARKED_STREAM, PARKED, 256 * MIB)
}

/// The oldest notes make room: each checkpoint says everything that the ones before it said.
fn witness() -> Config {
    Config { discard: DiscardPolicy::Old, ..kept(WITNESS_STREAM, WITNESS, 256 * MIB) }
}

fn events(max_bytes: i64) -> Config {
    Config { deny_delete: true, deny_purge: true, ..kept(EVENTS_STREAM, EVENTS, max_bytes) }
}

async fn ensure_one(context: &Context, wanted: Config) -> Result<(), Fault> {
    let failed = |error: &dyn std::fmt::Display| Fault::nats("set up its streams", &error);
    match context.get_stream(&wanted.name).await {
        Ok(stream) => compare(&wanted, &stream.cached_info().config),
        Err(error) if is_missing(&error.kind()) => {
            let created = context.create_stream(wanted.clone()).await.map_err(|error| failed(&error))?;
            tracing::info!(stream = wanted.name, "the stream was created");
            compare(&wanted, &created.cached_info().config)
        }
        Err(error) => Err(failed(&error)),
    }
}

fn is_missing(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error) if error.code() == 404)
}

/// Every setting that the service relies on.
fn compare(wanted: &Config, found: &Config) -> Result<(), Fault> {
    let settings = |config: &Config| {
        [
            ("subjects", format!("{:?}", config.subjects)),
            ("retention", format!("{:?}", config.retention)),
            ("discard", format!("{:?}", config.discard)),
            ("storage", format!("{:?}", config.storage)),
            ("size cap", config.max_bytes.to_string()),
            ("message cap", config.max_messages.to_string()),
            ("message cap per subject", config.max_messages_per_subject.to_string()),
            ("age cap", format!("{:?}", config.max_age)),
            ("duplicate window", format!("{:?}", config.duplicate_window)),
            ("ban on deleting", config.deny_delete.to_string()),
            ("ban on purging", config.deny_purge.to_string()),
            ("acknowledgement off", config.no_ack.to_string()),
        ]
    };
    let pairs = settings(found).into_iter().zip(settings(wanted));
    let differences = pairs.filter(|((_, found), (_, wanted))| found != wanted);
    let said: Vec<_> =
        differences.map(|((name, found), (_, wanted))| format!("{name} {found}, not {wanted}")).collect();
    if said.is_empty() {
        return Ok(());
    }
    Err(Fault::Stream { stream: wanted.name.clone(), what: said.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_could_lose_messages_is_refused_by_name() {
        let found = Config { discard: DiscardPolicy::Old, max_age: DAY, ..queue() };
        let refusal = compare(&queue(), &found).expect_err("it differs").to_string();
        assert!(refusal.contains(QUEUE_STREAM) && refusal.contains("discard Old, not New"), "{refusal}");
        assert!(refusal.contains("age cap"), "{refusal}");
    }

    #[test]
    fn no_message_of_queue_or_events_is_dropped_to_make_room() {
        let makes_room = |name: &str| [OUTCOMES_STREAM, WITNESS_STREAM].contains(&name);
        for config in all(MIB).into_iter().filter(|config| !makes_room(&config.name)) {
            assert_eq!((config.discard, config.storage), (DiscardPolicy::New, StorageType::File), "{}", config.name);
            assert!(config.max_bytes > 0 && config.max_age.is_zero(), "{}", config.name);
        }
    }
}
