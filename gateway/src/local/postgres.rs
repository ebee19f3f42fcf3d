//! A PostgreSQL cluster of our own: made once, started on a free loopback port, stopped with us.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use super::account::Account;
use super::child::{Child, Start, is_ours, last_words, stop_orphan, tells_of_a_taken_port};
use super::folder::{ServerFolder, make_private, write_private};
use super::postgres_program::{NewCluster, PostgresPrograms};
use super::server::{Home, Server};
use super::{Durability, LocalFault, fresh_secret, plain_name};

const NAME: &str = "PostgreSQL";
/// Long enough to recover a gigabyte of log after a crash.
const READY_WITHIN: Duration = Duration::from_mins(2);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A running private cluster.
pub type PrivatePostgres = Server<Cluster>;

impl PrivatePostgres {
    /// Start the cluster of `folder`, making it first when the folder is new.
    pub async fn start(folder: &Path, durability: Durability) -> Result<Self, LocalFault> {
        Self::of(Cluster::prepare(folder, durability).await?).await
    }

    /// Where `database` is reached over TCP, as the cluster's superuser, password included.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.home.password, self.port())
    }

    /// The folder that holds the Unix socket, for `psql -h`.
    pub fn socket_folder(&self) -> PathBuf {
        self.home.socket_folder()
    }

    /// Create the database unless it is there already.
    pub async fn create_database(&self, name: &str) -> Result<(), LocalFault> {
        plain_name("the database name", name)?;
        let created = create_database(&self.url("postgres"), name).await;
        created.map_err(|source| LocalFault::Refused { what: "create a database", source })
    }

    /// Delete a stopped cluster, whatever state it is in.
    pub fn discard(folder: &Path) -> Result<(), LocalFault> {
        ServerFolder::take(folder)?.remove()
    }
}

async fn create_database(url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let is_there = sqlx::query("select 1 from pg_database where datname = $1").bind(name);
    if is_there.fetch_optional(&mut connection).await?.is_none() {
        // A name cannot be bound; `plain_name` has seen to it that it needs no escaping.
        sqlx::query(&format!("create database \"{name}\"")).execute(&mut connection).await?;
    }
    connection.close().await
}

/// Everything about the cluster that outlives one run of its server.
#[derive(Debug)]
pub struct Cluster {
    password: String,
    programs: PostgresPrograms,
    account: Option<Account>,
    durability: Durability,
    place: PathBuf,
    folder: ServerFolder,
}

impl Cluster {
    async fn prepare(folder: &Path, durability: Durability) -> Result<Self, LocalFault> {
        let folder = ServerFolder::take(folder)?;
        let account = Account::to_step_down_to()?;
        let place = folder.place(account).await?;
        let programs = PostgresPrograms::find(&place.join("data"))?;
        let mut cluster = Self { password: String::new(), programs, account, durability, place, folder };
        cluster.make_when_new().await?;
        cluster.clear_the_pid_file().await?;
        let file = cluster.password_file();
        cluster.password = fs::read_to_string(&file).map_err(LocalFault::files("read", &file))?;
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.place.join("data")
    }

    fn socket_folder(&self) -> PathBuf {
        self.place.join("socket")
    }

    fn password_file(&self) -> PathBuf {
        self.place.join("password")
    }

    async fn make_when_new(&self) -> Result<(), LocalFault> {
        if !self.socket_folder().exists() {
            make_private(&self.socket_folder(), self.account)?;
        }
        if self.data().exists() {
            return Ok(());
        }
        let password_file = self.password_file();
        write_private(&password_file, &fresh_secret())?;
        if let Some(account) = self.account {
            account.own(&password_file)?;
        }
        let log = self.folder.path().join("initdb.log");
        let new =
            NewCluster { password_file: &password_file, account: self.account, durability: self.durability, log: &log };
        self.programs.initdb(&self.data(), &new).await
    }

    /// A server of ours that outlived its starter is stopped; a pid file that names anyone else is stale.
    async fn clear_the_pid_file(&self) -> Result<(), LocalFault> {
        let data = self.data();
        let Some(pid) = self.pid_file_line(0).and_then(|line| line.parse().ok()) else { return Ok(()) };
        let argument = data.to_string_lossy();
        stop_orphan(NAME, pid, &argument).await?;
        let file = data.join("postmaster.pid");
        if file.exists() && !is_ours(pid, &argument) {
            fs::remove_file(&file).map_err(LocalFault::files("remove", &file))?;
        }
        Ok(())
    }

    fn pid_file_line(&self, index: usize) -> Option<String> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().nth(index).map(|line| line.trim().to_owned())
    }

    fn start_on(&self, port: u16, log: &Path) -> Result<Child, LocalFault> {
        let mut arguments = vec!["-D".to_owned(), self.data().to_string_lossy().into_owned()];
        for setting in self.settings(port) {
            arguments.extend(["-c".to_owned(), setting]);
        }
        Child::start(NAME, &Start { program: &self.programs.server(), arguments, account: self.account, log })
    }

    fn settings(&self, port: u16) -> Vec<String> {
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("unix_socket_directories={}", self.socket_folder().display()),
            "max_connections=200".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
        ];
        let forgetful = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
        if self.durability == Durability::ForgottenForTests {
            settings.extend(forgetful.map(str::to_owned));
        }
        settings
    }

    /// Wait until the server says in its pid file that it takes connections; false when it ended first.
    async fn is_ready(&self, child: &Child, deadline: Instant) -> bool {
        let pid = child.pid().to_string();
        while !child.has_ended() && Instant::now() < deadline {
            let is_its_own = self.pid_file_line(0).is_some_and(|line| line == pid);
            if is_its_own && self.pid_file_line(7).is_some_and(|line| line == "ready") {
                return true;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        false
    }
}

impl Home for Cluster {
    const NAME: &'static str = NAME;

    fn folder(&self) -> &ServerFolder {
        &self.folder
    }

    fn into_folder(self) -> ServerFolder {
        self.folder
    }

    async fn launch_on(&self, port: u16) -> Result<Option<Child>, LocalFault> {
        let deadline = Instant::now() + READY_WITHIN;
        let log = self.folder.log();
        while Instant::now() < deadline {
            let child = self.start_on(port, &log)?;
            if self.is_ready(&child, deadline).await {
                return Ok(Some(child));
            }
            match why_it_ended(&log) {
                _ if !child.has_ended() => break,
                Ended::PortTaken => return Ok(None),
                // After a kill -9 the old server's children need a moment to notice.
                Ended::OldOnesLinger => tokio::time::sleep(LOOK_AGAIN).await,
                Ended::Broken => return Err(LocalFault::Failed { program: NAME, said: last_words(&log), log }),
            }
        }
        Err(LocalFault::NotReady { program: NAME, seconds: READY_WITHIN.as_secs(), log })
    }
}

enum Ended {
    PortTaken,
    OldOnesLinger,
    Broken,
}

fn why_it_ended(log: &Path) -> Ended {
    let lingering = |text: String| text.contains("shared memory block") && text.contains("still in use");
    match log {
        _ if tells_of_a_taken_port(log) => Ended::PortTaken,
        _ if fs::read_to_string(log).is_ok_and(lingering) => Ended::OldOnesLinger,
        _ => Ended::Broken,
    }
}
