//! Who carries mail: one question with four answers, and one to ask after a mail whose answer was lost.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use events_schema::{
    codes::NotifyStatus,
    ids::{NoticeId, PersonId},
};
use sqlx::PgPool;

use super::{letter::Letter, mailbox::Mailbox, notify::Notify, smtp::Smtp};
use crate::{
    config::{MailCarrier, MailConfig},
    fault::Fault,
};

/// A mail, ready to go.
pub struct Mail {
    /// Our id of it, which the carrier keeps with it.
    pub reference: NoticeId,
    /// Mail address.
    pub to: String,
    /// Whose it is, if it is a person's.
    pub person: Option<PersonId>,
    /// What it says.
    pub letter: Letter,
    /// When it was decided (UTC).
    pub created_at: DateTime<Utc>,
}

/// What the carrier said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It has the mail.
    Accepted(Carried),
    /// It will never take this mail; with the status that says so.
    Refused(NotifyStatus, String),
    /// It does not have the mail and may take it later; not before the pause, if it named one.
    NotNow(String, Option<Duration>),
    /// Nobody knows whether it has the mail.
    Unclear(String),
}

/// How a mail stands with the carrier that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The carrier's id of it.
    pub id: Option<String>,
    /// Its status.
    pub status: NotifyStatus,
    /// When it came so far, if the carrier says (UTC).
    pub at: Option<DateTime<Utc>>,
}

/// What the carrier knows of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookedUp {
    /// It has the mail.
    Found(Carried),
    /// It never got the mail.
    Missing,
    /// Carriers of its kind cannot be asked.
    CannotTell,
    /// It could be asked, but not now.
    NotNow(String),
}

/// Somebody who carries mail.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Hands a mail over.
    async fn send(&self, mail: &Mail) -> Answer;
    /// Asks after a mail.
    async fn look_up(&self, reference: NoticeId) -> LookedUp;
}

/// The carrier that is configured.
pub fn of(config: &MailConfig, pool: &PgPool) -> Result<Box<dyn Carrier>, Fault> {
    Ok(match &config.carrier {
        MailCarrier::Mailbox => Box::new(Mailbox::new(pool.clone())),
        MailCarrier::Smtp { url, from } => Box::new(Smtp::new(url, from)?),
        MailCarrier::Notify(notify) => Box::new(Notify::new(notify)?),
    })
}
