//! Who is signed in, kept on the server: the browser holds a random number, the table its hash. A session ends when it
//! is not used for a while, after a working day in any case, and when its owner signs out.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{
    actor::Actor,
    ids::{Parse, UserId},
};
use sqlx::{PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use super::{keys, viewer::Viewer};

/// Without a request for so long, a session is over.
const IDLE: TimeDelta = TimeDelta::minutes(60);
/// So long after signing in, a session is over.
const LONGEST: TimeDelta = TimeDelta::hours(12);
/// Requests within this time do not write that the session is alive.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Begins a session and gives back the number that the browser keeps. Old sessions of anybody are swept away.
pub(super) async fn begin(pool: &PgPool, viewer: &Viewer, now: DateTime<Utc>) -> sqlx::Result<String> {
    let number = keys::secret();
    sqlx::query("delete from gateway.sessions where seen_at < $1 or began_at < $2")
        .bind(now - IDLE)
        .bind(now - LONGEST)
        .execute(pool)
        .await?;
    sqlx::query(
        "insert into gateway.sessions (session_hash, user_id, actor, organisation, began_at, seen_at)
         values ($1, $2, $3, $4, $5, $5)",
    )
    .bind(keys::hash(&number))
    .bind(viewer.user.0)
    .bind(viewer.actor.token())
    .bind(&viewer.organisation)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(number)
}

/// Whose session it is, if it is not over.
pub(super) async fn find(pool: &PgPool, number: &str, now: DateTime<Utc>) -> sqlx::Result<Option<Viewer>> {
    let hash = keys::hash(number);
    let found = sqlx::query(
        "select session.actor, session.organisation, session.user_id, session.seen_at, coalesce(person.name, '') as name
         from gateway.sessions session join gateway.users person using (user_id)
         where session.session_hash = $1 and session.seen_at >= $2 and session.began_at >= $3",
    )
    .bind(&hash)
    .bind(now - IDLE)
    .bind(now - LONGEST)
    .fetch_optional(pool)
    .await?;
    let Some(row) = found else { return Ok(None) };
    let seen_at: DateTime<Utc> = row.try_get("seen_at")?;
    if now - seen_at >= NOTED_EVERY {
        note(pool, &hash, now).await?;
    }
    viewer(&row).map(Some)
}

/// Why its owner looks at other people's records, if that was said.
pub(super) async fn reason(pool: &PgPool, number: &str) -> sqlx::Result<Option<String>> {
    let reason = sqlx::query_scalar("select reading_reason from gateway.sessions where session_hash = $1");
    Ok(reason.bind(keys::hash(number)).fetch_optional(pool).await?.flatten())
}

/// Keeps why its owner looks, for as long as the session goes on.
pub(super) async fn keep_reason(pool: &PgPool, number: &str, reason: &str) -> sqlx::Result<()> {
    let kept = sqlx::query("update gateway.sessions set reading_reason = $2 where session_hash = $1");
    kept.bind(keys::hash(number)).bind(reason).execute(pool).await.map(drop)
}

/// Ends a session.
pub(super) async fn end(pool: &PgPool, number: &str) -> sqlx::Result<()> {
    let ended = sqlx::query("delete from gateway.sessions where session_hash = $1");
    ended.bind(keys::hash(number)).execute(pool).await.map(drop)
}

async fn note(pool: &PgPool, hash: &[u8], now: DateTime<Utc>) -> sqlx::Result<()> {
    let noted = sqlx::query("update gateway.sessions set seen_at = $2 where session_hash = $1");
    noted.bind(hash).bind(now).execute(pool).await.map(drop)
}

fn viewer(row: &PgRow) -> sqlx::Result<Viewer> {
    let actor: String = row.try_get("actor")?;
    let user: Uuid = row.try_get("user_id")?;
    Ok(Viewer {
        actor: Actor::parse(&actor).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        user: UserId(user),
        name: row.try_get("name")?,
        organisation: row.try_get("organisation")?,
    })
}
