//! Every committed event, once and in order, on a stream whose sequence is the position. The server itself checks the
//! place of each message, so a crash, a repeat or a second publisher cannot write one twice or leave one out.

use std::{collections::VecDeque, time::Duration};

use async_nats::jetstream::{Context, context::PublishAckFuture, message::PublishMessage};
use event_store::Log;
use events_schema::envelope::{Payload, Position, Recorded};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{cloud_event, streams, subjects};
use crate::fault::Fault;

/// Events read at once.
const PAGE: i64 = 500;
/// Messages sent and not yet acknowledged.
const WINDOW: usize = 1_000;
/// How long the publisher goes without looking when nobody says that the log grew.
const POLL: Duration = Duration::from_millis(500);
/// How long to wait after a fault of the world, or after another publisher was faster.
const RETRY: Duration = Duration::from_millis(500);

/// Publishes the log.
pub struct Publisher {
    context: Context,
    log: Log,
    events_bytes: i64,
    head_changes: watch::Receiver<Position>,
}

impl Publisher {
    /// To the stream of published events, with its size cap. `head_changes` is a hint only.
    pub fn new(context: Context, log: Log, events_bytes: i64, head_changes: watch::Receiver<Position>) -> Self {
        Self { context, log, events_bytes, head_changes }
    }

    /// Publishes until told to stop. Faults are told once and tried again.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut told = String::new();
        while let Some(Err(fault)) = stop.run_until_cancelled(self.publish()).await {
            let fault = fault.to_string();
            if fault != told {
                tracing::warn!(error = fault, "events are not being published; trying again");
            }
            told = fault;
            stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
        }
    }

    /// From where the stream ends to the end of time, or to the first fault.
    async fn publish(&mut self) -> Result<(), Fault> {
        let mut after = self.resume_from().await?;
        loop {
            let page = self.log.raw_page(after, PAGE).await?;
            match page.last() {
                Some(last) => {
                    let end = last.position;
                    self.publish_page(page).await?;
                    after = end;
                }
                None => self.wait().await,
            }
        }
    }

    /// The last position on the stream. A stream that was lost starts anew at 0; one that is ahead is of another log.
    async fn resume_from(&self) -> Result<Position, Fault> {
        let last = streams::last_published(&self.context, self.events_bytes).await?;
        let last = Position::try_from(last).expect("a stream has fewer than 2^63 messages");
        let head = self.log.head().await?.position;
        if last > head {
            let what = format!("{last} events while the log has {head}: it is of another log or of a newer one");
            return Err(Fault::Stream { stream: streams::EVENTS_STREAM.to_owned(), what });
        }
        Ok(last)
    }

    async fn publish_page(&self, page: Vec<Recorded<Payload>>) -> Result<(), Fault> {
        let mut unacknowledged = VecDeque::with_capacity(page.len());
        for event in page {
            if unacknowledged.len() >= WINDOW {
                acknowledged(unacknowledged.pop_front()).await?;
            }
            unacknowledged.push_back((event.position, self.send(&event).await?));
        }
        while !unacknowledged.is_empty() {
            acknowledged(unacknowledged.pop_front()).await?;
        }
        Ok(())
    }

    async fn send(&self, event: &Recorded<Payload>) -> Result<PublishAckFuture, Fault> {
        let body = cloud_event::structured(event).map_err(|error| {
            Fault::Store(event_store::Fault::Corrupt { position: event.position, found: error.to_string() })
        })?;
        let before = u64::try_from(event.position - 1).expect("positions count from 1");
        let message = PublishMessage::build()
            .payload(body.into())
            .header("Content-Type", "application/cloudevents+json")
            .expected_last_sequence(before);
        let subject = subjects::event(event.stream.aggregate(), &event.event.event_type);
        self.context.send_publish(subject, message).await.map_err(|error| Fault::nats("publish an event", &error))
    }

    async fn wait(&mut self) {
        if let Ok(Err(_closed)) = tokio::time::timeout(POLL, self.head_changes.changed()).await {
            tokio::time::sleep(POLL).await;
        }
    }
}

/// Waits until the server has stored the message, and checks that it did so at its position.
async fn acknowledged(sent: Option<(Position, PublishAckFuture)>) -> Result<(), Fault> {
    let Some((position, sent)) = sent else { return Ok(()) };
    let ack = sent.await.map_err(|error| Fault::nats("store an event", &error))?;
    if u64::try_from(position) == Ok(ack.sequence) {
        return Ok(());
    }
    let what = format!("event {position} at sequence {}", ack.sequence);
    Err(Fault::Stream { stream: streams::EVENTS_STREAM.to_owned(), what })
}
