//! Tokens in the links of notices: 32 hexadecimal characters, known here by their hash alone.

use events_schema::ids::{NoticeId, PartnershipId};

use crate::{
    mail::tokens,
    web::{Web, problem::Problem},
};

const LENGTH: usize = 32;

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoticeRef {
    pub(super) notice: NoticeId,
    pub(super) partnership: PartnershipId,
}

/// The notice that a token belongs to. What does not look like a token is looked up nowhere.
pub(super) async fn resolve(web: &Web, token: &str) -> Result<Option<NoticeRef>, Problem> {
    let looks_right = token.len() == LENGTH && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if looks_right { resolve_token(web, &tokens::hash(&token.to_ascii_lowercase())).await } else { Ok(None) }
}

/// The notice whose token has this hash, if it is about a partnership.
async fn resolve_token(web: &Web, hash: &str) -> Result<Option<NoticeRef>, Problem> {
    let found = web.views().notice_by_token(hash).await?;
    Ok(found.and_then(|row| Some(NoticeRef { notice: row.notice_id, partnership: row.partnership_id? })))
}
