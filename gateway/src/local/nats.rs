//! A nats-server of our own, with JetStream, users and permissions, on a free loopback port.

use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use async_nats::ConnectOptions;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

use super::child::{Child, Start, last_words, stop_orphan, tells_of_a_taken_port};
use super::folder::{ServerFolder, write_private};
use super::nats_config::{NatsConfig, NatsUser, ServerSettings};
use super::nats_program::NatsProgram;
use super::server::{Home, Server};
use super::{LocalFault, fresh_suffix};

const NAME: &str = "nats-server";
/// Long enough to recover a large JetStream store.
const READY_WITHIN: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A running private nats-server.
pub type PrivateNats = Server<NatsHome>;

impl PrivateNats {
    /// Start the server of `folder`; streams of an earlier start are there again.
    pub async fn start(folder: &Path, config: NatsConfig) -> Result<Self, LocalFault> {
        Self::of(NatsHome::prepare(folder, config).await?).await
    }

    /// Where it listens, without name or password.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port())
    }

    /// Where `user` connects, name and password included, for clients that read these from the URL
    /// (async-nats does not: see [`PrivateNats::options_for`]); nothing when it is none of the users.
    pub fn url_for(&self, user: &str) -> Option<String> {
        let user = self.user(user)?;
        Some(format!("nats://{}:{}@127.0.0.1:{}", user.name, user.password, self.port()))
    }

    /// How `user` connects with async-nats; nothing when it is none of the users.
    pub fn options_for(&self, user: &str) -> Option<ConnectOptions> {
        let user = self.user(user)?;
        Some(ConnectOptions::with_user_and_password(user.name.clone(), user.password.clone()))
    }

    fn user(&self, name: &str) -> Option<&NatsUser> {
        self.home.config.users.iter().find(|known| known.name == name)
    }

    /// The program that runs, and its version.
    pub fn program(&self) -> &NatsProgram {
        &self.home.program
    }
}

/// Everything about the server that outlives one run of it.
#[derive(Debug)]
pub struct NatsHome {
    config: NatsConfig,
    program: NatsProgram,
    folder: ServerFolder,
}

impl NatsHome {
    async fn prepare(folder: &Path, config: NatsConfig) -> Result<Self, LocalFault> {
        config.check()?;
        let folder = ServerFolder::take(folder)?;
        let program = NatsProgram::find().await?;
        let home = Self { config, program, folder };
        home.stop_an_orphan().await?;
        Ok(home)
    }

    fn config_file(&self) -> PathBuf {
        self.folder.path().join("nats-server.conf")
    }

    async fn stop_an_orphan(&self) -> Result<(), LocalFault> {
        let pid = fs::read_to_string(self.folder.pid()).ok().and_then(|text| text.trim().parse().ok());
        match pid {
            Some(pid) => stop_orphan(NAME, pid, &self.config_file().to_string_lossy()).await,
            None => Ok(()),
        }
    }

    fn write_config(&self, port: u16, name: &str) -> Result<(), LocalFault> {
        let store = self.folder.path().join("store");
        let pid_file = self.folder.pid();
        let settings = ServerSettings {
            name,
            port,
            store: &store,
            pid_file: &pid_file,
            can_sync_always: self.program.is_good_enough(),
        };
        write_private(&self.config_file(), &self.config.file(&settings))
    }

    /// Ask the server itself whether it can read what we wrote, before it runs on it.
    async fn check_config(&self) -> Result<(), LocalFault> {
        let log = self.folder.path().join("config-check.log");
        let mut command = Command::new(&self.program.path);
        let output = command.arg("-t").arg("-c").arg(self.config_file()).output().await;
        let output = output.map_err(LocalFault::not_run(&self.program.path))?;
        fs::write(&log, [output.stdout, output.stderr].concat()).map_err(LocalFault::files("write", &log))?;
        if output.status.success() {
            return Ok(());
        }
        Err(LocalFault::Failed { program: NAME, said: last_words(&log), log })
    }
}

impl Home for NatsHome {
    const NAME: &'static str = NAME;

    fn folder(&self) -> &ServerFolder {
        &self.folder
    }

    fn into_folder(self) -> ServerFolder {
        self.folder
    }

    async fn launch_on(&self, port: u16) -> Result<Option<Child>, LocalFault> {
        let name = format!("training-ledger-{}", fresh_suffix());
        self.write_config(port, &name)?;
        self.check_config().await?;
        let (log, config) = (self.folder.log(), self.config_file().to_string_lossy().into_owned());
        let start =
            Start { program: &self.program.path, arguments: vec!["-c".to_owned(), config], account: None, log: &log };
        let child = Child::start(NAME, &start)?;
        if is_ready(&child, port, &name).await {
            return Ok(Some(child));
        }
        match child.has_ended() {
            true if tells_of_a_taken_port(&log) => Ok(None),
            true => Err(LocalFault::Failed { program: NAME, said: last_words(&log), log }),
            false => Err(LocalFault::NotReady { program: NAME, seconds: READY_WITHIN.as_secs(), log }),
        }
    }
}

/// Wait until the server named `name` greets on `port`; false when it ended first or took too long.
async fn is_ready(child: &Child, port: u16, name: &str) -> bool {
    let deadline = Instant::now() + READY_WITHIN;
    while !child.has_ended() && Instant::now() < deadline {
        if greeting(port).await.is_ok_and(|line| line.contains(name)) {
            return true;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    false
}

/// The first line that whoever listens on `port` says: a nats-server gives its name.
async fn greeting(port: u16) -> io::Result<String> {
    let read = async {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await?;
        Ok(line)
    };
    tokio::time::timeout(Duration::from_secs(1), read).await.unwrap_or_else(|late| Err(late.into()))
}
