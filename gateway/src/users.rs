//! People who sign in or are told things by mail: by organisation, outside the log.

use std::collections::BTreeMap;

use events_schema::{
    actor::ActorKind,
    ids::{PersonId, UserId},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::fault::Fault;

/// A person of an organisation. Prints without name and address.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    /// Which.
    pub user_id: Uuid,
    /// Kind of the organisation, as in an actor's token: `lead-provider`.
    pub actor_kind: String,
    /// The organisation's id: `teach-first`.
    pub organisation: String,
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// The users' table. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    pool: PgPool,
}

impl Users {
    /// Over the gateway's tables.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The users of an organisation who can be told things by mail, in the order of their ids.
    pub async fn of(&self, kind: ActorKind, organisation: &str) -> Result<Vec<UserId>, Fault> {
        let of = "select user_id from gateway.users
                  where actor_kind = $1 and organisation = $2 and email is not null order by user_id";
        let found: sqlx::Result<Vec<Uuid>> =
            sqlx::query_scalar(of).bind(kind.token()).bind(organisation).fetch_all(&self.pool).await;
        Ok(found.map_err(Fault::table("look up the users of an organisation"))?.into_iter().map(UserId).collect())
    }

    /// One user.
    pub async fn by_id(&self, user: UserId) -> Result<Option<User>, Fault> {
        sqlx::query_as(
            "select user_id, actor_kind, coalesce(organisation, '') as organisation, name, coalesce(email, '') as email
             from gateway.users
             where user_id = $1 and organisation is not null and name <> '' and email is not null",
        )
        .bind(user.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(Fault::table("look a user up"))
    }

    /// What some users are called, as far as they are known.
    pub async fn names(&self, users: &[UserId]) -> Result<BTreeMap<UserId, String>, Fault> {
        let wanted: Vec<Uuid> = users.iter().map(|user| user.0).collect();
        let found: sqlx::Result<Vec<(Uuid, String)>> =
            sqlx::query_as("select user_id, name from gateway.users where user_id = any($1)")
                .bind(wanted)
                .fetch_all(&self.pool)
                .await;
        let found = found.map_err(Fault::table("look the names of users up"))?;
        Ok(found.into_iter().map(|(user, name)| (UserId(user), name)).collect())
    }

    /// Every user, by organisation.
    pub async fn all(&self) -> Result<Vec<User>, Fault> {
        sqlx::query_as(
            "select user_id, actor_kind, coalesce(organisation, '') as organisation, name, coalesce(email, '') as email
             from gateway.users order by actor_kind, organisation, user_id",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(Fault::table("list the users"))
    }

    /// Users whose name or mail address holds every one of some words, whatever its case and without apostrophes, at most
    /// `limit`.
    pub async fn like(&self, words: &[String], limit: i64) -> Result<Vec<User>, Fault> {
        sqlx::query_as(
            "select user_id, actor_kind, coalesce(organisation, '') as organisation, name, coalesce(email, '') as email
             from gateway.users
             where cardinality($1) > 0
                and (select bool_and(position(word in lower(translate(name || ' ' || coalesce(email, ''),
                            '''‘’`´', ''))) > 0)
                     from unnest($1) as word)
             order by name, user_id limit $2",
        )
        .bind(words)
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .map_err(Fault::table("look users up by their words"))
    }

    /// Forgets people who were erased: their names and addresses here, and that they are signed in.
    pub(crate) async fn forget(&self, people: &[PersonId]) -> Result<(), Fault> {
        let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let forgotten = sqlx::query(
            "with ended as (delete from gateway.sessions where user_id = any($1))
             update gateway.users set name = '', email = null, subject = null
             where user_id = any($1) and (name <> '' or email is not null or subject is not null)",
        );
        let forgotten = forgotten.bind(people).execute(&self.pool).await;
        forgotten.map(drop).map_err(Fault::table("forget users who were erased"))
    }

    /// Adds a user, or changes one that is there.
    pub async fn put(&self, user: &User) -> Result<(), Fault> {
        sqlx::query(
            "insert into gateway.users (user_id, actor_kind, organisation, name, email) values ($1, $2, $3, $4, $5)
             on conflict (user_id) do update set actor_kind = excluded.actor_kind,
                organisation = excluded.organisation, name = excluded.name, email = excluded.email",
        )
        .bind(user.user_id)
        .bind(&user.actor_kind)
        .bind(&user.organisation)
        .bind(&user.name)
        .bind(&user.email)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(Fault::table("keep a user"))
    }
}

impl User {
    /// The key under which name and address are sealed where they are recorded.
    pub fn person(&self) -> PersonId {
        PersonId(self.user_id)
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({} of {}_{})", self.user_id, self.actor_kind, self.organisation)
    }
}
