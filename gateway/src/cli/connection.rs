//! Where the service is: from the environment, else from `.local/` of a service that runs here or in a folder above,
//! so that nobody has to type an address.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use event_store::{Log, Role};
use events_schema::actor::Actor;
use projections::Views;
use serde::{Deserialize, Serialize};
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};

use super::failure::{Doing, Failure};
use crate::config::Config;

/// The ignored folder of private servers, below the folder in which `up` was started.
pub(super) const LOCAL: &str = ".local";
const FILE: &str = "connection.json";
const UNREACHABLE: &str = "cannot reach PostgreSQL; check DATABASE_URL and that the server runs";

/// What a running service left for the other commands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Connection {
    /// Variables of the environment, by name.
    pub(super) variables: BTreeMap<String, String>,
    /// Passwords of NATS users, by name; an actor's user is its token.
    pub(super) nats_users: BTreeMap<String, String>,
}

impl Connection {
    /// Reads `.local/connection.json` here or in the nearest folder above; empty if there is none.
    pub(super) fn find() -> Result<Self, Failure> {
        let here = env::current_dir().doing("cannot tell the working folder")?;
        let found = here.ancestors().map(|folder| folder.join(LOCAL).join(FILE)).find(|path| path.exists());
        found.map_or_else(|| Ok(Self::default()), |path| Self::read(&path))
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).doing(format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).doing(format!("cannot understand {}; delete it and run `up` again", path.display()))
    }

    /// Writes the file so that its owner alone can read it.
    pub(super) fn write(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let path = folder.join(FILE);
        let text = serde_json::to_string_pretty(self).expect("plain JSON") + "\n";
        let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).doing(format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// Removes the file: nothing runs here any more.
    pub(super) fn remove(folder: &Path) {
        let _gone_already = fs::remove_file(folder.join(FILE));
    }

    /// A variable of the environment, or what the running service left.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        // A secret that the environment names by file outweighs the one left here.
        if set(&format!("{name}_FILE")).is_some() {
            return set(name);
        }
        set(name).or_else(|| self.variables.get(name).cloned())
    }

    /// The configuration of a command that asks: it runs no processes, so that it needs no carrier of mail.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let off = |name: &str| (name == "PROCESSES").then(|| "off".to_owned());
        read_with(&|name| off(name).or_else(|| self.known(name)))
    }

    /// The configuration of a service to start.
    pub(super) fn service(&self) -> Result<Config, Failure> {
        read_with(&|name| self.known(name))
    }

    fn known(&self, name: &str) -> Option<String> {
        self.variable(name).or_else(|| env::var(name).ok())
    }

    /// The reading side of the log.
    pub(super) async fn log(&self) -> Result<Log, Failure> {
        Ok(Log::new(self.pool(Role::Reader).await?, None))
    }

    /// The reading side of the log with the master key: personal fields are opened, or erased.
    pub(super) async fn opened_log(&self) -> Result<Log, Failure> {
        let master_key = self.config()?.master_key;
        Ok(Log::new(self.pool(Role::Projector).await?, Some(&master_key)))
    }

    /// The views, for reading.
    pub(super) async fn views(&self) -> Result<Views, Failure> {
        Ok(Views::new(self.pool(Role::Reader).await?))
    }

    /// A pool under a role of the database.
    pub(super) async fn pool(&self, role: Role) -> Result<PgPool, Failure> {
        let config = self.config()?;
        // A pool keeps trying for its whole patience; one connection says at once what is wrong.
        PgConnection::connect(config.database_url.reveal()).await.doing(UNREACHABLE)?.close().await?;
        Ok(event_store::connect_as(config.database_url.reveal(), 4, role).await?)
    }

    /// A pool as the user of the address itself, who owns the tables.
    pub(super) async fn owner(&self) -> Result<PgPool, Failure> {
        let config = self.config()?;
        let connected = PgPoolOptions::new().max_connections(2).connect(config.database_url.reveal()).await;
        connected.doing(UNREACHABLE)
    }

    /// A connection to NATS as an actor, who may not be more than what the server lets its user be.
    pub(super) async fn nats(&self, actor: &Actor) -> Result<async_nats::Client, Failure> {
        let url = self.variable("NATS_URL").unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned());
        let options = match self.credentials(actor) {
            Some((user, password)) => async_nats::ConnectOptions::with_user_and_password(user, password),
            None => async_nats::ConnectOptions::new(),
        };
        let connected = options.name("training-ledger").connect(&url).await;
        connected.doing(format!("cannot reach NATS at {}; is the service running?", without_password(&url)))
    }

    /// The actor's own user if it has one, else the service's.
    fn credentials(&self, actor: &Actor) -> Option<(String, String)> {
        let own = self.nats_users.get(&actor.token()).map(|password| (actor.token(), password.clone()));
        own.or_else(|| Some((self.variable("NATS_USER")?, self.variable("NATS_PASSWORD")?)))
    }
}

/// An address that can be shown.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}

fn read_with(variable: &dyn Fn(&str) -> Option<String>) -> Result<Config, Failure> {
    Config::read(variable).doing("this command needs a running service; start one with `training-ledger up`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(without_password("nats://user:pass@127.0.0.1:4222"), "nats://127.0.0.1:4222");
        assert_eq!(without_password("nats://127.0.0.1:4222"), "nats://127.0.0.1:4222");
    }
}
