//! Queued commands: decided like any other, the outcome published to the sender's own subject, and only then
//! acknowledged. Commands about one record are decided in the order in which they were queued. What can never be
//! decided is parked with a reason and holds nobody up.

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    sync::Arc,
    time::Duration,
};

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::{
    AckKind, Context, Message,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    message::PublishMessage,
    stream::{DeleteMessageError, DeleteMessageErrorKind},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::command::{Command, Target};
use event_store::EventStore;
use events_schema::{actor::Actor, envelope::Origin, ids::CommandId};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{headers, streams, subjects};
use crate::{
    decoder::{self, Decoded, Malformed},
    fault::Fault,
    gateway::Gateway,
    origin,
    reply::{Outcome, Reply},
};

/// Records that are worked on at the same time.
const LANES: usize = 128;
/// Commands that wait for their turn in one lane.
const WAITING: usize = 8;
/// How long the server waits for an acknowledgement before it delivers again.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// How long to wait before a command is tried again that the world failed, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// Deliveries after which a command that breaks its handler is parked.
const MAX_BROKEN: i64 = 3;

/// Works the queue off.
pub struct Queue {
    context: Context,
    gateway: Arc<Gateway>,
    store: EventStore,
}

/// A message that was understood.
struct Job {
    message: Message,
    origin: Origin,
    decoded: Decoded,
}

impl Queue {
    /// Over JetStream. The store lends its keyed digest for the server's own de-duplication.
    pub fn new(context: Context, gateway: Arc<Gateway>, store: EventStore) -> Self {
        Self { context, gateway, store }
    }

    /// Works until told to stop; then ends the commands that are being decided. What waits is delivered again.
    pub async fn run(self, stop: CancellationToken) {
        let queue = Arc::new(self);
        let (lanes, workers) = queue.open_lanes(&stop);
        while !stop.is_cancelled() {
            let ended = stop.run_until_cancelled(queue.hand_out(&lanes)).await;
            if let Some(Err(fault)) = ended {
                tracing::warn!(error = %fault, "the queue is not being read; trying again");
                stop.run_until_cancelled(sleep(RETRY.1 / 10)).await;
            }
        }
        drop(lanes);
        for worker in workers {
            worker.await.ok();
        }
    }

    fn open_lanes(self: &Arc<Self>, stop: &CancellationToken) -> (Vec<mpsc::Sender<Job>>, Vec<JoinHandle<()>>) {
        let open = |_| {
            let (lane, jobs) = mpsc::channel(WAITING);
            (lane, tokio::spawn(Arc::clone(self).work(jobs, stop.clone())))
        };
        (0..LANES).map(open).unzip()
    }

    /// Reads messages and puts each into the lane of its record.
    async fn hand_out(&self, lanes: &[mpsc::Sender<Job>]) -> Result<(), Fault> {
        let mut messages = self.messages().await?;
        while let Some(message) = messages.next().await {
            let message = message.map_err(|error| Fault::nats("read the queue", &error))?;
            match understood(&message) {
                Ok((origin, decoded)) => {
                    let lane = lane_of(&decoded.command);
                    lanes[lane].send(Job { message, origin, decoded }).await.ok();
                }
                Err(malformed) => self.refuse(&message, malformed).await?,
            }
        }
        Ok(())
    }

    async fn messages(&self) -> Result<pull::Stream, Fault> {
        let failed = |error: &dyn std::fmt::Display| Fault::nats("read the queue", &error);
        let stream = self.context.get_stream(streams::QUEUE_STREAM).await.map_err(|error| failed(&error))?;
        let consumer: PullConsumer =
            stream.get_or_create_consumer("gateway", consumer()).await.map_err(|error| failed(&error))?;
        compare(&consumer.cached_info().config)?;
        consumer
            .stream()
            .max_messages_per_batch(LANES)
            .heartbeat(Duration::from_secs(5))
            .expires(Duration::from_secs(30))
            .messages()
            .await
            .map_err(|error| failed(&error))
    }

    /// One lane: a command after the other.
    async fn work(self: Arc<Self>, mut jobs: mpsc::Receiver<Job>, stop: CancellationToken) {
        while let Some(job) = jobs.recv().await {
            if stop.is_cancelled() {
                continue; // not acknowledged: delivered again, to whoever runs then
            }
            let message = job.message.clone();
            let queue = Arc::clone(&self);
            let stopping = stop.clone();
            let settled = match tokio::spawn(async move { queue.decide(job, &stopping).await }).await {
                Ok(settled) => settled,
                Err(_panicked) => self.broke(&message).await,
            };
            if let Err(fault) = settled {
                tracing::warn!(error = %fault, "a queued command was not acknowledged; it will be delivered again");
            }
        }
    }

    /// Decides until there is an outcome, publishes it, acknowledges.
    async fn decide(&self, job: Job, stop: &CancellationToken) -> Result<(), Fault> {
        let mut pause = RETRY.0;
        loop {
            let outcome = self.gateway.answer_decoded(job.origin.clone(), job.decoded.clone()).await;
            if !matches!(outcome, Outcome::Failed { retry: true, .. }) {
                return self.settle(&job, outcome).await;
            }
            if stop.run_until_cancelled(sleep(pause)).await.is_none() {
                return Ok(());
            }
            pause = (pause * 2).min(RETRY.1);
            acknowledge(&job.message, AckKind::Progress).await?;
        }
    }

    async fn settle(&self, job: &Job, outcome: Outcome) -> Result<(), Fault> {
        if let Outcome::Failed { message, .. } = &outcome {
            self.park(&job.message, &Malformed::new("cannot_be_kept", message.clone())).await?;
        }
        let reply = Reply::new(job.origin.command_id, outcome);
        self.tell(&job.origin.actor, job.origin.command_id, &reply).await?;
        if job.decoded.command.is_personal() {
            self.wipe(&job.message).await?;
        }
        double_ack(&job.message).await
    }

    /// An acknowledged message only loses its place in the queue; the server overwrites a deleted one on its disk.
    /// Nothing is lost by a crash before the acknowledgement: the outcome is in the ledger and told.
    async fn wipe(&self, message: &Message) -> Result<(), Fault> {
        let failed = |error: &dyn std::fmt::Display| Fault::nats("wipe a queued command", &error);
        let sequence = message.info().map_err(|error| failed(&error))?.stream_sequence;
        let stream = self.context.get_stream_no_info(streams::QUEUE_STREAM).await.map_err(|error| failed(&error))?;
        match stream.delete_message(sequence).await {
            Ok(_) => Ok(()),
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    /// What was not understood: told to the sender as far as it is known, parked, done with.
    async fn refuse(&self, message: &Message, malformed: Malformed) -> Result<(), Fault> {
        self.park(message, &malformed).await?;
        if let (Some(actor), Some(command_id)) = (sender(message), sent_id(message)) {
            let reply = Reply::new(command_id, Outcome::Malformed(malformed));
            self.tell(&actor, command_id, &reply).await?;
        }
        self.wipe(message).await?;
        double_ack(message).await
    }

    /// A command whose handler died: tried again a few times, then parked.
    async fn broke(&self, message: &Message) -> Result<(), Fault> {
        let deliveries = message.info().map_or(1, |info| info.delivered);
        tracing::error!(deliveries, "the handler of a queued command died");
        if deliveries < MAX_BROKEN {
            return acknowledge(message, AckKind::Nak(Some(RETRY.1))).await;
        }
        self.refuse(message, Malformed::new("handler_died", "The service could not handle this command.")).await
    }

    async fn tell(&self, actor: &Actor, command_id: CommandId, reply: &Reply) -> Result<(), Fault> {
        let mut message =
            PublishMessage::build().payload(reply.json().into()).message_id(self.message_id(actor, command_id));
        for (name, values) in headers::of_reply(reply).iter() {
            message = values.iter().fold(message, |message, value| message.header(name.clone(), value.clone()));
        }
        self.publish(subjects::outcome(actor, command_id), message).await
    }

    async fn park(&self, message: &Message, why: &Malformed) -> Result<(), Fault> {
        let actor = sender(message);
        tracing::warn!(code = why.code, "a queued message was parked");
        let parked = PublishMessage::build()
            .payload(without_values(&message.payload).into())
            .header("Ledger-Parked-Code", why.code)
            .header("Ledger-Parked-Reason", one_line(&why.message).as_str())
            .header("Ledger-Parked-Subject", message.subject.as_str());
        self.publish(subjects::parked(actor.as_ref()), parked).await
    }

    async fn publish(&self, subject: String, message: PublishMessage) -> Result<(), Fault> {
        let failed = |error: &dyn std::fmt::Display| Fault::nats("store an outcome", &error);
        let sent = self.context.send_publish(subject, message).await.map_err(|error| failed(&error))?;
        sent.await.map(drop).map_err(|error| failed(&error))
    }

    /// The server's own de-duplication is per stream and across users, so the id is a digest of actor and command.
    fn message_id(&self, actor: &Actor, command_id: CommandId) -> String {
        let digest = self.store.digest("outcome", &format!("{}/{command_id}", actor.token()));
        URL_SAFE_NO_PAD.encode(digest.0)
    }
}

fn consumer() -> pull::Config {
    pull::Config {
        durable_name: Some("gateway".to_owned()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_ack_pending: i64::try_from(LANES * WAITING).expect("a small number"),
        max_deliver: -1,
        ..pull::Config::default()
    }
}

/// The consumer as the server has it must never drop a message by itself.
fn compare(found: &async_nats::jetstream::consumer::Config) -> Result<(), Fault> {
    if found.ack_policy == AckPolicy::Explicit && found.max_deliver == -1 && found.ack_wait == ACK_WAIT {
        return Ok(());
    }
    let what = format!(
        "a consumer `gateway` with acknowledgement {:?}, {} deliveries and {:?} to wait, not Explicit, -1 and {ACK_WAIT:?}",
        found.ack_policy, found.max_deliver, found.ack_wait
    );
    Err(Fault::Stream { stream: streams::QUEUE_STREAM.to_owned(), what })
}

fn understood(message: &Message) -> Result<(Origin, Decoded), Malformed> {
    let (actor, name) = subjects::read_command(subjects::QUEUE, &message.subject)?;
    let origin = origin::read(origin::QUEUE, actor, |name| headers::find(message.headers.as_ref(), name))?;
    Ok((origin, decoder::decode(name, &message.payload)?))
}

fn sender(message: &Message) -> Option<Actor> {
    subjects::read_actor(subjects::QUEUE, &message.subject).ok().map(|(actor, _)| actor)
}

fn sent_id(message: &Message) -> Option<CommandId> {
    let actor = sender(message)?;
    origin::read(origin::QUEUE, actor, |name| headers::find(message.headers.as_ref(), name))
        .ok()
        .map(|origin| origin.command_id)
}

/// Commands that name the same record share a lane; a new record has no order to keep.
fn lane_of(command: &Command) -> usize {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let hash = match command.target() {
        Target::Stream(stream) => hasher.hash_one(stream),
        Target::Partnership(id) => hasher.hash_one(id),
        Target::New => hasher.hash_one(uuid::Uuid::now_v7()),
    };
    usize::try_from(hash % LANES as u64).expect("less than the number of lanes")
}

/// The message was wiped before: an earlier delivery got so far.
fn is_gone(error: &DeleteMessageError) -> bool {
    matches!(error.kind(), DeleteMessageErrorKind::JetStream(error) if error.error_code() == ErrorCode::NO_MESSAGE_FOUND)
}

/// The shape of a message that cannot be handled: nobody knows what is personal in it, so that nothing is kept but
/// names of fields and UUIDs. Its sender has the rest, and the reason.
fn without_values(payload: &[u8]) -> Vec<u8> {
    let read = serde_json::from_slice::<Value>(payload).map(shape);
    read.unwrap_or_else(|_| json!({ "bytes": payload.len() })).to_string().into_bytes()
}

fn shape(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, shape(value))).collect(),
        Value::Array(items) => items.into_iter().map(shape).collect(),
        Value::String(text) if uuid::Uuid::try_parse(&text).is_ok() => Value::String(text),
        Value::String(_) | Value::Number(_) => Value::from("[withheld]"),
        Value::Bool(_) | Value::Null => value,
    }
}

/// A header is one line of printable text.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(300).collect()
}

async fn acknowledge(message: &Message, kind: AckKind) -> Result<(), Fault> {
    message.ack_with(kind).await.map_err(|error| Fault::nats("acknowledge a queued command", &error))
}

/// Waits until the server has taken note.
async fn double_ack(message: &Message) -> Result<(), Fault> {
    message.double_ack().await.map_err(|error| Fault::nats("acknowledge a queued command", &error))
}
