//! Bearer tokens of the HTTP door: random, shown once, kept as a hash, good for one actor until they expire.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use events_schema::{actor::Actor, ids::Parse};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use sqlx::PgPool;

use crate::config::Secret;

const BYTES: usize = 32;

/// Whether the table is there and can be read.
pub async fn check(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("select from gateway.access_tokens limit 1").execute(pool).await.map(drop)
}

/// Makes a token for an actor. It cannot be shown again.
pub async fn issue(pool: &PgPool, actor: &Actor, valid_for: Duration) -> sqlx::Result<Secret> {
    let mut random = [0; BYTES];
    SystemRandom::new().fill(&mut random).expect("the system has randomness");
    let token = URL_SAFE_NO_PAD.encode(random);
    sqlx::query(
        "insert into gateway.access_tokens (token_hash, actor, expires_at)
         values ($1, $2, clock_timestamp() + make_interval(secs => $3))",
    )
    .bind(hash(&token))
    .bind(actor.token())
    .bind(valid_for.as_secs_f64())
    .execute(pool)
    .await?;
    Ok(Secret::new(token))
}

/// Ends every token of an actor at once; tells how many there were.
pub async fn revoke(pool: &PgPool, actor: &Actor) -> sqlx::Result<u64> {
    let deleted = sqlx::query("delete from gateway.access_tokens where actor = $1").bind(actor.token()).execute(pool);
    Ok(deleted.await?.rows_affected())
}

/// Whose token it is, while it is good. Found by its hash, which tells nothing about a token that was nearly right.
pub async fn actor_of(pool: &PgPool, token: &str) -> sqlx::Result<Option<Actor>> {
    if URL_SAFE_NO_PAD.decode(token).map_or(0, |bytes| bytes.len()) != BYTES {
        return Ok(None);
    }
    let found: Option<(Vec<u8>, String)> = sqlx::query_as(
        "select token_hash, actor from gateway.access_tokens where token_hash = $1 and expires_at > clock_timestamp()",
    )
    .bind(hash(token))
    .fetch_optional(pool)
    .await?;
    let same = found.filter(|(kept, _)| same_in_constant_time(kept, &hash(token)));
    Ok(same.and_then(|(_, actor)| Actor::parse(&actor).ok()))
}

fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

/// Takes as long whether the first byte differs or the last.
fn same_in_constant_time(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_compared_to_the_last_byte() {
        let (one, other) = (hash("a"), hash("b"));
        assert!(same_in_constant_time(&one, &one) && !same_in_constant_time(&one, &other));
        assert!(!same_in_constant_time(&one, &one[..31]));
    }
}
