//! Real servers for tests: a fresh database in a shared private cluster, a private nats-server for each test.

use std::env;
use std::path::{Path, PathBuf};

use gateway::local::{Durability, LocalFault, NatsConfig, NatsUser, PrivateNats, PrivatePostgres};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// The environment variable that names a running cluster, set by `with-servers`.
pub const POSTGRES: &str = "TRAINING_LEDGER_TEST_POSTGRES";

/// The environment variable that moves the shared cluster's folder.
pub const FOLDER: &str = "TRAINING_LEDGER_TEST_FOLDER";

/// The user that [`nats`] gives a test: it may say and hear everything.
pub const SERVICE: &str = "service";

/// One cluster for all tests of a process that found none running.
static CLUSTER: OnceCell<PrivatePostgres> = OnceCell::const_new();

/// A database of the test's own, empty at first, dropped when the test is over.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where it is reached as the cluster's superuser.
    pub url: String,
    /// Its name in the cluster.
    pub name: String,
    admin_url: String,
}

impl Drop for TestDatabase {
    /// Best effort: what stays behind is swept away with the next run's cluster.
    fn drop(&mut self) {
        let (admin_url, name) = (self.admin_url.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(drop_database(&admin_url, &name)).map_err(std::io::Error::other)
        });
        drop(dropping.join());
    }
}

/// A fresh database in the shared cluster; starts the cluster when no one has.
pub async fn database() -> TestDatabase {
    let admin_url = match env::var(POSTGRES) {
        Ok(url) => url,
        Err(_) => CLUSTER.get_or_init(shared_cluster).await.url("postgres"),
    };
    database_in(admin_url).await
}

/// A fresh database in the cluster whose superuser this address is.
pub async fn database_in(admin_url: String) -> TestDatabase {
    let name = format!("test_{}", Uuid::now_v7().simple());
    create_database(&admin_url, &name).await.expect("the cluster creates a database");
    TestDatabase { url: in_database(&admin_url, &name), name, admin_url }
}

/// A cluster of the test's own, to be killed or filled; deleted when dropped.
pub async fn own_postgres(durability: Durability) -> OwnPostgres {
    let folder = new_folder();
    let postgres = PrivatePostgres::start(folder.path(), durability).await.expect("a private cluster starts");
    OwnPostgres { postgres: Some(postgres), _folder: folder }
}

/// A cluster that belongs to one test.
#[derive(Debug)]
pub struct OwnPostgres {
    postgres: Option<PrivatePostgres>,
    _folder: TempDir,
}

impl std::ops::Deref for OwnPostgres {
    type Target = PrivatePostgres;
    fn deref(&self) -> &PrivatePostgres {
        self.postgres.as_ref().expect("present until dropped")
    }
}

impl std::ops::DerefMut for OwnPostgres {
    fn deref_mut(&mut self) -> &mut PrivatePostgres {
        self.postgres.as_mut().expect("present until dropped")
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let Some(postgres) = self.postgres.take() else { return };
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(postgres.remove()).map_err(std::io::Error::other)
        });
        drop(removing.join());
    }
}

/// A nats-server of the test's own with the one user [`SERVICE`]; stopped and deleted when dropped.
pub async fn nats() -> TestNats {
    nats_with(vec![NatsUser::unrestricted(SERVICE)]).await
}

/// A nats-server of the test's own with these users.
pub async fn nats_with(users: Vec<NatsUser>) -> TestNats {
    let folder = new_folder();
    let config = NatsConfig { durability: Durability::ForgottenForTests, ..NatsConfig::of(users) };
    let server = PrivateNats::start(folder.path(), config).await.expect("a private nats-server starts");
    TestNats { server, folder }
}

/// A nats-server that belongs to one test.
#[derive(Debug)]
pub struct TestNats {
    /// The server itself, to be stopped, killed and restarted.
    pub server: PrivateNats,
    folder: TempDir,
}

impl TestNats {
    /// Where it listens; a connection needs the name and password of a user as well.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where it keeps its streams, and everything else it writes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A connection as `user`.
    pub async fn connect(&self, user: &str) -> async_nats::Client {
        let options = self.server.options_for(user).expect("the test names one of its own users");
        options.connect(self.url()).await.expect("the test's own nats-server takes connections")
    }
}

/// The cluster for tests: in the named folder, or in the first free one under `.local/tests`.
pub async fn start_cluster() -> Result<PrivatePostgres, LocalFault> {
    if let Some(folder) = env::var_os(FOLDER) {
        return fresh_or_repaired(Path::new(&folder)).await;
    }
    let mut number = 1;
    loop {
        match fresh_or_repaired(&local_folder().join(format!("tests/postgres-{number}"))).await {
            Err(LocalFault::InUse { .. }) => number += 1,
            other => return other,
        }
    }
}

async fn shared_cluster() -> PrivatePostgres {
    start_cluster().await.expect("a private cluster starts")
}

/// These clusters do not sync to disk: one that a power cut has broken is made anew.
async fn fresh_or_repaired(folder: &Path) -> Result<PrivatePostgres, LocalFault> {
    match PrivatePostgres::start(folder, Durability::ForgottenForTests).await {
        Err(LocalFault::Failed { .. } | LocalFault::OtherVersion { .. }) => {
            PrivatePostgres::discard(folder)?;
            PrivatePostgres::start(folder, Durability::ForgottenForTests).await
        }
        other => other,
    }
}

/// The project's ignored folder.
fn local_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the project").join(".local")
}

fn new_folder() -> TempDir {
    TempDir::with_prefix("training-ledger-test-").expect("the temporary folder can be written")
}

/// The same server and user, another database.
fn in_database(admin_url: &str, name: &str) -> String {
    let (server, _) = admin_url.rsplit_once('/').expect("a database URL has a path");
    format!("{server}/{name}")
}

async fn create_database(admin_url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(admin_url).await?;
    sqlx::query(&format!("create database {name}")).execute(&mut connection).await?;
    connection.close().await
}

async fn drop_database(admin_url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(admin_url).await?;
    sqlx::query(&format!("drop database if exists {name} with (force)")).execute(&mut connection).await?;
    connection.close().await
}
