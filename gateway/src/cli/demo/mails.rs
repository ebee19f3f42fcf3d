//! The mails of the demo: users who are told of breaks, the time that processes need, and where to read it all.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{notice, processes::notices::notice_id, school_partnership};
use event_store::Log;
use events_schema::{
    codes::NoticeOccasion,
    events::{Event, notice::NoticeEvent, school_partnership::SchoolPartnershipEvent},
    ids::{NoticeId, PartnershipId},
};
use sqlx::PgPool;
use tokio::time::{Instant, sleep};

use super::{
    super::{
        connection::Connection,
        failure::{Doing, Failure},
        users,
    },
    stage::School,
};
use crate::{mail::mailbox::Mailbox, users::Users};

/// Whose users are told of breaks.
const PROVIDERS: [&str; 7] = [
    "ambition-institute",
    "best-practice-network",
    "capita",
    "education-development-trust",
    "national-institute-of-teaching",
    "teach-first",
    "ucl-institute-of-education",
];
/// How long the service may take to do what is due.
const PATIENCE: Duration = Duration::from_mins(3);

/// What processes and mail have still to do.
pub(super) struct Mails {
    pool: PgPool,
    log: Log,
}

/// Adds two users for each lead provider; once more changes nothing.
pub(super) async fn add_users(connection: &Connection) -> Result<(), Failure> {
    let kept = Users::new(connection.owner().await?);
    for user in users::examples(&PROVIDERS) {
        kept.put(&user).await?;
    }
    Ok(())
}

/// How many mails there are.
pub(super) async fn count(connection: &Connection) -> Result<i64, Failure> {
    Mailbox::new(connection.owner().await?).count().await.doing("cannot count the mails")
}

impl Mails {
    pub(super) async fn open(connection: &Connection) -> Result<Self, Failure> {
        Ok(Self { pool: connection.owner().await?, log: connection.log().await? })
    }

    /// Waits until the processes have seen everything, nothing is due by an instant that the clock has shown, and every
    /// mail of that day has arrived.
    pub(super) async fn settle(&self, shown: DateTime<Utc>) -> Result<(), Failure> {
        let head = self.log.head().await?.position;
        let settled = "select (select position from gateway.processes where process = 'notices') >= $1
                       and not exists (select from gateway.timers where due_at <= $2)";
        let ask = || async { sqlx::query_scalar(settled).bind(head).bind(shown).fetch_one(&self.pool).await };
        until(ask).await?;
        self.all_sent().await
    }

    /// The newest mail about a partnership whose link can be followed at an instant; nothing if there was none by then.
    pub(super) async fn newest_link(
        &self,
        (urn, cohort): &School,
        partnership: PartnershipId,
        shown: DateTime<Utc>,
    ) -> Result<Option<NoticeId>, Failure> {
        let history = self.log.stream_page(&school_partnership::stream(urn, *cohort), 0, i64::MAX).await?;
        for round in history.iter().rev().filter(|event| begins_a_round(&event.event, partnership)) {
            for occasion in [NoticeOccasion::Reminder, NoticeOccasion::Notice] {
                let id = notice_id(round.event_id, occasion, None);
                let mail = self.log.stream_page(&notice::stream(id), 0, 1).await?;
                if mail.first().is_some_and(|first| is_made(&first.event) && first.happened_at <= shown) {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    /// Waits until every mail is at its end.
    pub(super) async fn all_sent(&self) -> Result<(), Failure> {
        let head = self.log.head().await?.position;
        let sent = "select (select min(position) from gateway.processes where process in ('notices', 'outbox')) >= $1
                    and not exists (select from gateway.outbox where state <> 'ended')";
        until(|| async { sqlx::query_scalar(sent).bind(head).fetch_one(&self.pool).await }).await
    }
}

/// The stream of a mail that nobody could be sent has no such event.
fn is_made(event: &Event) -> bool {
    matches!(event, Event::Notice(NoticeEvent::NoticeCreated(_)))
}

fn begins_a_round(event: &Event, partnership: PartnershipId) -> bool {
    match event {
        Event::SchoolPartnership(SchoolPartnershipEvent::RecruitmentConfirmed(it)) => it.partnership_id == partnership,
        Event::SchoolPartnership(SchoolPartnershipEvent::DeliveryPartnerChanged(it)) => {
            it.partnership_id == partnership
        }
        _ => false,
    }
}

async fn until<F>(ask: impl Fn() -> F) -> Result<(), Failure>
where
    F: Future<Output = sqlx::Result<bool>>,
{
    let end = Instant::now() + PATIENCE;
    while !ask().await.doing("cannot tell how far the processes are")? {
        if Instant::now() > end {
            return Err(Failure::new("the processes do not come to an end; see gateway.processes".to_owned()));
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
