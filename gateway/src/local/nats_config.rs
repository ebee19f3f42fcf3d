//! What a private nats-server is told: users, what each may say and hear, limits, where it stores.

use std::path::Path;

use serde_json::{Value, json};

use super::{Durability, LocalFault, fresh_secret, plain_name};

/// One user of the private nats-server.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsUser {
    /// The name it connects with: letters, digits, "-" and "_".
    pub name: String,
    /// Its password, of the same characters.
    pub password: String,
    /// Subjects it may publish to; none when empty.
    pub publish: Vec<String>,
    /// Subjects it may subscribe to; none when empty.
    pub subscribe: Vec<String>,
}

impl NatsUser {
    /// A user with a fresh password.
    pub fn new(name: &str, publish: &[&str], subscribe: &[&str]) -> Self {
        let owned = |subjects: &[&str]| subjects.iter().map(|&subject| subject.to_owned()).collect();
        Self { name: name.to_owned(), password: fresh_secret(), publish: owned(publish), subscribe: owned(subscribe) }
    }

    /// A user who may say and hear everything.
    pub fn unrestricted(name: &str) -> Self {
        Self::new(name, &[">"], &[">"])
    }
}

impl std::fmt::Debug for NatsUser {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, publish, subscribe, .. } = self;
        f.debug_struct("NatsUser").field("name", name).field("publish", publish).field("subscribe", subscribe).finish()
    }
}

/// What the caller decides about a private nats-server.
#[derive(Debug, Clone)]
pub struct NatsConfig {
    /// Who may connect; nobody else can.
    pub users: Vec<NatsUser>,
    /// The accounts of these users in the server's own language, instead of one account for all.
    pub accounts: Option<String>,
    /// The largest message, in bytes.
    pub max_payload: u32,
    /// Whether JetStream writes through to disk before it acknowledges (needs 2.10).
    pub durability: Durability,
}

impl NatsConfig {
    /// These users, messages of at most 1 MiB, durable.
    pub fn of(users: Vec<NatsUser>) -> Self {
        Self { users, accounts: None, max_payload: 1_048_576, durability: Durability::Kept }
    }

    /// As [`NatsConfig::of`], each user in the account that `accounts` gives it; it says what a user may, too.
    pub fn with_accounts(users: Vec<NatsUser>, accounts: String) -> Self {
        Self { accounts: Some(accounts), ..Self::of(users) }
    }

    pub(super) fn check(&self) -> Result<(), LocalFault> {
        self.users.iter().try_for_each(|user| {
            plain_name("the NATS user name", &user.name)?;
            plain_name("the password of NATS user", &user.password)?;
            user.publish.iter().chain(&user.subscribe).try_for_each(|subject| plain_subject(subject))
        })
    }

    /// The configuration file: settings in JSON, which the server reads as its own language, then who may connect.
    pub(super) fn file(&self, server: &ServerSettings<'_>) -> String {
        let mut jetstream = json!({ "store_dir": server.store });
        if self.durability == Durability::Kept && server.can_sync_always {
            jetstream["sync_interval"] = json!("always");
        }
        let settings = [
            ("server_name", json!(server.name)),
            ("listen", json!(format!("127.0.0.1:{}", server.port))),
            ("pid_file", json!(server.pid_file)),
            ("max_payload", json!(self.max_payload)),
            ("jetstream", jetstream),
        ];
        let settings = settings.map(|(name, value)| format!("{name}: {value:#}\n"));
        settings.concat() + &self.who_may_connect()
    }

    fn who_may_connect(&self) -> String {
        self.accounts.clone().unwrap_or_else(|| {
            let users: Vec<Value> = self.users.iter().map(user).collect();
            format!("authorization: {:#}\n", json!({ "users": users }))
        })
    }
}

/// What the launcher decides about it.
pub(super) struct ServerSettings<'a> {
    pub(super) name: &'a str,
    pub(super) port: u16,
    pub(super) store: &'a Path,
    pub(super) pid_file: &'a Path,
    pub(super) can_sync_always: bool,
}

fn user(user: &NatsUser) -> Value {
    let allowed = |subjects: &[String]| match subjects {
        // An empty list of allowed subjects would mean all of them.
        [] => json!({ "deny": [">"] }),
        some => json!({ "allow": some }),
    };
    json!({
        "user": user.name,
        "password": user.password,
        "permissions": { "publish": allowed(&user.publish), "subscribe": allowed(&user.subscribe) },
    })
}

/// Subjects go into the file as they are: visible ASCII, and nothing that would need escaping.
fn plain_subject(subject: &str) -> Result<(), LocalFault> {
    let plain = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if !subject.is_empty() && subject.chars().all(plain) {
        return Ok(());
    }
    Err(LocalFault::BadName { what: "the NATS subject", name: subject.to_owned() })
}
