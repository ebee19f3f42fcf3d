//! Tokens of links in mails: 16 random bytes in 32 hexadecimal digits, made once per mail. Only the hash goes into the
//! log; the token itself stays sealed until the carrier has the mail, and then nowhere.

use event_store::MasterKey;
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{config::Secret, fault::Fault};

const BYTES: usize = 16;
const PURPOSE: &str = "mail-tokens/v1";

/// Makes tokens and keeps them sealed. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    pool: PgPool,
    key: MasterKey,
}

/// SHA-256 of a token, in hexadecimal digits: what events and views know of it.
pub fn hash(token: &str) -> String {
    hex(digest(&SHA256, token.as_bytes()).as_ref())
}

impl Tokens {
    /// Over the gateway's tables.
    pub fn new(pool: PgPool, key: MasterKey) -> Self {
        Self { pool, key }
    }

    /// The hash of the token of a mail or link; the token is made now if it has none yet. Committed before it returns,
    /// so that whatever mentions the hash can be sent.
    pub async fn hash_of(&self, id: Uuid) -> Result<String, Fault> {
        let token = new_token();
        let sealed = self.key.seal(PURPOSE, id.as_bytes(), token.as_bytes());
        let made = sqlx::query_scalar(
            "with made as (
                insert into gateway.mail_tokens (id, token_hash, sealed) values ($1, $2, $3)
                on conflict (id) do nothing returning token_hash)
             select token_hash from made union all select token_hash from gateway.mail_tokens where id = $1 limit 1",
        )
        .bind(id)
        .bind(hash(&token))
        .bind(sealed)
        .fetch_one(&self.pool)
        .await;
        made.map_err(Fault::table("keep the token of a mail"))
    }

    /// The token, to be put into the mail; nothing once it was forgotten.
    pub async fn reveal(&self, id: Uuid) -> Result<Option<Secret>, Fault> {
        let sealed: Option<Vec<u8>> = sqlx::query_scalar("select sealed from gateway.mail_tokens where id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(Fault::table("read the token of a mail"))?;
        let opened = sealed.and_then(|sealed| self.key.open(PURPOSE, id.as_bytes(), &sealed));
        Ok(opened.and_then(|token| String::from_utf8(token).ok()).map(Secret::new))
    }

    /// Forgets the tokens of mails that are on their way or will never be, and those that no event came to mention.
    pub async fn forget(&self, ids: &[Uuid]) -> Result<(), Fault> {
        let forget = "delete from gateway.mail_tokens
                      where id = any($1) or made_at < clock_timestamp() - interval '30 days'";
        let forgotten = sqlx::query(forget).bind(ids).execute(&self.pool).await;
        forgotten.map(drop).map_err(Fault::table("forget the token of a mail"))
    }
}

fn new_token() -> String {
    let mut random = [0; BYTES];
    SystemRandom::new().fill(&mut random).expect("the system has randomness");
    hex(&random)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes more text");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_32_hexadecimal_digits_and_never_the_same() {
        let (one, other) = (new_token(), new_token());
        assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()) && one != other);
        assert_eq!(hash("test"), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    }
}
