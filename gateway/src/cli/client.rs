//! Sends commands over NATS exactly as a stock client would: a subject, a JSON body, the command id as a header.

use std::{fmt, time::Duration};

use async_nats::{Client as Nats, HeaderMap, RequestErrorKind, header::NATS_MESSAGE_ID};
use events_schema::{
    actor::Actor,
    ids::{CommandId, PartnershipId},
};
use futures::StreamExt;
use serde_json::Value;

use super::failure::{Doing, Failure};
use crate::{
    names::{self, CommandName},
    nats::subjects,
};

/// How long an answer may take before the caller hears that none came.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a command is sent again under the same id while the service cannot answer.
const TRIES: u32 = 5;

/// One actor's way to the service.
#[derive(Clone)]
pub(super) struct Client {
    nats: Nats,
    actor: Actor,
}

/// A command on its way: name, body, id.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    /// Which command.
    pub(super) name: CommandName,
    /// Its body.
    pub(super) body: Value,
    /// Its id: the same id is the same command for ever.
    pub(super) id: CommandId,
}

/// What the service answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply(pub(super) Value);

/// How the service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// Written.
    Accepted,
    /// It was so already.
    NothingToDo,
    /// No, with this code.
    Rejected(String),
    /// The world failed, or no answer came.
    Failed,
}

impl Outgoing {
    /// A command under a fresh id.
    pub(super) fn new(name: &str, body: Value) -> Result<Self, Failure> {
        let name = names::find(name).map_err(|malformed| Failure::new(malformed.message))?;
        Ok(Self { name, body, id: CommandId(uuid::Uuid::now_v7()) })
    }

    /// The same under this id.
    pub(super) fn with_id(self, id: CommandId) -> Self {
        Self { id, ..self }
    }
}

impl Client {
    /// A client that speaks for an actor.
    pub(super) fn new(nats: Nats, actor: Actor) -> Self {
        Self { nats, actor }
    }

    /// The same connection, speaking for another actor, as far as its user may.
    pub(super) fn speaking_for(&self, actor: Actor) -> Self {
        Self { nats: self.nats.clone(), actor }
    }

    /// Sends a command and waits for its answer. While the service cannot be asked, asks again under the same id.
    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<Reply, Failure> {
        let mut pause = Duration::from_millis(100);
        for _ in 1..TRIES {
            match self.send_once(outgoing).await {
                Ok(reply) if !reply.asks_again() => return Ok(reply),
                _ => tokio::time::sleep(pause).await,
            }
            pause *= 3;
        }
        self.send_once(outgoing).await
    }

    async fn send_once(&self, outgoing: &Outgoing) -> Result<Reply, Failure> {
        let subject = subjects::command(&self.actor, outgoing.name);
        let request = async_nats::Request::new()
            .headers(headers(outgoing.id))
            .payload(outgoing.body.to_string().into())
            .timeout(Some(PATIENCE));
        let answer = self.nats.send_request(subject, request).await.map_err(|error| self.unanswered(&error))?;
        read(&answer.payload)
    }

    /// Leaves a command in the work queue and waits for its outcome on the actor's own subject.
    pub(super) async fn queue(&self, outgoing: &Outgoing) -> Result<Reply, Failure> {
        let subject = subjects::outcome(&self.actor, outgoing.id);
        let mut outcomes = self.nats.subscribe(subject).await.doing("cannot listen for the outcome")?;
        let queue = subjects::queued(&self.actor, outgoing.name);
        let body = outgoing.body.to_string();
        let sent = self.nats.publish_with_headers(queue, headers(outgoing.id), body.into()).await;
        sent.doing("cannot leave the command in the queue")?;
        self.nats.flush().await.doing("cannot leave the command in the queue")?;
        let outcome = tokio::time::timeout(PATIENCE, outcomes.next()).await.ok().flatten();
        outcome.map_or_else(
            || Err(Failure::new(format!("no outcome of command {} came; send it again under this id", outgoing.id))),
            |outcome| read(&outcome.payload),
        )
    }

    /// Publishes a request of any subject and reads the JSON of its answer.
    pub(super) async fn ask(&self, subject: String, question: &Value) -> Result<Value, Failure> {
        let answer = self.nats.request(subject, question.to_string().into()).await;
        Ok(read(&answer.map_err(|error| self.unanswered(&error))?.payload)?.0)
    }

    fn unanswered(&self, error: &async_nats::RequestError) -> Failure {
        Failure::new(match error.kind() {
            RequestErrorKind::NoResponders => {
                format!("no service answers {} on this NATS server; start it with `training-ledger up`", self.actor)
            }
            RequestErrorKind::TimedOut => format!(
                "no answer came within {} seconds; whether the command was taken is unknown, so send it again under \
                 the same command id",
                PATIENCE.as_secs()
            ),
            _ => format!("NATS did not take the request: {error}; check the server and try again"),
        })
    }
}

fn headers(id: CommandId) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(NATS_MESSAGE_ID, id.to_string());
    headers
}

fn read(payload: &[u8]) -> Result<Reply, Failure> {
    serde_json::from_slice(payload).map(Reply).doing("the service's answer is not JSON")
}

impl Reply {
    /// How the command ended.
    pub(super) fn ended(&self) -> Ended {
        match self.0["outcome"].as_str() {
            Some("accepted") => Ended::Accepted,
            Some("nothing_to_do") => Ended::NothingToDo,
            Some("rejected") => Ended::Rejected(self.text("code").to_owned()),
            _ => Ended::Failed,
        }
    }

    /// A text of the answer; empty if it has none.
    pub(super) fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    /// The partnership that was made or changed, if the answer names one.
    pub(super) fn partnership(&self) -> Option<PartnershipId> {
        self.text("id").parse().ok()
    }

    fn asks_again(&self) -> bool {
        self.ended() == Ended::Failed && self.0["retry"] == true
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::NothingToDo => "nothing to do",
            Self::Rejected(code) => code,
            Self::Failed => "not answered",
        })
    }
}
