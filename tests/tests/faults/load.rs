//! Clients over NATS: each sends one command after the other, keeps its command id, and asks again until it is told
//! yes or no. Everything they see is noted in one history.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_nats::{Client, HeaderMap};
use events_schema::ids::{Parse, PartnershipId};
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use tests::history::{Answer, History, Seen};
use tokio::task::JoinHandle;

use super::commands::{self, Sent};

/// Clients that load at the same time.
const CLIENTS: usize = 12;
/// How often a client asks for one command before it gives up, and how long it pauses in between.
const TRIES: usize = 1_200;
const PAUSE: Duration = Duration::from_millis(50);
/// Share of the recruited schools that object.
const OBJECTING: f64 = 0.95;

/// A running load.
pub(crate) struct Load {
    history: Arc<History>,
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

/// A reply of the service, as far as a client needs it.
#[derive(Debug, Deserialize)]
struct Reply {
    outcome: String,
    #[serde(default)]
    positions: Vec<i64>,
    stream: Option<String>,
    code: Option<String>,
    id: Option<String>,
}

/// One client's way to the service.
struct Asking {
    number: usize,
    nats: Client,
    history: Arc<History>,
}

/// Sends what recruiting needs, from a few clients at once, and waits until all of it was answered.
pub(crate) async fn prepare(nats: &Client, history: &Arc<History>) {
    let commands = commands::reference();
    let parts = commands.chunks(commands.len().div_ceil(CLIENTS)).enumerate();
    join_all(parts.map(|(number, part)| async move {
        let asking = Asking { number, nats: nats.clone(), history: Arc::clone(history) };
        for sent in part {
            asking.until_answered(sent).await;
        }
    }))
    .await;
}

impl Load {
    /// Starts every client, each with choices of its own that follow from the seed.
    pub(crate) fn start(nats: &Client, history: &Arc<History>, seed: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let client = |number: usize| {
            let asking = Asking { number, nats: nats.clone(), history: Arc::clone(history) };
            let random = StdRng::seed_from_u64(seed.wrapping_add(number as u64));
            tokio::spawn(asking.until_stopped(random, Arc::clone(&stop)))
        };
        Self { history: Arc::clone(history), clients: (0..CLIENTS).map(client).collect(), stop }
    }

    /// Waits until so many more commands have been accepted.
    pub(crate) async fn wait_for_accepted(&self, more: usize) {
        let wanted = self.history.accepted() + more;
        for _ in 0..TRIES {
            if self.history.accepted() >= wanted {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{wanted} commands were to be accepted by now; {} were", self.history.accepted());
    }

    /// Lets every client finish its command, asking until it is answered, and ends the load.
    pub(crate) async fn finish(self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.expect("a client of the load does not fail");
        }
    }
}

impl Asking {
    async fn until_stopped(self, mut random: StdRng, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Relaxed) {
            let reply = self.until_answered(&commands::confirm(&mut random)).await;
            // Nearly every school objects, so that there is always something to recruit, however long the load runs.
            if let Some(report) = objection(&reply).filter(|_| random.random_bool(OBJECTING)) {
                self.until_answered(&report).await;
            }
        }
    }

    async fn until_answered(&self, sent: &Sent) -> Reply {
        for _ in 0..TRIES {
            self.history.note(self.number, &sent.key, Seen::Invoke);
            if let Some(reply) = self.ask(sent).await {
                self.history.note(self.number, &sent.key, reply.answer().seen());
                return reply;
            }
            self.history.note(self.number, &sent.key, Seen::Unknown);
            tokio::time::sleep(PAUSE).await;
        }
        panic!("command {} was never answered", sent.key);
    }

    /// Yes or no; nothing when there was no answer, or one that says to ask again.
    async fn ask(&self, sent: &Sent) -> Option<Reply> {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", sent.key.command_id.to_string());
        let body = sent.body.to_string();
        let message = self.nats.request_with_headers(sent.subject(), headers, body.into()).await.ok()?;
        let reply: Reply = serde_json::from_slice(&message.payload).expect("a reply is the JSON that was promised");
        (reply.outcome != "failed").then_some(reply)
    }
}

impl Reply {
    fn answer(&self) -> Answer {
        let Self { outcome, positions, stream, code, .. } = self;
        Answer { outcome: outcome.clone(), positions: positions.clone(), stream: stream.clone(), code: code.clone() }
    }
}

fn objection(reply: &Reply) -> Option<Sent> {
    let partnership = PartnershipId::parse(reply.id.as_deref()?).ok()?;
    commands::report(reply.stream.as_deref()?, partnership).filter(|_| reply.outcome == "accepted")
}
