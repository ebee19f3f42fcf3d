//! The server's accounts, generated from one list of actors. The service's account holds JetStream and every subject;
//! each actor has an account of its own that can reach its own subjects and nothing else, so that one actor's replies,
//! outcomes and inboxes are out of another's sight.

use std::fmt::{self, Write};

use events_schema::actor::{Actor, ActorKind};

use super::subjects::{CLOCK, COMMANDS, OUTCOMES, QUERIES, QUEUE};

/// The service's account, and its user unless another is named.
pub const SERVICE: &str = "LEDGER";

/// How a user proves who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// The user's name is the actor's token; the text may be a bcrypt hash.
    Password(String),
    /// Public key of an Ed25519 pair, beginning with `U`.
    Nkey(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password([secret])",
            Self::Nkey(_) => "Nkey",
        })
    }
}

/// An actor that may connect.
#[derive(Debug, Clone)]
pub struct Access {
    /// Who.
    pub actor: Actor,
    /// How it proves that.
    pub credential: Credential,
}

/// Everybody that may connect.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The service's own credential, user `ledger`.
    pub service: Credential,
    /// The server's operator, user `sys`.
    pub system: Credential,
    /// Everybody else.
    pub actors: Vec<Access>,
    /// Whether system actors may set the clock; never in production.
    pub settable_clock: bool,
}

/// The text of a configuration file to be included in the server's own. Nobody connects without a credential.
pub fn config(accounts: &Accounts) -> String {
    let settable = accounts.settable_clock;
    let exported = accounts.actors.iter().flat_map(|access| exports(access, settable));
    let system = account("$SYS", &user("sys", &accounts.system), String::new());
    let service = "    jetstream: enabled\n".to_owned() + &block("exports", exported);
    let service = account(SERVICE, &user("ledger", &accounts.service), service);
    let actors = accounts.actors.iter().map(|access| {
        let token = access.actor.token();
        account(&token, &user(&token, &access.credential), block("imports", imports(access, settable)))
    });
    let head = "# Generated from the list of actors; change that list, not this file.\n\
         # There is no user for those who bring no credential.\n\
         system_account: \"$SYS\"\naccounts {\n";
    let all: Vec<String> = [head.to_owned(), system, service].into_iter().chain(actors).collect();
    all.concat() + "}\n"
}

/// One account with its one user.
fn account(name: &str, user: &str, rest: String) -> String {
    let name = quoted(name);
    [format!("  {name}: {{\n    users: [{user}]\n"), rest, "  }\n".to_owned()].concat()
}

fn user(name: &str, credential: &Credential) -> String {
    match credential {
        Credential::Password(password) => format!("{{user: {}, password: {}}}", quoted(name), quoted(password)),
        Credential::Nkey(key) => format!("{{nkey: {}}}", quoted(key)),
    }
}

fn exports(access: &Access, settable_clock: bool) -> Vec<String> {
    let token = access.actor.token();
    let service = |subject: String| format!("{{service: {}, accounts: [{}]}}", quoted(&subject), quoted(&token));
    let outcomes = format!("{{stream: {}, accounts: [{}]}}", quoted(&format!("{OUTCOMES}.{token}.>")), quoted(&token));
    services(&access.actor, settable_clock).into_iter().map(service).chain([outcomes]).collect()
}

fn imports(access: &Access, settable_clock: bool) -> Vec<String> {
    let token = access.actor.token();
    let service = |subject: String| format!("{{service: {{account: {SERVICE}, subject: {}}}}}", quoted(&subject));
    let outcomes = format!("{{stream: {{account: {SERVICE}, subject: {}}}}}", quoted(&format!("{OUTCOMES}.{token}.>")));
    services(&access.actor, settable_clock).into_iter().map(service).chain([outcomes]).collect()
}

/// What an actor may ask for: its own commands, its own queue, its own queries.
fn services(actor: &Actor, settable_clock: bool) -> Vec<String> {
    let token = actor.token();
    let mut subjects: Vec<_> = [COMMANDS, QUEUE, QUERIES].iter().map(|prefix| format!("{prefix}.{token}.>")).collect();
    if settable_clock && actor.kind == ActorKind::System {
        subjects.push(format!("{CLOCK}.{token}"));
    }
    subjects
}

fn block(word: &str, lines: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("    {word}: [\n");
    for line in lines {
        writeln!(text, "      {line}").expect("writing to a string cannot fail");
    }
    text + "    ]\n"
}

/// A quoted string of the server's language: JSON's escapes are understood there.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use events_schema::ids::Parse;

    use super::*;

    fn accounts() -> Accounts {
        let access = |token: &str| Access {
            actor: Actor::parse(token).expect("an actor"),
            credential: Credential::Password(format!("secret of {token}")),
        };
        Accounts {
            service: Credential::Password("service".into()),
            system: Credential::Password("system".into()),
            actors: vec![access("lead-provider_teach-first"), access("school_100120"), access("system_demo")],
            settable_clock: true,
        }
    }

    #[test]
    fn an_actor_imports_its_own_subjects_and_no_others() {
        let text = config(&accounts());
        let of_school = text.split("\n  \"school_100120\": {").nth(1).expect("its account");
        let of_school = of_school.split("\n  }").next().expect("its end");
        assert_eq!(of_school.matches("account: LEDGER").count(), 4);
        assert!(!of_school.contains("teach-first") && !of_school.contains("$JS") && !of_school.contains(CLOCK));
    }

    #[test]
    fn only_a_system_actor_reaches_the_clock_and_only_where_it_can_be_set() {
        assert_eq!(config(&accounts()).matches(CLOCK).count(), 2);
        assert!(!config(&Accounts { settable_clock: false, ..accounts() }).contains(CLOCK));
    }

    #[test]
    fn nobody_connects_without_a_credential() {
        assert!(!config(&accounts()).contains("no_auth_user"));
    }

    #[test]
    fn a_credential_does_not_print() {
        assert!(!format!("{:?}", accounts()).contains("secret of"));
    }
}
