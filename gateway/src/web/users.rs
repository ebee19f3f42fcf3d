//! People who signed in: `gateway.users`, outside the log, so that a name can be corrected or removed.

use chrono::{DateTime, Utc};
use events_schema::ids::UserId;
use sqlx::PgPool;
use uuid::Uuid;

use super::sign_in::SignedIn;

/// Keeps what the provider says of a person now, and tells under which id the person acts: always the same.
pub(super) async fn keep(pool: &PgPool, person: &SignedIn, now: DateTime<Utc>) -> sqlx::Result<UserId> {
    let id: Uuid = sqlx::query_scalar(
        "insert into gateway.users (user_id, subject, actor_kind, organisation, name, email, added_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (subject) do update set
             actor_kind = excluded.actor_kind, organisation = excluded.organisation,
             name = excluded.name, email = excluded.email
         returning user_id",
    )
    .bind(Uuid::now_v7())
    .bind(&person.subject)
    .bind(person.kind.token())
    .bind(person.organisation_id.as_deref().unwrap_or_default())
    .bind(&person.name)
    .bind(&person.email)
    .bind(now)
    .fetch_one(pool)
    .await?;
    Ok(UserId(id))
}
