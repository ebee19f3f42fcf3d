//! `users`: who signs in or is told things by mail, by organisation. They stand outside the log.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::Parse,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    connection::Connection,
    failure::{Doing, Failure},
    output::{Output, Table},
};
use crate::users::{User, Users as Kept};

/// Ids of users who come without one are derived from organisation and address.
const NAMESPACE: Uuid = Uuid::from_u128(0x2a7f_61c3_0d4e_45b8_ae52_9c10_77f3_b6d4);

/// `training-ledger users`.
#[derive(Debug, Args)]
#[command(
    after_help = "A file of users has the columns actor_kind, organisation, name, email and, if wanted, user_id:\n  \
    actor_kind,organisation,name,email\n  lead-provider,teach-first,Ada Example,ada@provider.example"
)]
pub(super) struct Users {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add the users of a file, or change those that are there.
    Import {
        /// A CSV file.
        file: PathBuf,
    },
    /// List the users.
    List,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    user_id: Option<Uuid>,
    actor_kind: String,
    organisation: String,
    name: String,
    email: String,
}

impl Users {
    /// Imports or lists.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let kept = Kept::new(Connection::find()?.owner().await?);
        match &self.what {
            What::Import { file } => {
                let count = import(&kept, file).await?;
                output.say(format!("{count} users are kept."))
            }
            What::List => list(&kept, output).await,
        }
    }
}

/// Keeps every user of a file; all rows are read before the first is kept.
pub(super) async fn import(kept: &Kept, file: &PathBuf) -> Result<usize, Failure> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(file)
        .doing(format!("cannot read {}", file.display()))?;
    let mut users = Vec::new();
    for (row, line) in reader.deserialize::<Row>().zip(2..) {
        let row = row.doing(format!("row {line} of {} cannot be read", file.display()))?;
        users.push(user(row, line)?);
    }
    for user in &users {
        kept.put(user).await?;
    }
    Ok(users.len())
}

fn user(row: Row, line: usize) -> Result<User, Failure> {
    let wrong = |what: &str| Failure::new(format!("row {line} {what}; nothing was kept"));
    let actor = Actor::parse(&format!("{}_{}", row.actor_kind, row.organisation))
        .map_err(|_| wrong("names no kind and organisation such as lead-provider,teach-first"))?;
    if row.name.is_empty() || row.name.chars().any(char::is_control) {
        return Err(wrong("has no name on one line"));
    }
    if !domain::school::is_mail_address(&row.email) {
        return Err(wrong("has no address that mail can be sent to"));
    }
    let derived = || Uuid::new_v5(&NAMESPACE, format!("{actor} {}", row.email.to_lowercase()).as_bytes());
    Ok(User {
        user_id: row.user_id.unwrap_or_else(derived),
        actor_kind: actor.kind.token().to_owned(),
        organisation: actor.id.clone(),
        name: row.name.clone(),
        email: row.email.clone(),
    })
}

async fn list(kept: &Kept, output: Output) -> Result<(), Failure> {
    let mut table = Table::new(&["user_id", "kind", "organisation", "name", "email"]);
    for it in kept.all().await? {
        table.push([json!(it.user_id), json!(it.actor_kind), json!(it.organisation), json!(it.name), json!(it.email)]);
    }
    output.table(&table)
}

/// Users of a demo, two for each lead provider, who can be reached by nobody.
pub(super) fn examples(providers: &[&str]) -> Vec<User> {
    let people = ["Robin Example", "Sam Example"];
    let of = |provider: &&str| people.map(|name| example(provider, name));
    providers.iter().flat_map(of).collect()
}

fn example(provider: &str, name: &str) -> User {
    let first = name.split(' ').next().unwrap_or(name).to_lowercase();
    let email = format!("{first}@{provider}.example.invalid");
    User {
        user_id: Uuid::new_v5(&NAMESPACE, email.as_bytes()),
        actor_kind: ActorKind::LeadProvider.token().to_owned(),
        organisation: provider.to_owned(),
        name: name.to_owned(),
        email,
    }
}
