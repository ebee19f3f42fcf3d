//! The outbox: a row for each mail that is to be sent, put there from the log, claimed by one sender at a time, and kept
//! until the mail is at its end.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use events_schema::{
    codes::NotifyStatus,
    envelope::Recorded,
    events::{Event, notice::NoticeEvent},
    ids::NoticeId,
};
use projections::{HOLDER_IS_PRESENT, Presence};
use sqlx::PgPool;
use tokio::sync::Notify as Bell;
use uuid::Uuid;

use super::tokens::Tokens;
use crate::{fault::Fault, processes::Follower};

/// Its place in `gateway.processes`.
pub const NAME: &str = "outbox";
/// Mails claimed at once.
const PAGE: i64 = 64;

/// The table of mails on their way. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    pool: PgPool,
    /// Rings when a mail was put in.
    pub(super) put: Arc<Bell>,
}

/// A mail that this sender has claimed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Claimed {
    notice_id: Uuid,
    pub(super) state: String,
    pub(super) unclear: bool,
    pub(super) unknown_sends: i16,
    /// The carrier's id of it, or nothing more than that it has it, once that is known.
    pub(super) carried_as: Option<String>,
}

impl Claimed {
    pub(super) fn notice(&self) -> NoticeId {
        NoticeId(self.notice_id)
    }

    /// The carrier has it; only its end is missing.
    pub(super) fn is_carried(&self) -> bool {
        self.state == "carried"
    }
}

impl Outbox {
    /// Over the gateway's tables.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, put: Arc::default() }
    }

    /// Claims mails that are due. A sender that is gone has no claim any more; one that hangs loses it after two minutes.
    pub(super) async fn claim(&self, presence: &Presence) -> Result<Vec<Claimed>, Fault> {
        presence.show().await?;
        sqlx::query_as(&format!(
            "update gateway.outbox set holder = $2, attempts = attempts + 1,
                 claimed_until = clock_timestamp() + interval '2 minutes'
             where notice_id in (
                select notice_id from gateway.outbox
                where state <> 'ended' and next_try_at <= clock_timestamp()
                  and (claimed_until < clock_timestamp() or holder is not null and not {HOLDER_IS_PRESENT})
                order by next_try_at limit $1 for update skip locked)
             returning notice_id, state, unclear, unknown_sends, carried_as"
        ))
        .bind(PAGE)
        .bind(presence.holder)
        .fetch_all(&self.pool)
        .await
        .map_err(Fault::table("claim mails to send"))
    }

    /// How long until another mail is due; at most a minute, and a second while others hold claims that may become free.
    pub(super) async fn until_next(&self, presence: &Presence) -> Result<Duration, Fault> {
        let seconds: Option<f64> = sqlx::query_scalar(
            "select extract(epoch from min(
                 case when claimed_until > clock_timestamp() and holder <> $1 then clock_timestamp() + interval '1 second'
                      else greatest(next_try_at, claimed_until) end) - clock_timestamp())::float8
             from gateway.outbox where state <> 'ended'",
        )
        .bind(presence.holder)
        .fetch_one(&self.pool)
        .await
        .map_err(Fault::table("tell when a mail is due"))?;
        Ok(Duration::from_secs_f64(seconds.unwrap_or(60.0).clamp(0.05, 60.0)))
    }

    /// Before it is handed over: from now on it may have gone out.
    pub(super) async fn handing_over(&self, notice: NoticeId, unknown_sends: i16) -> Result<(), Fault> {
        let mark = "update gateway.outbox set unclear = true, unknown_sends = $2 where notice_id = $1";
        let marked = sqlx::query(mark).bind(notice.0).bind(unknown_sends).execute(&self.pool).await;
        marked.map(drop).map_err(Fault::table("note that a mail is being handed over"))
    }

    /// The carrier has it; that is not yet in the log.
    pub(super) async fn carried_as(&self, notice: NoticeId, id: Option<&str>) -> Result<(), Fault> {
        let keep = "update gateway.outbox set unclear = false, carried_as = coalesce($2, '') where notice_id = $1";
        let kept = sqlx::query(keep).bind(notice.0).bind(id).execute(&self.pool).await;
        kept.map(drop).map_err(Fault::table("note what the carrier said of a mail"))
    }

    /// To be tried again: after the pause that the carrier named, or after one that doubles up to ten minutes, with a
    /// share of chance so that many do not come back at once.
    pub(super) async fn later(
        &self,
        notice: NoticeId,
        (unclear, why): (bool, &str),
        after: Option<Duration>,
    ) -> Result<(), Fault> {
        sqlx::query(
            "update gateway.outbox set claimed_until = '-infinity', unclear = $2, last_error = left($3, 500),
                next_try_at = clock_timestamp() + coalesce(
                    make_interval(secs => $4),
                    make_interval(secs => least(power(2, least(attempts, 10)), 600) * (0.5 + random())))
             where notice_id = $1",
        )
        .bind(notice.0)
        .bind(unclear)
        .bind(why)
        .bind(after.map(|after| after.as_secs_f64()))
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(Fault::table("put a mail back"))
    }

    /// It is with the carrier; asked after in a quarter of an hour, then less and less often, for four days.
    pub(super) async fn is_carried(&self, notice: NoticeId) -> Result<(), Fault> {
        sqlx::query(
            "update gateway.outbox set unclear = false, claimed_until = '-infinity', last_error = null,
                state = case when clock_timestamp() - put_at > interval '4 days' then 'ended' else 'carried' end,
                next_try_at = clock_timestamp()
                    + greatest(interval '15 minutes', (clock_timestamp() - put_at) / 4)
             where notice_id = $1 and state <> 'ended'",
        )
        .bind(notice.0)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(Fault::table("note that the carrier has a mail"))
    }

    /// They are at their end.
    pub(super) async fn ended(&self, notices: &[Uuid]) -> Result<(), Fault> {
        let end = "update gateway.outbox set state = 'ended', unclear = false where notice_id = any($1)";
        let ended = sqlx::query(end).bind(notices).execute(&self.pool).await;
        ended.map(drop).map_err(Fault::table("note the end of mails"))
    }

    async fn put(&self, notices: &[Uuid]) -> Result<(), Fault> {
        let put = "insert into gateway.outbox (notice_id) select * from unnest($1::uuid[]) on conflict do nothing";
        sqlx::query(put).bind(notices).execute(&self.pool).await.map_err(Fault::table("put mails into the outbox"))?;
        self.put.notify_one();
        Ok(())
    }
}

/// Keeps the outbox as the log says: in with what was created, out with what is at its end.
pub(super) struct Outgoing {
    outbox: Outbox,
    tokens: Tokens,
}

impl Outgoing {
    pub(super) fn new(outbox: Outbox, tokens: Tokens) -> Self {
        Self { outbox, tokens }
    }
}

#[async_trait]
impl Follower for Outgoing {
    fn name(&self) -> &'static str {
        NAME
    }
    fn wants(&self, event_type: &str) -> bool {
        ["NoticeCreated", "NoticeStatusRecorded", "NoticeWithheld"].contains(&event_type)
    }
    async fn handle(&self, events: Vec<Recorded<Event>>) -> Result<(), Fault> {
        let (mut created, mut ended) = (Vec::new(), Vec::new());
        for event in &events {
            match &event.event {
                Event::Notice(NoticeEvent::NoticeCreated(it)) => created.push(it.notice_id.0),
                Event::Notice(NoticeEvent::NoticeWithheld(it)) => ended.push(it.notice_id.0),
                Event::Notice(NoticeEvent::NoticeStatusRecorded(it)) if is_final(it.status) => {
                    ended.push(it.notice_id.0);
                }
                _ => {}
            }
        }
        if !created.is_empty() {
            self.outbox.put(&created).await?;
        }
        if !ended.is_empty() {
            self.outbox.ended(&ended).await?;
            self.tokens.forget(&ended).await?;
        }
        Ok(())
    }
}

/// Whether the carrier has no more to say of the mail.
pub(super) fn is_final(status: NotifyStatus) -> bool {
    !matches!(status, NotifyStatus::Created | NotifyStatus::Sending)
}
