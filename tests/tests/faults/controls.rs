//! Controls: the same load against a small responder that breaks a promise on purpose. If the checker does not
//! find the breach, no green run of the other rigs means anything.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::{Client, Message};
use futures::StreamExt;
use serde_json::json;
use tests::{
    history::{Answer, Found, FoundCommand, FoundEvent, History, Key, broken},
    servers::{self, SERVICE},
};
use uuid::Uuid;

use super::load::Load;

/// Every so many commands something goes wrong.
const EVERY: usize = 10;
/// Commands of a control.
const COMMANDS: usize = 300;
/// Answers are dropped on purpose here: no need to wait long for them.
const PATIENCE: Duration = Duration::from_millis(200);

/// What a responder does with every tenth command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Keeps it, loses the answer, and knows it when it comes again: as a service must.
    AnswersAgain,
    /// Says that it is accepted and then forgets it, as in a crash before the commit.
    RepliesBeforeKeeping,
    /// Keeps it, loses the answer, and keeps it once more when it comes again.
    ForgetsCommandIds,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_responder_that_keeps_its_promises_passes() {
    assert_eq!(invariants_broken_by(Habit::AnswersAgain).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_responder_that_replies_before_it_has_kept_the_command_is_caught() {
    assert!(invariants_broken_by(Habit::RepliesBeforeKeeping).await.contains(&"I1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_responder_that_keeps_a_command_twice_is_caught() {
    assert!(invariants_broken_by(Habit::ForgetsCommandIds).await.contains(&"I3"));
}

async fn invariants_broken_by(habit: Habit) -> Vec<&'static str> {
    let nats = servers::nats().await;
    let options = nats.server.options_for(SERVICE).expect("its own user").request_timeout(Some(PATIENCE));
    let client = options.connect(nats.url()).await.expect("its own server");
    let responder = Arc::new(Responder::default());
    let asked = client.subscribe("ledger.v1.cmd.>").await.expect("a subject");
    client.flush().await.expect("the server is there");
    let answering = tokio::spawn(Arc::clone(&responder).answer(client.clone(), asked, habit));
    let history = Arc::new(History::default());
    let load = Load::start(&client, &history, 7);
    load.wait_for_accepted(COMMANDS).await;
    load.finish().await;
    answering.abort();
    let mut names: Vec<_> =
        broken(&history.steps(), &responder.found(), &[]).into_iter().map(|breach| breach.invariant).collect();
    names.dedup();
    names
}

/// Accepts whatever it is sent, one event a command.
#[derive(Default)]
struct Responder {
    kept: Mutex<Found>,
}

impl Responder {
    fn found(&self) -> Found {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(self: Arc<Self>, client: Client, mut asked: async_nats::Subscriber, habit: Habit) {
        let (mut count, mut answers) = (0, HashMap::new());
        while let Some(message) = asked.next().await {
            count += 1;
            let odd = count % EVERY == 0;
            let (key, stream) = read(&message);
            let known = answers.get(&key).filter(|_| habit != Habit::ForgetsCommandIds).cloned();
            let answer = match known {
                Some(answer) => answer,
                None => self.decide(&key, stream, odd && habit == Habit::RepliesBeforeKeeping),
            };
            answers.insert(key, answer.clone());
            if !odd || habit == Habit::RepliesBeforeKeeping {
                reply(&client, message, &answer).await;
            }
        }
    }

    /// The next position, kept or only said.
    fn decide(&self, key: &Key, stream: String, forget: bool) -> Answer {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let position = i64::try_from(kept.events.len()).expect("few events") + 1;
        let stream_id = Some(stream.clone());
        let answer =
            Answer { outcome: "accepted".to_owned(), positions: vec![position], stream: stream_id, code: None };
        if !forget {
            let before = kept.events.iter().filter(|event| event.stream == stream).count();
            let version = i64::try_from(before).expect("few events") + 1;
            kept.events.push(FoundEvent { position, event_id: Uuid::now_v7(), stream, version, key: key.clone() });
            kept.commands.push(FoundCommand { key: key.clone(), answer: answer.clone() });
        }
        answer
    }
}

/// The command's key from subject and header, and a stream for its event.
fn read(message: &Message) -> (Key, String) {
    let actor = message.subject.split('.').nth(3).expect("an actor").to_owned();
    let id = message.headers.as_ref().and_then(|headers| headers.get("Nats-Msg-Id")).expect("an id");
    let stream = format!("school_partnership-{}-2025", message.payload.len());
    (Key { actor, command_id: id.as_str().parse().expect("a UUID") }, stream)
}

async fn reply(client: &Client, message: Message, answer: &Answer) {
    let to = message.reply.expect("a request has a reply subject");
    let id = Uuid::now_v7();
    let body = json!({"outcome": answer.outcome, "positions": answer.positions, "stream": answer.stream, "id": id});
    client.publish(to, body.to_string().into()).await.expect("the server is there");
}
