//! A service with a database and a NATS server of its own, all of which can be killed, and the final reading of
//! everything that there is to be checked.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::{Client, ConnectOptions, jetstream};
use event_store::{Log, Role, SigningKey, Verdict, bundle::Bundler};
use futures::StreamExt;
use gateway::local::Durability;
use ledger_verifier::{VerifierKey, Witness, bundle};
use projections::Views;
use serde::Deserialize;
use sqlx::PgPool;
use tests::{
    history::{self, Found, History, Seen},
    servers::{self, OwnPostgres, SERVICE, TestNats},
    service::Service,
};
use uuid::Uuid;

use super::load::{self, Load};

/// Looks at something that must come, at most so often, with a pause in between.
const LOOKS: usize = 1_200;
const PAUSE: Duration = Duration::from_millis(50);
/// How long the mails of a sender that was killed may wait for the next one: it loses its claims after two minutes.
const CLAIMED: Duration = Duration::from_mins(3);
/// Processes of the service: what they ask follows from what happened, and no client notes it.
const PROCESSES: [&str; 5] =
    ["system_notices", "system_timers", "system_mail", "system_hand-over", "system_teaching-record"];
/// The witness folder among the rig's files.
const WITNESS: &str = "witness";
/// A request that is not answered within this is unknown. Whatever was in flight at a kill waits so long.
const PATIENCE: Duration = Duration::from_secs(1);

/// Views that have not come to the head of the log within this stand still.
const IN_TIME: Duration = Duration::from_mins(1);

/// Everything that can be killed.
pub(crate) struct Rig {
    // Dropped first: a service that looks for its servers has much to say.
    pub(crate) service: Service,
    pub(crate) postgres: OwnPostgres,
    pub(crate) nats: TestNats,
    pub(crate) client: Client,
    pub(crate) history: Arc<History>,
    folder: PathBuf,
    /// From each kill to the first command that was accepted after it.
    outages: Vec<Duration>,
}

impl Rig {
    /// Starts servers and service, and sends the reference data that recruiting needs. `name` is for its files.
    pub(crate) async fn start(name: &str) -> Self {
        Self::start_with(name, Vec::new()).await
    }

    /// The same, with more variables for the service.
    pub(crate) async fn start_with(name: &str, more: Vec<(&'static str, String)>) -> Self {
        let postgres = servers::own_postgres(Durability::Kept).await;
        postgres.create_database("ledger").await.expect("a fresh cluster creates a database");
        let nats = servers::nats().await;
        let client = connect(&nats).await;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
        let settings = [settings(postgres.url("ledger"), &nats), witness(&folder), more].concat();
        Service::migrate(&settings).await;
        let mut service = Service::start(settings, &folder.join("service.log")).await;
        let history = Arc::new(History::default());
        tokio::select! {
            () = load::prepare(&client, &history) => {}
            () = service.must_not_end() => {}
        }
        Self { service, postgres, nats, client, history, folder, outages: Vec::new() }
    }

    /// Notes how long it took from a kill until the next command was accepted.
    pub(crate) async fn answers_again(&mut self, killed: Instant, load: &Load) {
        load.wait_for_accepted(1).await;
        self.outages.push(killed.elapsed());
    }

    /// Reads everything and checks every invariant; the history stays in a file for whoever has to look.
    pub(crate) async fn check(&mut self) {
        self.service.must_be_alive().await;
        std::fs::write(self.folder.join("history.jsonl"), self.history.json_lines()).expect("as above");
        let log = self.log().await;
        self.processes_rest(&log).await;
        let found = Found::read(&log).await.expect("the log can be read and has no hole");
        let steps = self.history.steps();
        let broken = history::broken(&steps, &found, &PROCESSES);
        assert!(broken.is_empty(), "{} breaches, the first: {:#?}", broken.len(), &broken[..broken.len().min(5)]);
        let published = published(&self.client, found.events.len() as u64).await;
        assert_eq!(history::published_in_full(&published, &found), []);
        let verdict = log.verify(|_| ()).await.expect("the log can be verified");
        assert!(
            matches!(verdict, Verdict::Holds { size, .. } if usize::try_from(size) == Ok(found.events.len())),
            "{verdict:?}"
        );
        self.witness_agrees(&log).await;
        self.views_equal_a_rebuild(&log).await;
        std::fs::write(self.folder.join("figures.txt"), self.figures()).expect("as above");
    }

    /// What was signed between the kills is still true, and whole: the verifier reads it from outside.
    async fn witness_agrees(&self, log: &Log) {
        let folder = self.folder.join(WITNESS);
        let secret = std::fs::read_to_string(folder.join("signing-key")).expect("made at the first start");
        let key = SigningKey::read(&secret).expect("as it was made");
        let mut file = Vec::new();
        let head = log.head().await.expect("the head can be read").position;
        let bundler = Bundler::new(log.clone(), key.name().to_owned());
        bundler.write((1, head), &mut file, |_| ()).await.expect("the log can be read");
        let key = VerifierKey::read(&key.verifier_key()).expect("its own key");
        let witness = Witness::read(&folder, &key).expect("every note is whole and signed");
        let verdict = bundle::verify(&key, &witness, [file.as_slice()]).expect("a bundle");
        assert!(verdict.holds() && witness.size() > 0, "{verdict}");
    }

    /// Waits until processes and mail have seen to everything that happened: only then does the log stand still.
    async fn processes_rest(&self, log: &Log) {
        let pool = PgPool::connect(&self.postgres.url("ledger")).await.expect("the database is up");
        let rest = "select (select min(position) from gateway.processes where process in ('notices', 'outbox')) >= $1
                    and not exists (select from gateway.outbox where state <> 'ended')";
        let deadline = Instant::now() + CLAIMED;
        loop {
            let head = log.head().await.expect("the head can be read").position;
            let rests: bool = sqlx::query_scalar(rest).bind(head).fetch_one(&pool).await.expect("the tables are there");
            if rests && log.head().await.expect("as above").position == head {
                return;
            }
            assert!(Instant::now() < deadline, "processes and mail do not come to rest");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the run came to, to be reported; written only when nothing was lost and nothing was there twice.
    fn figures(&self) -> String {
        let steps = self.history.steps();
        let count = |wanted: fn(&Seen) -> bool| steps.iter().filter(|step| wanted(&step.seen)).count();
        let accepted = count(|seen| matches!(seen, Seen::Ok(_)));
        let refused = count(|seen| matches!(seen, Seen::Fail(_)));
        let unknown = count(|seen| matches!(seen, Seen::Unknown));
        let mut figures = format!(
            "{} kills; {accepted} commands accepted, {refused} refused, {unknown} times asked again; lost 0, twice 0\n",
            self.outages.len()
        );
        let mut outages = self.outages.clone();
        outages.sort();
        if let (Some(longest), Some(median)) = (outages.last(), outages.get(outages.len() / 2)) {
            writeln!(figures, "from kill to next accepted command: median {median:.1?}, longest {longest:.1?}")
                .expect("a text takes more text");
        }
        figures
    }

    async fn log(&self) -> Log {
        let pool = event_store::connect_as(&self.postgres.url("ledger"), 2, Role::Reader).await;
        Log::new(pool.expect("the database is up"), None)
    }

    /// I9: every view, row for row, is what the whole log folds to.
    async fn views_equal_a_rebuild(&self, log: &Log) {
        let pool = PgPool::connect(&self.postgres.url("ledger")).await.expect("the database is up");
        let head = log.head().await.expect("the head can be read").position;
        Views::new(pool.clone()).wait_until(head, IN_TIME).await.expect("the views come to the head of the log");
        let rebuilt = projections::rebuild(&pool, log, None, &mut |_| ()).await.expect("the views can be rebuilt");
        for table in rebuilt.views.iter().flat_map(|view| &view.tables) {
            assert_eq!(table.differing, Some(0), "I9: {} of {} rows", table.table, table.rows);
        }
    }
}

/// The variables of a service for a trial.
pub(super) fn settings(database_url: String, nats: &TestNats) -> Vec<(&'static str, String)> {
    vec![
        ("TRAINING_LEDGER_ENV", "development".to_owned()),
        ("DATABASE_URL", database_url),
        ("TRAINING_LEDGER_MASTER_KEY", "a master key for tests, of no worth to anyone".to_owned()),
        ("NATS_URL", nats.url()),
        ("NATS_USER", SERVICE.to_owned()),
        ("NATS_PASSWORD", password(nats)),
        ("PORT", "0".to_owned()),
    ]
}

/// A witness that is kept busy.
fn witness(folder: &Path) -> Vec<(&'static str, String)> {
    vec![("WITNESS_FOLDER", folder.join(WITNESS).display().to_string()), ("CHECKPOINT_SECONDS", "1".to_owned())]
}

/// The password in the URL of the rig's own user.
fn password(nats: &TestNats) -> String {
    let url = nats.server.url_for(SERVICE).expect("the rig names its own user");
    let (_, after) = url.split_once(&format!("{SERVICE}:")).expect("the URL names its user");
    after.split_once('@').expect("the URL has a host").0.to_owned()
}

pub(super) async fn connect(nats: &TestNats) -> Client {
    let options: ConnectOptions = nats.server.options_for(SERVICE).expect("the rig names its own user");
    let options = options.request_timeout(Some(PATIENCE)).retry_on_initial_connect();
    options.connect(nats.url()).await.expect("the rig's own server takes connections")
}

/// Sequence and event id of everything published, when it has come to so many.
async fn published(client: &Client, events: u64) -> Vec<(u64, Uuid)> {
    #[derive(Deserialize)]
    struct Named {
        id: Uuid,
    }
    let stream = stream_of_events(client, events).await;
    let config = jetstream::consumer::pull::OrderedConfig::default();
    let consumer = stream.create_consumer(config).await.expect("a stream can be read");
    let mut messages = consumer.messages().await.expect("a stream can be read");
    let mut published = Vec::new();
    while (published.len() as u64) < events {
        let message = messages.next().await.expect("a stream of messages does not end").expect("a message");
        let event: Named = serde_json::from_slice(&message.payload).expect("a CloudEvent");
        published.push((message.info().expect("a message of a stream").stream_sequence, event.id));
    }
    published
}

async fn stream_of_events(client: &Client, events: u64) -> jetstream::stream::Stream {
    let context = jetstream::new(client.clone());
    for _ in 0..LOOKS {
        if let Ok(name) = context.stream_by_subject("ledger.v1.event.>").await
            && let Ok(mut stream) = context.get_stream(name).await
            && stream.info().await.is_ok_and(|info| info.state.messages >= events)
        {
            assert_eq!(stream.cached_info().state.messages, events, "more was published than there is");
            return stream;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{events} events were to be published by now");
}
