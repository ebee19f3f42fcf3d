//! The carrier of development: mails are kept in a table, to be read at `/dev/mailbox`, and have arrived at once.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use events_schema::{
    codes::NotifyStatus,
    ids::{NoticeId, PersonId},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::carrier::{Answer, Carried, Carrier, LookedUp, Mail};

/// Keeps mails in a table.
#[derive(Clone)]
pub struct Mailbox {
    pool: PgPool,
}

/// A mail in the list.
#[derive(Debug, sqlx::FromRow)]
pub struct Listed {
    /// Its id.
    pub notice_id: Uuid,
    /// To whom.
    pub sent_to: String,
    /// Subject.
    pub subject: String,
    /// When it came: when it was decided (UTC, the service's clock), as a mailbox takes no time.
    pub received_at: DateTime<Utc>,
}

/// A mail whole.
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    /// To whom.
    pub sent_to: String,
    /// Subject.
    pub subject: String,
    /// The text part.
    pub text_part: String,
    /// The HTML part.
    pub html_part: String,
    /// When it came (UTC, the service's clock).
    pub received_at: DateTime<Utc>,
}

impl Mailbox {
    /// Over the gateway's tables.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Throws away what was sent to people who were erased.
    pub(super) async fn forget(&self, people: &[PersonId]) -> sqlx::Result<()> {
        let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let thrown = sqlx::query("delete from gateway.mailbox where person = any($1)").bind(people);
        thrown.execute(&self.pool).await.map(drop)
    }

    /// How many mails there are.
    pub async fn count(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("select count(*) from gateway.mailbox").fetch_one(&self.pool).await
    }

    /// The newest mails, those to an address that holds the text, if one is given.
    pub async fn newest(&self, to: &str, limit: i64) -> sqlx::Result<Vec<Listed>> {
        sqlx::query_as(
            "select notice_id, sent_to, subject, received_at from gateway.mailbox
             where position(lower($1) in lower(sent_to || ' ' || subject)) > 0
             order by received_at desc, notice_id limit $2",
        )
        .bind(to)
        .bind(limit)
        .fetch_all(&self.pool)
        .await
    }

    /// One mail.
    pub async fn read(&self, id: Uuid) -> sqlx::Result<Option<Kept>> {
        sqlx::query_as(
            "select sent_to, subject, text_part, html_part, received_at from gateway.mailbox where notice_id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await
    }
}

#[async_trait]
impl Carrier for Mailbox {
    async fn send(&self, mail: &Mail) -> Answer {
        let kept = sqlx::query(
            "insert into gateway.mailbox (notice_id, sent_to, subject, text_part, html_part, person, received_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (notice_id) do nothing",
        )
        .bind(mail.reference.0)
        .bind(&mail.to)
        .bind(&mail.letter.subject)
        .bind(mail.letter.text())
        .bind(mail.letter.html())
        .bind(mail.person.map(|person| person.0))
        .bind(mail.created_at)
        .execute(&self.pool)
        .await;
        match kept {
            Ok(_) => Answer::Accepted(arrived(Some(mail.created_at))),
            Err(error) => Answer::NotNow(format!("the mailbox's table cannot be written: {error}"), None),
        }
    }

    async fn look_up(&self, reference: NoticeId) -> LookedUp {
        match self.read(reference.0).await {
            Ok(Some(_)) => LookedUp::Found(arrived(None)),
            Ok(None) => LookedUp::Missing,
            Err(error) => LookedUp::NotNow(error.to_string()),
        }
    }
}

/// At once: when it was decided, however long the outbox took in a year that is played in a minute.
fn arrived(at: Option<DateTime<Utc>>) -> Carried {
    Carried { id: None, status: NotifyStatus::Delivered, at }
}
