//! Signed notes on NATS, for whoever keeps a copy of their own: the last ones stay on their stream.

use async_nats::jetstream;

use crate::nats::subjects::WITNESS;

/// Signed checkpoints.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// Signed daily attestations.
pub(crate) const ATTESTATION: &str = "attestation";

/// Publishes a note. The witness folder has it already: a server that cannot take it now is told about the next one.
pub async fn publish(context: &jetstream::Context, kind: &'static str, note: String) {
    let sent = context.publish(format!("{WITNESS}.{kind}"), note.into()).await;
    let stored = match sent {
        Ok(sent) => sent.await.map(drop).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = stored {
        tracing::warn!(kind, error, "a signed note was not published; it is in the witness folder");
    }
}
