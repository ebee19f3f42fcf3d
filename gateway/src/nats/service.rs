//! The NATS micro service: commands and queries by request and reply, found by the stock tools under `$SRV`.
//! Many requests are in flight at once, so that the batching writer is fed; one too many is told so at once.

use std::{future::Future, sync::Arc, time::Duration};

use async_nats::{
    Client, HeaderMap,
    service::{Request, Service, ServiceExt, endpoint::Endpoint},
};
use bytes::Bytes;
use events_schema::{actor::ActorKind, envelope::Channel};
use futures::StreamExt;
use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    headers,
    subjects::{self, CLOCK, COMMANDS, QUERIES},
};
use crate::{
    decoder::Malformed,
    fault::Fault,
    gateway::Gateway,
    origin,
    queries::{Answer, Asker, Queries},
    reading,
    reply::Reply,
};

/// What the stock tools find it by.
const NAME: &str = "training-ledger";
/// Requests being answered at once.
const IN_FLIGHT: usize = 1_024;
/// How long requests in flight may take to end once the service is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// An answer on its way.
struct Said {
    headers: HeaderMap,
    body: Bytes,
}

/// The open service: it is subscribed, and answers.
pub struct Open {
    client: Client,
    service: Service,
    doors: Vec<JoinHandle<()>>,
    permits: Arc<Semaphore>,
}

/// Subscribes and answers. Once this returns, no request finds nobody there.
pub async fn open(client: Client, gateway: Arc<Gateway>, queries: Arc<Queries>) -> Result<Open, Fault> {
    let service = start(&client).await?;
    let permits = Arc::new(Semaphore::new(IN_FLIGHT));
    let commands = endpoint(&service, "commands", COMMANDS).await?;
    let views = endpoint(&service, "queries", QUERIES).await?;
    let deciding = Arc::clone(&gateway);
    let answer_command = move |request: Arc<Request>| command(Arc::clone(&deciding), request);
    let answer_query = move |request: Arc<Request>| query(Arc::clone(&queries), request);
    let mut doors = vec![
        tokio::spawn(answer_all(commands, Arc::clone(&permits), answer_command)),
        tokio::spawn(answer_all(views, Arc::clone(&permits), answer_query)),
    ];
    if gateway.clock().can_be_set() {
        let clock = endpoint(&service, "clock", CLOCK).await?;
        let set = move |request: Arc<Request>| std::future::ready(set_clock(&gateway, &request));
        doors.push(tokio::spawn(answer_all(clock, Arc::clone(&permits), set)));
    }
    // Subscriptions are sent without an answer; one that comes back through them shows that the server knows them.
    let ping = format!("$SRV.PING.{NAME}.{}", service.info().await.id);
    client.request(ping, Bytes::new()).await.map_err(|error| Fault::nats("open the service", &error))?;
    Ok(Open { client, service, doors, permits })
}

impl Open {
    /// Answers until told to stop, then ends what is in flight and sees the answers off.
    pub async fn until(self, stop: CancellationToken) -> Result<(), Fault> {
        stop.cancelled().await;
        self.service.stop().await.map_err(|error| Fault::nats("stop the service", &error))?;
        let ended = timeout(DRAIN, async {
            for door in self.doors {
                door.await.ok();
            }
            let all = u32::try_from(IN_FLIGHT).expect("a small number");
            self.permits.acquire_many(all).await.map(drop).ok();
        });
        if ended.await.is_err() {
            tracing::warn!("requests were still in flight when the service stopped; their senders must ask again");
        }
        self.client.flush().await.map_err(|error| Fault::nats("send the last answers", &error))
    }
}

async fn start(client: &Client) -> Result<Service, Fault> {
    let builder = client.service_builder().description("Training Ledger: commands, queries, one immutable log");
    let started = builder.start(NAME, env!("CARGO_PKG_VERSION")).await;
    started.map_err(|error| Fault::nats("start the service", &error))
}

async fn endpoint(service: &Service, name: &str, prefix: &str) -> Result<Endpoint, Fault> {
    let added = service.endpoint_builder().name(name).add(format!("{prefix}.>")).await;
    added.map_err(|error| Fault::nats("subscribe", &error))
}

async fn answer_all<A, F>(mut requests: Endpoint, permits: Arc<Semaphore>, answer: A)
where
    A: Fn(Arc<Request>) -> F,
    F: Future<Output = Said> + Send + 'static,
{
    while let Some(request) = requests.next().await {
        if !request.message.reply.as_deref().is_some_and(headers::may_answer) {
            tracing::warn!(subject = %request.message.subject, "a request without an inbox for the answer was dropped");
            continue;
        }
        let request = Arc::new(request);
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            respond(&request, said(&Reply::busy())).await;
            continue;
        };
        let answering = answer(Arc::clone(&request));
        tokio::spawn(async move {
            let said = answering.await;
            respond(&request, said).await;
            drop(permit);
        });
    }
}

async fn respond(request: &Request, said: Said) {
    if let Err(error) = request.respond_with_headers(Ok(said.body), said.headers).await {
        tracing::warn!(%error, "an answer was not sent; its sender must ask again");
    }
}

async fn command(gateway: Arc<Gateway>, request: Arc<Request>) -> Said {
    let message = &request.message;
    let read = subjects::read_command(COMMANDS, &message.subject).and_then(|(actor, name)| {
        let header = |name: &str| headers::find(message.headers.as_ref(), name);
        Ok((origin::read(origin::NATS, actor, header)?, name))
    });
    said(&match read {
        Ok((origin, name)) => gateway.answer(origin, name, &message.payload).await,
        Err(malformed) => Reply::malformed(malformed),
    })
}

async fn query(queries: Arc<Queries>, request: Arc<Request>) -> Said {
    let message = &request.message;
    let answer = match subjects::read_actor(QUERIES, &message.subject) {
        Ok((actor, view)) => {
            let reason = headers::find(message.headers.as_ref(), reading::REASON);
            let asker = Asker { actor: &actor, channel: Channel::Nats, reason };
            queries.answer_json(asker, view, &message.payload).await
        }
        Err(malformed) => Answer::refused(malformed),
    };
    Said { headers: headers::of_status(answer.status), body: answer.body.into() }
}

/// One change of the clock; done at once, but answered like everything else.
fn set_clock(gateway: &Gateway, request: &Request) -> Said {
    let message = &request.message;
    let set = subjects::read_actor(CLOCK, &message.subject).and_then(|(actor, _)| match actor.kind {
        ActorKind::System => gateway.set_clock(&message.payload),
        _ => Err(Malformed::new("not_permitted", "Only a system actor may set the clock.")),
    });
    match set {
        Ok(now) => Said { headers: HeaderMap::new(), body: serde_json::json!({ "now": now }).to_string().into() },
        Err(malformed) => said(&Reply::malformed(malformed)),
    }
}

fn said(reply: &Reply) -> Said {
    Said { headers: headers::of_reply(reply), body: reply.json().into() }
}
