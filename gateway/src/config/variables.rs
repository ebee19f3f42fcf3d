//! The variables of the environment: what each means, and how their texts are read.

use std::{collections::BTreeMap, fmt, fs};

/// Where variables are read from.
pub(super) type Variables<'v> = &'v dyn Fn(&str) -> Option<String>;

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

/// A text that does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

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

/// A variable that must be there.
pub(super) fn required(variable: Variables<'_>, name: &'static str) -> Result<Secret, Misconfigured> {
    secret(variable, name)?.ok_or_else(|| missing(name))
}

/// That a variable must be there, with what it means.
pub(super) fn missing(name: &'static str) -> Misconfigured {
    let meaning = VARIABLES.iter().find(|(known, _)| *known == name).map_or("", |(_, meaning)| *meaning);
    Misconfigured::Missing(name, meaning)
}

/// The variable itself, or the text of the file that `<name>_FILE` names.
pub(super) fn secret(variable: Variables<'_>, name: &str) -> Result<Option<Secret>, Misconfigured> {
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

/// `one=other,one=other`.
pub(super) fn pairs(variable: Variables<'_>, name: &str) -> Result<BTreeMap<String, String>, Misconfigured> {
    let given = variable(name).unwrap_or_default();
    let pairs = given.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let (one, other) = pair.split_once('=').ok_or_else(|| unusable(name, format!("{pair:?} holds no \"=\"")))?;
        Ok((one.trim().to_owned(), other.trim().to_owned()))
    });
    read.collect()
}

/// `on`, which it is if nobody says, or `off`.
pub(super) fn switch(variable: Variables<'_>, name: &str) -> Result<bool, Misconfigured> {
    match variable(name).as_deref() {
        None | Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => Err(unusable(name, format!("{other:?} is neither on nor off"))),
    }
}

/// A number, an address, or what else is read from a text.
pub(super) fn number<T>(variable: Variables<'_>, name: &str, otherwise: &str) -> Result<T, Misconfigured>
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    let value = variable(name).unwrap_or_else(|| otherwise.to_owned());
    value.parse().map_err(|error| unusable(name, format!("{value:?}: {error}")))
}

/// That a variable's value cannot be used.
pub(super) fn unusable(name: &str, why: String) -> Misconfigured {
    Misconfigured::Unusable { name: name.to_owned(), why }
}
