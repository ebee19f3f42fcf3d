//! Tokens in the links of notices: 32 hexadecimal characters, known here by their hash alone.

use std::fmt::Write;

use events_schema::ids::{NoticeId, PartnershipId};
use ring::digest::{SHA256, digest};
use sqlx::Row;
use uuid::Uuid;

use crate::web::{Web, problem::Problem};

const LENGTH: usize = 32;

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoticeRef {
    pub(super) notice: NoticeId,
    pub(super) partnership: PartnershipId,
}

/// SHA-256 of a token in hexadecimal digits, as notices keep it.
pub fn hash(token: &str) -> String {
    digest(&SHA256, token.as_bytes()).as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// The notice that a token belongs to. What does not look like a token is looked up nowhere.
pub(super) async fn resolve(web: &Web, token: &str) -> Result<Option<NoticeRef>, Problem> {
    let looks_right = token.len() == LENGTH && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if looks_right { resolve_token(web, &hash(&token.to_ascii_lowercase())).await } else { Ok(None) }
}

/// The notice whose token has this hash, if it is about a partnership.
async fn resolve_token(web: &Web, hash: &str) -> Result<Option<NoticeRef>, Problem> {
    let found = sqlx::query(
        "select notice_id, partnership_id from view_notices.notices
         where token_hash = $1 and partnership_id is not null",
    )
    .bind(hash)
    .fetch_optional(web.views().pool())
    .await;
    let found = match found {
        Err(error) if is_without_notices(&error) => return Ok(None),
        found => found?,
    };
    let Some(row) = found else { return Ok(None) };
    let (notice, partnership): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
    Ok(Some(NoticeRef { notice: NoticeId(notice), partnership: PartnershipId(partnership) }))
}

/// No notice was ever written in this database (SQLSTATE 42P01, undefined table).
fn is_without_notices(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "42P01")
}
