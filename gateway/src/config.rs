//! What the service is told by its environment. Every variable stands in [`VARIABLES`] with what it means;
//! a secret may come from a file whose path stands in the variable's name with `_FILE` behind it.

use std::{collections::BTreeMap, env, fmt, fs, net::IpAddr, time::Duration};

use event_store::MasterKey;
use events_schema::actor::ActorKind;

use crate::{teaching_record::TeachingRecordConfig, web::sign_in::Mapping};

mod mail;
mod proof;

pub use mail::{MailCarrier, MailConfig, NotifyConfig};
pub use proof::ProofConfig;

/// Every variable, and what it means.
pub const VARIABLES: &[(&str, &str)] = &[
    ("TRAINING_LEDGER_ENV", "`production` (the default) or `development`, where the clock can be set"),
    ("DATABASE_URL", "PostgreSQL, such as postgres://ledger@127.0.0.1:5432/ledger; secret"),
    ("TRAINING_LEDGER_MASTER_KEY", "the secret under which personal fields are sealed, 32 characters or more; secret"),
    ("NATS_URL", "the NATS server, nats://127.0.0.1:4222 by default"),
    ("NATS_USER", "the service's user there, if the server asks for one"),
    ("NATS_PASSWORD", "its password; secret"),
    ("HTTP_BIND", "address to listen on; 127.0.0.1 in development, 0.0.0.0 in production"),
    ("PORT", "port to listen on, 3000 by default; 0 takes a free one and says which"),
    (
        "PUBLIC_URL",
        "where people reach the pages, such as https://ledger.example; links in mails begin with it; in development \
         where it listens",
    ),
    ("OIDC_ISSUER", "the OpenID Connect provider that signs people in; without one nobody can"),
    ("OIDC_CLIENT_ID", "the service's name there"),
    ("OIDC_CLIENT_SECRET", "its password there, if it has one; secret"),
    ("OIDC_ROLES", "the provider's codes of roles, such as LP_USER=lead-provider,DFE_SUPPORT=support"),
    ("OIDC_ORGANISATIONS", "the provider's ids of organisations with ours, such as 4F1E=teach-first"),
    (
        "TRUSTED_PROXIES",
        "addresses of the proxies before the service, separated by commas; whom they forward for is believed",
    ),
    ("WRONG_TOKENS", "how many wrong tokens are borne from one client before it is slowed down, 20 by default"),
    ("DATABASE_CONNECTIONS", "how many connections each of the store and the views may hold, 8 by default"),
    ("EVENTS_STREAM_BYTES", "size cap of the stream of published events, 4294967296 by default"),
    ("PROCESSES", "`on` (the default), or `off` for an instance that answers and leaves notices and timers to others"),
    ("TEACHING_RECORD_URL", "address of the teaching record; without it nothing is handed over"),
    ("TEACHING_RECORD_TOKEN", "bearer token for the teaching record; secret"),
    ("TEACHING_RECORD_SECONDS", "how long one answer of the teaching record may take, 10 by default"),
    ("MAIL_CARRIER", "`notify` (GOV.UK Notify), `smtp`, or in development `mailbox`, which is the default there"),
    ("MAIL_TIMEOUT_SECONDS", "how long the carrier may take to answer, 30 by default"),
    ("SMTP_URL", "the mail server, smtps://user:password@host:465; secret"),
    ("MAIL_FROM", "whom mails over SMTP are from, such as Training Ledger <ledger@example.org>"),
    ("NOTIFY_API_KEY", "key of a service of GOV.UK Notify; secret"),
    ("NOTIFY_URL", "its API, https://api.notifications.service.gov.uk by default"),
    ("NOTIFY_TEMPLATE_ID", "its template whose subject is ((subject)) and whose body is ((body))"),
    (
        "NOTIFY_CALLBACK_TOKEN",
        "bearer token of its callbacks to /notify/callback; without one there is no such route; secret",
    ),
    (
        "WITNESS_FOLDER",
        "folder outside the database for signed checkpoints, leaf hashes and attestations; in development nothing is \
         signed without one",
    ),
    (
        "SIGNING_KEY",
        "the key that signs them, from `training-ledger witness new-key`; in development one is made; secret",
    ),
    ("CHECKPOINT_SECONDS", "how long after a change of the log the next checkpoint is signed, 60 by default"),
    ("SELF_AUDIT_SECONDS", "time between two rounds of the self-audit, 300 by default"),
    ("SELF_AUDIT_VIEWS_SECONDS", "time between two comparisons of everything with the whole log, 86400 by default"),
    ("RUST_LOG", "what is logged, `info` by default"),
];

/// Where the service runs. What is not named is production: fail closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// People rely on it.
    Production,
    /// A trial: the clock can be set.
    Development,
}

/// A text that does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it runs.
    pub environment: Environment,
    /// PostgreSQL.
    pub database_url: Secret,
    /// How many connections each pool may hold.
    pub database_connections: u32,
    /// The secret of personal fields.
    pub master_key: MasterKey,
    /// NATS.
    pub nats: NatsConfig,
    /// Whether this instance runs processes, timers and mail.
    pub processes: bool,
    /// The teaching record, if anything is handed over.
    pub teaching_record: Option<TeachingRecordConfig>,
    /// How mail goes out; nothing for an instance that runs no processes.
    pub mail: Option<MailConfig>,
    /// Address to listen on.
    pub http_bind: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Where people reach the pages, without a slash at the end; nothing = where it listens.
    pub public_url: Option<String>,
    /// Addresses of the proxies before the service.
    pub proxies: Vec<IpAddr>,
    /// How many wrong tokens are borne from one client before it is slowed down.
    pub wrong_tokens: u32,
    /// Who signs people in, if anybody does.
    pub sign_in: Option<SignInConfig>,
    /// How the log is signed and witnessed, if it is.
    pub proof: Option<ProofConfig>,
}

/// The OpenID Connect provider that signs people in.
#[derive(Debug, Clone)]
pub struct SignInConfig {
    /// Its address, as it names itself.
    pub issuer: String,
    /// The service's name there.
    pub client_id: String,
    /// Its password there.
    pub client_secret: Option<Secret>,
    /// How roles and organisations are called there.
    pub mapping: Mapping,
}

/// How to reach NATS.
#[derive(Debug, Clone)]
pub struct NatsConfig {
    /// The server.
    pub url: String,
    /// User and password, if the server asks for them.
    pub user: Option<(String, Secret)>,
    /// Size cap of the stream of published events, in bytes.
    pub events_bytes: i64,
}

/// What is wrong with the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// A variable that must be there is not.
    #[error("{0} is not set; set it to {1}")]
    Missing(&'static str, &'static str),
    /// A variable has a value that cannot be used.
    #[error("{name} cannot be used: {why}")]
    Unusable {
        /// Which.
        name: String,
        /// What is wrong; never the value of a secret.
        why: String,
    },
}

impl Config {
    /// Reads the environment of the process.
    pub fn from_env() -> Result<Self, Misconfigured> {
        Self::read(&|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// Reads variables from anywhere.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Misconfigured> {
        let environment = environment(variable("TRAINING_LEDGER_ENV").as_deref())?;
        let bind = if environment == Environment::Production { "0.0.0.0" } else { "127.0.0.1" };
        Ok(Self {
            environment,
            database_url: required(variable, "DATABASE_URL")?,
            database_connections: number(variable, "DATABASE_CONNECTIONS", "8")?,
            master_key: master_key(&required(variable, "TRAINING_LEDGER_MASTER_KEY")?)?,
            nats: NatsConfig {
                url: variable("NATS_URL").unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned()),
                user: variable("NATS_USER").map(|user| with_password(variable, user)).transpose()?,
                events_bytes: number(variable, "EVENTS_STREAM_BYTES", "4294967296")?,
            },
            processes: switch(variable, "PROCESSES")?,
            teaching_record: teaching_record(variable)?,
            mail: switch(variable, "PROCESSES")?.then(|| mail::read(variable, environment)).transpose()?,
            http_bind: number(variable, "HTTP_BIND", bind)?,
            port: number(variable, "PORT", "3000")?,
            public_url: public_url(variable)?,
            proxies: proxies(variable)?,
            wrong_tokens: number(variable, "WRONG_TOKENS", "20")?,
            sign_in: variable("OIDC_ISSUER").map(|issuer| sign_in(variable, issuer)).transpose()?,
            proof: proof::read(variable, (environment, switch(variable, "PROCESSES")?))?,
        })
    }
}

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

fn environment(given: Option<&str>) -> Result<Environment, Misconfigured> {
    match given {
        None | Some("production") => Ok(Environment::Production),
        Some("development") => Ok(Environment::Development),
        Some(other) => Err(unusable("TRAINING_LEDGER_ENV", format!("{other:?} is neither production nor development"))),
    }
}

fn required(variable: &dyn Fn(&str) -> Option<String>, name: &'static str) -> Result<Secret, Misconfigured> {
    let meaning = VARIABLES.iter().find(|(known, _)| *known == name).map_or("", |(_, meaning)| *meaning);
    secret(variable, name)?.ok_or(Misconfigured::Missing(name, meaning))
}

/// The variable itself, or the text of the file that `<name>_FILE` names.
fn secret(variable: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<Option<Secret>, Misconfigured> {
    if let Some(value) = variable(name) {
        return Ok(Some(Secret(value)));
    }
    let file = format!("{name}_FILE");
    let read = |path: String| {
        let text =
            fs::read_to_string(&path).map_err(|error| unusable(&file, format!("{path} is not readable: {error}")));
        text.map(|text| Secret(text.trim_end().to_owned()))
    };
    variable(&file).map(read).transpose()
}

fn with_password(variable: &dyn Fn(&str) -> Option<String>, user: String) -> Result<(String, Secret), Misconfigured> {
    Ok((user, required(variable, "NATS_PASSWORD")?))
}

fn teaching_record(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<TeachingRecordConfig>, Misconfigured> {
    let Some(url) = variable("TEACHING_RECORD_URL") else { return Ok(None) };
    let token = required(variable, "TEACHING_RECORD_TOKEN")?;
    let timeout = Duration::from_secs(number(variable, "TEACHING_RECORD_SECONDS", "10")?);
    Ok(Some(TeachingRecordConfig { url, token, timeout }))
}

fn public_url(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>, Misconfigured> {
    let Some(url) = variable("PUBLIC_URL") else { return Ok(None) };
    let host =
        url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).map(|host| host.trim_end_matches('/'));
    match host {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(Some(url.trim_end_matches('/').to_owned())),
        _ => Err(unusable("PUBLIC_URL", format!("{url:?} is no address such as https://ledger.example"))),
    }
}

fn proxies(variable: &dyn Fn(&str) -> Option<String>) -> Result<Vec<IpAddr>, Misconfigured> {
    let given = variable("TRUSTED_PROXIES").unwrap_or_default();
    let each = given.split(',').map(str::trim).filter(|one| !one.is_empty());
    let read = |one: &str| one.parse().map_err(|error| unusable("TRUSTED_PROXIES", format!("{one:?}: {error}")));
    each.map(read).collect()
}

fn sign_in(variable: &dyn Fn(&str) -> Option<String>, issuer: String) -> Result<SignInConfig, Misconfigured> {
    let roles = pairs(variable, "OIDC_ROLES")?.into_iter().map(|(code, kind)| {
        let found = ActorKind::ALL.into_iter().find(|known| known.token() == kind && *known != ActorKind::System);
        found.map(|known| (code, known)).ok_or_else(|| unusable("OIDC_ROLES", format!("{kind:?} is no role")))
    });
    let mapping =
        Mapping { roles: roles.collect::<Result<_, _>>()?, organisations: pairs(variable, "OIDC_ORGANISATIONS")? };
    Ok(SignInConfig {
        issuer,
        client_id: required(variable, "OIDC_CLIENT_ID")?.0,
        client_secret: secret(variable, "OIDC_CLIENT_SECRET")?,
        mapping,
    })
}

/// `one=other,one=other`.
fn pairs(variable: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<BTreeMap<String, String>, Misconfigured> {
    let given = variable(name).unwrap_or_default();
    let pairs = given.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let (one, other) = pair.split_once('=').ok_or_else(|| unusable(name, format!("{pair:?} holds no \"=\"")))?;
        Ok((one.trim().to_owned(), other.trim().to_owned()))
    });
    read.collect()
}

fn master_key(secret: &Secret) -> Result<MasterKey, Misconfigured> {
    if secret.reveal().len() < 32 {
        let why = "it is shorter than 32 characters; make one with `openssl rand -base64 32`".to_owned();
        return Err(unusable("TRAINING_LEDGER_MASTER_KEY", why));
    }
    Ok(MasterKey::derive(secret.reveal()))
}

fn switch(variable: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<bool, Misconfigured> {
    match variable(name).as_deref() {
        None | Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => Err(unusable(name, format!("{other:?} is neither on nor off"))),
    }
}

fn number<T>(variable: &dyn Fn(&str) -> Option<String>, name: &str, otherwise: &str) -> Result<T, Misconfigured>
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    let value = variable(name).unwrap_or_else(|| otherwise.to_owned());
    value.parse().map_err(|error| unusable(name, format!("{value:?}: {error}")))
}

fn unusable(name: &str, why: String) -> Misconfigured {
    Misconfigured::Unusable { name: name.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(extra: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        let base = [
            ("DATABASE_URL", "postgres://l:hush@h/d"),
            ("TRAINING_LEDGER_MASTER_KEY", "an0ther-secret-of-32-characters!"),
            ("PUBLIC_URL", "https://ledger.example/"),
            ("MAIL_CARRIER", "smtp"),
            ("SMTP_URL", "smtp://u:hush3@h"),
            ("MAIL_FROM", "ledger@example.org"),
            ("WITNESS_FOLDER", "/var/lib/witness"),
            ("SIGNING_KEY", "PRIVATE+KEY+hush4"),
        ];
        move |name| {
            let found = extra.iter().chain(&base).find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty())
        }
    }

    #[test]
    fn what_is_not_said_is_production() {
        let config = Config::read(&with(&[])).expect("complete");
        assert_eq!((config.environment, config.port), (Environment::Production, 3000));
        assert!(Config::read(&with(&[("TRAINING_LEDGER_ENV", "Production")])).is_err());
    }

    #[test]
    fn no_secret_prints() {
        let config = Config::read(&with(&[("NATS_USER", "ledger"), ("NATS_PASSWORD", "hush2")])).expect("complete");
        let printed = format!("{config:?}");
        assert!(!printed.contains("hush") && !printed.contains("an0ther"), "{printed}");
    }

    #[test]
    fn what_is_missing_is_named_with_its_meaning() {
        let refusal = Config::read(&|_| None).expect_err("nothing is set");
        assert!(refusal.to_string().starts_with("DATABASE_URL is not set; set it to PostgreSQL"), "{refusal}");
    }

    #[test]
    fn production_without_a_carrier_of_mail_is_refused_and_development_has_a_mailbox() {
        let refused = |extra| Config::read(&with(extra)).expect_err("no carrier").to_string();
        assert!(refused(&[("MAIL_CARRIER", "")]).starts_with("MAIL_CARRIER is not set"));
        assert!(refused(&[("MAIL_CARRIER", "mailbox")]).contains("only in development"));
        let answers_only = Config::read(&with(&[("MAIL_CARRIER", ""), ("PROCESSES", "off")])).expect("complete");
        assert_eq!(answers_only.mail, None);
        let trial = Config::read(&with(&[("TRAINING_LEDGER_ENV", "development"), ("MAIL_CARRIER", "")]));
        assert_eq!(trial.expect("complete").mail.expect("a carrier").carrier, MailCarrier::Mailbox);
    }

    #[test]
    fn production_without_a_witness_is_refused_and_a_command_that_asks_needs_none() {
        let refused = |extra| Config::read(&with(extra)).expect_err("no witness").to_string();
        assert!(refused(&[("WITNESS_FOLDER", "")]).starts_with("WITNESS_FOLDER is not set"));
        assert!(refused(&[("SIGNING_KEY", "")]).starts_with("SIGNING_KEY is not set"));
        let asks = Config::read(&with(&[("WITNESS_FOLDER", ""), ("PROCESSES", "off")]));
        assert!(asks.expect("complete").proof.is_none());
    }

    #[test]
    fn a_short_master_key_is_refused() {
        assert!(Config::read(&with(&[("TRAINING_LEDGER_MASTER_KEY", "short")])).is_err());
    }
}
