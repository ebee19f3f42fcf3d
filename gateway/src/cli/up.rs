//! `up`: everything on one machine with one command: a private PostgreSQL and NATS in `.local/`, tables, reference data,
//! the service, and the demo if wanted. Ctrl-C stops it all in order; the data stays for the next time.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, IsTerminal},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use events_schema::actor::Actor;
use ring::{
    digest::{Context, SHA256},
    rand::{SecureRandom, SystemRandom},
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::{
    access::{self, SERVICE},
    connection::{Connection, LOCAL},
    data_folder::DataFolder,
    demo::Demo,
    failure::{Doing, Failure},
    import::Import,
    migrate,
    output::Output,
    program,
    progress::say,
};
use crate::{
    fault::Fault,
    local::{Durability, LocalSignIn, NatsConfig, PrivateNats, PrivatePostgres, teaching_record::SimulatedRecord},
    logging,
    serve::{self, Running},
};

const DATABASE: &str = "ledger";
/// Tells which reference files the log has already taken over.
const IMPORTED: &str = "imported";
/// How long the views may take to show what was imported.
const PATIENCE: Duration = Duration::from_mins(2);

/// `training-ledger up`.
#[derive(Debug, Args)]
#[command(after_help = "Nothing outside this folder is touched: the servers are private, on free loopback ports, and \
    keep their data in .local/. Delete that folder to begin anew.")]
pub(super) struct Up {
    /// Play a year of recruitments and trainees once the service runs.
    #[arg(long)]
    demo: bool,
    /// Stop everything afterwards; the exit status tells whether all went well.
    #[arg(long)]
    exit: bool,
    /// Let this actor connect to NATS too, such as `school_100120`; may be given several times.
    #[arg(long = "actor", value_name = "ACTOR")]
    actors: Vec<Actor>,
    #[command(flatten)]
    data: DataFolder,
}

/// The private servers, and the service on them.
struct House {
    folder: PathBuf,
    postgres: PrivatePostgres,
    nats: PrivateNats,
    sign_in: LocalSignIn,
    connection: Connection,
    record: SimulatedRecord,
    service: Option<Running>,
}

impl Up {
    /// Starts, plays, waits, stops.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        quiet_log();
        let stop = serve::stop_on_signals().doing("cannot listen for Ctrl-C")?;
        let mut house = House::start(access::access(&self.data, &self.actors)?).await?;
        let played = stop.run_until_cancelled(Box::pin(self.play(&mut house, &stop, output))).await;
        let ended = match played {
            Some(Ok(())) if !self.exit => house.wait(&stop).await,
            Some(played) => played,
            None => Ok(()),
        };
        say("Stopping ...");
        house.stop().await?;
        ended
    }

    async fn play(&self, house: &mut House, stop: &CancellationToken, output: Output) -> Result<(), Failure> {
        let connection = house.connection.clone();
        migrate::migrate(&connection).await?;
        self.import_once(&house.folder, output).await?;
        let address = house.open(connection, stop).await?;
        wait_for_views(&Connection::find()?).await?;
        say(&format!(
            "The service is ready: http://{address} for people and machines, NATS on port {}.",
            house.nats.port()
        ));
        if self.demo {
            // The demo plays the teaching record's answers itself, on its own days; the simulator takes over after it.
            Demo::on(self.data.clone()).run(output).await?;
            return house.hand_over();
        }
        house.hand_over()?;
        if !self.exit {
            say(&next_steps());
        }
        Ok(())
    }

    /// Imports the reference files unless the log has taken over exactly these already.
    async fn import_once(&self, local: &Path, output: Output) -> Result<(), Failure> {
        let (marker, digest) = (local.join(IMPORTED), digest(&self.data)?);
        if fs::read_to_string(&marker).is_ok_and(|imported| imported == digest) {
            return Ok(());
        }
        Import::all(self.data.path("")?).with_example_contacts().run(output).await?;
        fs::write(&marker, digest).doing(format!("cannot write {}", marker.display()))
    }
}

fn next_steps() -> String {
    let program = program();
    format!(
        "In a browser: the pages at that address, the mails at /dev/mailbox; whoever signs in may be anybody.\n\
         Try, in another terminal in this folder:\n  {program} demo\n  {program} report list\n  \
         {program} events tail --follow\nCtrl-C stops everything; the data stays in .local/."
    )
}

impl House {
    async fn start((config, passwords): (NatsConfig, BTreeMap<String, String>)) -> Result<Self, Failure> {
        let folder = env::current_dir().doing("cannot tell the working folder")?.join(LOCAL);
        fs::create_dir_all(&folder).doing(format!("cannot make {}", folder.display()))?;
        say(&format!("Starting PostgreSQL and NATS in {} ...", folder.display()));
        let postgres = PrivatePostgres::start(&folder.join("postgres"), Durability::Kept).await?;
        postgres.create_database(DATABASE).await?;
        let nats = PrivateNats::start(&folder.join("nats"), config).await?;
        let sign_in = LocalSignIn::start().await?;
        let record = SimulatedRecord::start().await?;
        let connection = Connection::default();
        let mut house = Self { folder, postgres, nats, sign_in, connection, record, service: None };
        house.connection = house.left_for_others(passwords)?;
        house.connection.write(&house.folder)?;
        Ok(house)
    }

    /// What the other commands must know.
    fn left_for_others(&self, mut passwords: BTreeMap<String, String>) -> Result<Connection, Failure> {
        let password = passwords.remove(SERVICE).expect("the service is one of the users");
        let variables = [
            ("TRAINING_LEDGER_ENV", "development".to_owned()),
            ("DATABASE_URL", self.postgres.url(DATABASE)),
            ("TRAINING_LEDGER_MASTER_KEY", master_key(&self.folder)?),
            ("NATS_URL", format!("nats://127.0.0.1:{}", self.nats.port())),
            ("NATS_USER", SERVICE.to_owned()),
            ("NATS_PASSWORD", password),
            ("HTTP_BIND", Ipv4Addr::LOCALHOST.to_string()),
            ("WITNESS_FOLDER", self.folder.join("witness").display().to_string()),
        ];
        let variables = variables.into_iter().chain(self.sign_in.variables());
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Connection { variables, nats_users: passwords })
    }

    /// Starts the service: on the port that is asked for, or usual, or else on any that is free.
    async fn open(&mut self, mut connection: Connection, stop: &CancellationToken) -> Result<SocketAddr, Failure> {
        let mut config = connection.service()?;
        let started = match serve::start(config.clone(), stop.child_token()).await {
            Err(Fault::Listen { .. }) if env::var_os("PORT").is_none() => {
                config.port = 0;
                serve::start(config, stop.child_token()).await
            }
            started => started,
        };
        let running = started?;
        let address = running.address;
        self.service = Some(running);
        connection.variables.insert("PORT".to_owned(), address.port().to_string());
        connection.write(&self.folder)?;
        Ok(address)
    }

    /// The simulated teaching record is told and asked from now on.
    fn hand_over(&mut self) -> Result<(), Failure> {
        let record = self.record.config();
        Ok(self.service.as_mut().map_or(Ok(()), |service| service.hand_over_to(record))?)
    }

    async fn wait(&mut self, stop: &CancellationToken) -> Result<(), Failure> {
        match self.service.take() {
            Some(service) => Ok(service.ended(stop).await?),
            None => Ok(()),
        }
    }

    /// The service first, then what it stands on.
    async fn stop(mut self) -> Result<(), Failure> {
        Connection::remove(&self.folder);
        if let Some(service) = self.service.take() {
            service.close().await;
        }
        self.nats.stop().await?;
        self.postgres.stop().await?;
        Ok(())
    }
}

/// The secret of this folder's log, made once and kept beside it.
fn master_key(folder: &Path) -> Result<String, Failure> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = folder.join("master-key");
    if let Ok(key) = fs::read_to_string(&path) {
        return Ok(key.trim().to_owned());
    }
    let mut random = [0; 32];
    SystemRandom::new().fill(&mut random).expect("the system has randomness");
    let key = URL_SAFE_NO_PAD.encode(random);
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    file.and_then(|mut file| file.write_all(key.as_bytes())).doing(format!("cannot write {}", path.display()))?;
    Ok(key)
}

/// Everything that an import of the folder reads, in one number.
fn digest(data: &DataFolder) -> Result<String, Failure> {
    let mut context = Context::new(&SHA256);
    for name in super::import::FILES {
        context.update(&data.bytes(name)?);
    }
    context.update(&data.bytes("local_authorities.csv")?);
    Ok(format!("{:?}", context.finish()))
}

async fn wait_for_views(connection: &Connection) -> Result<(), Failure> {
    let head = connection.log().await?.head().await?.position;
    connection.views().await?.wait_until(head, PATIENCE).await?;
    Ok(())
}

/// People watch this terminal: only what goes wrong is logged, in plain lines.
fn quiet_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,sqlx=error"));
    let filter = logging::bounded(filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal());
    let _a_second_log = log.with_writer(io::stderr).try_init();
}
