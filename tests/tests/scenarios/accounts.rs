//! Generated accounts on a real server: an actor reaches its own subjects and nothing of anybody else's.

use std::{fs, path::Path, process::Command, time::Duration};

use async_nats::{Client, ConnectOptions, RequestErrorKind};
use events_schema::{actor::Actor, ids::Parse};
use futures::StreamExt;
use gateway::{
    local::{NatsProgram, free_port},
    nats::{
        accounts::{Access, Accounts, Credential, config},
        streams, subjects,
    },
};
use tempfile::TempDir;
use tokio::{process::Child, time::timeout};

const ONE: &str = "lead-provider_one";
const OTHER: &str = "school_100120";

fn accounts() -> Accounts {
    let access = |token: &str| Access {
        actor: Actor::parse(token).expect("an actor"),
        credential: Credential::Password(format!("password-of-{token}")),
    };
    Accounts {
        service: Credential::Password("password-of-ledger".into()),
        system: Credential::Password("password-of-sys".into()),
        actors: vec![access(ONE), access(OTHER)],
        settable_clock: false,
    }
}

struct Server {
    _child: Child,
    url: String,
    _folder: TempDir,
}

fn file(folder: &Path, port: u16) -> std::path::PathBuf {
    let store = folder.join("store");
    let store = store.display();
    let text = format!(
        "listen: \"127.0.0.1:{port}\"
jetstream {{ store_dir: \"{store}\" }}
{}",
        config(&accounts())
    );
    let path = folder.join("server.conf");
    fs::write(&path, text).expect("a file");
    path
}

async fn server() -> Server {
    let program = NatsProgram::find().await.expect("a nats-server");
    let folder = TempDir::new().expect("a folder");
    let port = free_port().expect("a port");
    let file = file(folder.path(), port);
    let child = tokio::process::Command::new(&program.path)
        .arg("-c")
        .arg(file)
        .arg("-l")
        .arg(folder.path().join("log"))
        .kill_on_drop(true)
        .spawn();
    let server = Server { _child: child.expect("it starts"), url: format!("nats://127.0.0.1:{port}"), _folder: folder };
    timeout(Duration::from_secs(10), async {
        while connect(&server, "ledger").await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("it takes connections");
    server
}

async fn connect(server: &Server, user: &str) -> Result<Client, async_nats::ConnectError> {
    let options = ConnectOptions::with_user_and_password(user.to_owned(), format!("password-of-{user}"));
    options.connect(&server.url).await
}

#[tokio::test]
async fn the_server_accepts_the_generated_file() {
    let program = NatsProgram::find().await.expect("a nats-server");
    let folder = TempDir::new().expect("a folder");
    let tested =
        Command::new(&program.path).arg("-t").arg("-c").arg(file(folder.path(), 4222)).output().expect("it runs");
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_actor_reaches_its_own_subjects_and_nobody_elses() {
    let server = server().await;
    let service = connect(&server, "ledger").await.expect("the service");
    let mut requests = service.subscribe(format!("{}.>", subjects::COMMANDS)).await.expect("the service listens");
    service.flush().await.expect("subscribed");
    let answering = service.clone();
    tokio::spawn(async move {
        while let Some(request) = requests.next().await {
            let reply = request.reply.expect("an inbox");
            answering.publish(reply, request.subject.to_string().into()).await.expect("answered");
        }
    });
    let (one, other) = (connect(&server, ONE).await.expect("one"), connect(&server, OTHER).await.expect("other"));
    let own = format!("{}.{ONE}.school-partnership.confirm-recruitment", subjects::COMMANDS);
    let answer = one.request(own.clone(), "".into()).await.expect("its own subject");
    assert_eq!(answer.payload, own.as_bytes(), "the service sees who asks");
    for foreign in [own.as_str(), "$SRV.PING", "ledger.v1.event.school.school-imported", "ledger.v1.clock.system_x"] {
        let refused = other.request(foreign.to_owned(), "".into()).await.expect_err("not its own");
        assert_eq!(refused.kind(), RequestErrorKind::NoResponders, "{foreign}");
    }
    let streams = other.request("$JS.API.INFO", "".into()).await.expect("the server itself answers");
    assert!(String::from_utf8_lossy(&streams.payload).contains("not enabled for account"), "{streams:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_actor_hears_its_own_outcomes_and_nobody_elses() {
    let server = server().await;
    let service = connect(&server, "ledger").await.expect("the service");
    let (one, other) = (connect(&server, ONE).await.expect("one"), connect(&server, OTHER).await.expect("other"));
    let mut heard = one.subscribe(format!("{}.{ONE}.>", subjects::OUTCOMES)).await.expect("its own");
    let mut overheard = other.subscribe(">").await.expect("everything in its own account");
    for client in [&one, &other] {
        client.flush().await.expect("subscribed");
    }
    let outcome = |actor: &str| format!("{}.{actor}.0190b0d2", subjects::OUTCOMES);
    let (mut mine, mut theirs) = (None, None);
    timeout(Duration::from_secs(10), async {
        while mine.is_none() || theirs.is_none() {
            service.publish(outcome(ONE), "mine".into()).await.expect("published");
            service.publish(outcome(OTHER), "theirs".into()).await.expect("published");
            tokio::select! {
                message = heard.next() => mine = message,
                message = overheard.next() => theirs = message,
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
            }
            assert!(mine.iter().all(|message| message.payload == "mine"), "{mine:?}");
            assert!(theirs.iter().all(|message| message.payload == "theirs"), "{theirs:?}");
        }
    })
    .await
    .expect("each hears its own outcome");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_connects_without_a_credential() {
    let server = server().await;
    assert!(ConnectOptions::new().connect(&server.url).await.is_err());
    let wrong = ConnectOptions::with_user_and_password(ONE.to_owned(), "wrong".to_owned());
    assert!(wrong.connect(&server.url).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_actor_leaves_a_command_in_the_queue_and_is_told_that_it_is_stored_there() {
    let server = server().await;
    let context = async_nats::jetstream::new(connect(&server, "ledger").await.expect("the service"));
    streams::ensure(&context, 64 * 1024 * 1024).await.expect("the streams of the service");
    let one = connect(&server, ONE).await.expect("one");
    let own = format!("{}.{ONE}.school-partnership.confirm-recruitment", subjects::QUEUE);
    let stored = one.request(own, "{}".into()).await.expect("the stream answers");
    let stored: serde_json::Value = serde_json::from_slice(&stored.payload).expect("JSON");
    assert_eq!((&stored["stream"], &stored["seq"]), (&streams::QUEUE_STREAM.into(), &1.into()), "{stored}");
}
