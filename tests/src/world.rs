//! A world of its own for a scenario: a database, a nats-server, the service, and people who send, ask and wait.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    time::Duration,
};

use async_nats::{Client, HeaderMap, Message, jetstream};
use event_store::{EventStore, Log, MasterKey, StoreOptions};
use events_schema::{actor::Actor, envelope::Position, ids::Parse};
use gateway::{
    access_tokens,
    config::{Config, Environment, MailCarrier, MailConfig, NatsConfig, ProofConfig, Secret},
    local::{LocalSignIn, NatsUser},
    names,
    nats::subjects,
    reading,
    serve::{self, Running},
    tables,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::servers::{self, SERVICE, TestDatabase, TestNats};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service that runs, and what it stands on.
pub struct World {
    /// The service's database; dropped last.
    pub database: TestDatabase,
    /// The nats-server.
    pub nats: TestNats,
    /// Who signs people in.
    pub sign_in: LocalSignIn,
    /// A connection that may say and hear everything.
    pub client: Client,
    /// A connection of the database's owner.
    pub owner: PgPool,
    /// Where its witness keeps what was signed.
    pub witness: TempDir,
    config: Config,
    running: Option<Running>,
}

/// What came back: the status, and the JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// As of HTTP, at both doors.
    pub status: u16,
    /// The JSON.
    pub body: Value,
}

impl World {
    /// A migrated database, a nats-server, and the service in development, where the clock can be set. Nothing happens
    /// in it that the test did not ask for: its processes stand still.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// As [`World::start`], with its processes at work.
    pub async fn start_at_work() -> Self {
        Self::start_with(|config| {
            config.processes = true;
            config.mail = Some(carried_by(MailCarrier::Mailbox));
        })
        .await
    }

    /// As [`World::start`], configured in another way.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(servers::database().await, change).await
    }

    /// As [`World::start_with`], in a database that may hold something already.
    pub async fn start_in(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let user = NatsUser::unrestricted(SERVICE);
        let nats = servers::nats_with(vec![user.clone()]).await;
        let owner = PgPool::connect(&database.url).await.expect("the test's own database");
        migrate(&owner).await;
        let client = nats.connect(SERVICE).await;
        let sign_in = LocalSignIn::start().await.expect("a free port");
        let witness = TempDir::with_prefix("training-ledger-witness-").expect("the temporary folder can be written");
        let proof = Some(witnessed(witness.path()));
        let mut config = Config { sign_in: Some(sign_in.config()), proof, ..config(&database, &nats, user) };
        change(&mut config);
        let mut world = Self { database, nats, sign_in, client, owner, witness, config, running: None };
        world.open().await;
        world
    }

    /// Starts the service, again after [`World::close`].
    pub async fn open(&mut self) {
        let running = serve::start(self.config.clone(), CancellationToken::new()).await;
        self.running = Some(running.expect("everything it needs is there"));
    }

    /// Changes how the service runs when it is started next.
    pub fn configure(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
    }

    /// Stops the service in order. The database and the nats-server go on.
    pub async fn close(&mut self) {
        if let Some(running) = self.running.take() {
            running.close().await;
        }
    }

    /// The configuration, to start the service in another way.
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// The log, for what a test wants to see from inside.
    pub fn log(&self) -> Log {
        Log::new(self.owner.clone(), Some(&self.config.master_key))
    }

    /// A second store over the same log, as another process would have it.
    pub async fn store(&self) -> EventStore {
        let pool = event_store::connect(&self.database.url, 2).await.expect("the test's own database");
        let options = StoreOptions::new(self.config.master_key.clone());
        EventStore::open(pool, options).await.expect("the log is there")
    }

    /// JetStream of the test's own server.
    pub fn jetstream(&self) -> jetstream::Context {
        jetstream::new(self.client.clone())
    }

    /// Sends a command over NATS under a new id.
    pub async fn send(&self, actor: &str, name: &str, body: Value) -> Answer {
        self.send_as(Uuid::now_v7(), actor, (name, body)).await
    }

    /// Sends a command over NATS under an id.
    pub async fn send_as(&self, id: Uuid, actor: &str, (name, body): (&str, Value)) -> Answer {
        let subject = command_subject(actor, name);
        self.request(subject, id_header(id), body.to_string().into_bytes()).await
    }

    /// Sends a command and insists that it is accepted; the whole answer.
    pub async fn accepted(&self, actor: &str, name: &str, body: Value) -> Value {
        let answer = self.send(actor, name, body).await;
        assert_eq!(answer.body["outcome"], "accepted", "{name}: {}", answer.body);
        answer.body
    }

    /// Asks anything over NATS.
    pub async fn request(&self, subject: String, headers: HeaderMap, body: Vec<u8>) -> Answer {
        let answered = self.client.request_with_headers(subject, headers, body.into()).await;
        read(&answered.expect("the service answers"))
    }

    /// Asks a view over NATS.
    pub async fn query(&self, actor: &str, view: &str, body: Value) -> Answer {
        let subject = subjects::query(&who(actor), view);
        let mut headers = HeaderMap::new();
        headers.insert(reading::REASON, "A scenario");
        self.request(subject, headers, body.to_string().into_bytes()).await
    }

    /// Sets the clock, which runs on from there or stands still.
    pub async fn set_clock(&self, now: &str, stopped: bool) {
        let body = json!({ "now": now, "stopped": stopped }).to_string().into_bytes();
        let answer = self.request(format!("{}.system_test", subjects::CLOCK), HeaderMap::new(), body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Waits until what is looked for is there. Looks now and then; a condition that never comes ends the test.
    pub async fn until<T, F>(&self, look: impl Fn() -> F) -> T
    where
        F: Future<Output = Option<T>>,
    {
        let found = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("what the test waits for came in time")
    }

    /// Positions of log and ledger: whatever is written moves one of them.
    pub async fn written(&self) -> (Position, i64) {
        let head = self.log().head().await.expect("the log can be read");
        (head.position, head.ledger_position)
    }

    /// Waits until the views have come to the present head of the log.
    pub async fn caught_up(&self) {
        let views = projections::Views::new(self.owner.clone());
        let reached = views.wait_until(self.written().await.0, std::time::Duration::from_secs(10)).await;
        reached.expect("the views follow");
    }

    /// Code of the last refusal in the ledger, as auditors see it.
    pub async fn last_refusal(&self) -> String {
        let refusals = self.log().refusals(0, i64::MAX).await.expect("the ledger can be read");
        refusals.last().map_or_else(String::new, |refusal| refusal.code.clone())
    }

    /// A bearer token for the HTTP door.
    pub async fn token(&self, actor: &str) -> String {
        let valid_for = std::time::Duration::from_mins(10);
        let token = access_tokens::issue(&self.owner, &who(actor), valid_for).await.expect("the table is there");
        token.reveal().to_owned()
    }

    /// A client of the HTTP door, signed in as the actor.
    pub async fn http(&self, actor: &str) -> reqwest::Client {
        async_nats::rustls::crypto::ring::default_provider().install_default().ok();
        let mut headers = reqwest::header::HeaderMap::new();
        let bearer = format!("Bearer {}", self.token(actor).await).parse().expect("a token is plain text");
        headers.insert(reqwest::header::AUTHORIZATION, bearer);
        headers.insert(reading::REASON, reqwest::header::HeaderValue::from_static("A scenario"));
        reqwest::Client::builder().default_headers(headers).build().expect("a client")
    }

    /// An address of the HTTP door.
    pub fn url(&self, path: &str) -> String {
        let running = self.running.as_ref().expect("the service runs");
        format!("http://{}{path}", running.address)
    }
}

/// A witness in a folder, with a key that is made there; it signs when it is asked to, and at the end.
pub fn witnessed(folder: &Path) -> ProofConfig {
    let never = Duration::from_hours(24);
    ProofConfig { folder: folder.to_owned(), key: None, every: never, audit_every: never, audit_views_every: never }
}

/// Mail by a carrier that is given little time.
pub fn carried_by(carrier: MailCarrier) -> MailConfig {
    MailConfig { carrier, patience: Duration::from_secs(2), callback_token: None }
}

/// An actor by its token: `lead-provider_teach-first`.
pub fn who(actor: &str) -> Actor {
    Actor::parse(actor).expect("the test names its actors rightly")
}

/// The subject of a command by its name.
pub fn command_subject(actor: &str, name: &str) -> String {
    subjects::command(&who(actor), names::find(name).expect("the test names commands rightly"))
}

/// The header that numbers a command.
pub fn id_header(id: Uuid) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", id.to_string().as_str());
    headers
}

/// An answer, with the status from the service error's header.
pub fn read(message: &Message) -> Answer {
    let code = message.headers.as_ref().and_then(|headers| headers.get("Nats-Service-Error-Code"));
    let status = code.map_or(200, |code| code.as_str().parse().expect("a number"));
    let body = serde_json::from_slice(&message.payload).unwrap_or_default();
    Answer { status, body }
}

/// The tables of log, views and gateway.
pub async fn migrate(owner: &PgPool) {
    event_store::migrate(owner).await.expect("the log's tables");
    projections::migrate(owner).await.expect("the views' tables");
    tables::migrate(owner).await.expect("the gateway's tables");
}

fn config(database: &TestDatabase, nats: &TestNats, user: NatsUser) -> Config {
    Config {
        environment: Environment::Development,
        database_url: Secret::new(database.url.clone()),
        database_connections: 4,
        master_key: MasterKey::from_bytes([7; 32]),
        nats: NatsConfig {
            url: nats.url(),
            user: Some((user.name, Secret::new(user.password))),
            events_bytes: 64 * 1024 * 1024,
        },
        processes: false,
        teaching_record: None,
        mail: None,
        http_bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        public_url: None,
        proxies: Vec::new(),
        wrong_tokens: 20,
        sign_in: None,
        proof: None,
    }
}
