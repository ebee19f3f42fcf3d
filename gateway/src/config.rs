//! What the service is told by its environment. Every variable stands in [`VARIABLES`] with what it means;
//! a secret may come from a file whose path stands in the variable's name with `_FILE` behind it.

mod mail;
mod proof;
mod sign_in;
mod variables;

use std::{env, net::IpAddr, time::Duration};

use event_store::MasterKey;

use self::variables::{Variables, number, required, switch, unusable};
pub use self::{
    mail::{MailCarrier, MailConfig, NotifyConfig},
    proof::ProofConfig,
    sign_in::SignInConfig,
    variables::{Misconfigured, Secret, VARIABLES},
};
use crate::teaching_record::TeachingRecordConfig;

/// Where the service runs. What is not named is production: fail closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// People rely on it.
    Production,
    /// A trial: the clock can be set.
    Development,
}

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

impl Config {
    /// Reads the environment of the process.
    pub fn from_env() -> Result<Self, Misconfigured> {
        Self::read(&|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// Reads variables from anywhere.
    pub fn read(variable: Variables<'_>) -> Result<Self, Misconfigured> {
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
            sign_in: variable("OIDC_ISSUER").map(|issuer| sign_in::read(variable, issuer)).transpose()?,
            proof: proof::read(variable, (environment, switch(variable, "PROCESSES")?))?,
        })
    }
}

fn environment(given: Option<&str>) -> Result<Environment, Misconfigured> {
    match given {
        None | Some("production") => Ok(Environment::Production),
        Some("development") => Ok(Environment::Development),
        Some(other) => Err(unusable("TRAINING_LEDGER_ENV", format!("{other:?} is neither production nor development"))),
    }
}

fn with_password(variable: Variables<'_>, user: String) -> Result<(String, Secret), Misconfigured> {
    Ok((user, required(variable, "NATS_PASSWORD")?))
}

fn teaching_record(variable: Variables<'_>) -> Result<Option<TeachingRecordConfig>, Misconfigured> {
    let Some(url) = variable("TEACHING_RECORD_URL") else { return Ok(None) };
    let token = required(variable, "TEACHING_RECORD_TOKEN")?;
    let timeout = Duration::from_secs(number(variable, "TEACHING_RECORD_SECONDS", "10")?);
    Ok(Some(TeachingRecordConfig { url, token, timeout }))
}

fn public_url(variable: Variables<'_>) -> Result<Option<String>, Misconfigured> {
    let Some(url) = variable("PUBLIC_URL") else { return Ok(None) };
    let host =
        url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).map(|host| host.trim_end_matches('/'));
    match host {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(Some(url.trim_end_matches('/').to_owned())),
        _ => Err(unusable("PUBLIC_URL", format!("{url:?} is no address such as https://ledger.example"))),
    }
}

fn proxies(variable: Variables<'_>) -> Result<Vec<IpAddr>, Misconfigured> {
    let given = variable("TRUSTED_PROXIES").unwrap_or_default();
    let each = given.split(',').map(str::trim).filter(|one| !one.is_empty());
    let read = |one: &str| one.parse().map_err(|error| unusable("TRUSTED_PROXIES", format!("{one:?}: {error}")));
    each.map(read).collect()
}

fn master_key(secret: &Secret) -> Result<MasterKey, Misconfigured> {
    if secret.reveal().len() < 32 {
        let why = "it is shorter than 32 characters; make one with `openssl rand -base64 32`".to_owned();
        return Err(unusable("TRAINING_LEDGER_MASTER_KEY", why));
    }
    Ok(MasterKey::derive(secret.reveal()))
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
