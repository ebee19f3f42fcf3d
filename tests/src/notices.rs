//! Links of notices for tests that are not about sending them.

use events_schema::ids::{Parse, PartnershipId};
use gateway::web::report_mistake;
use uuid::Uuid;

use crate::world::World;

impl World {
    /// The token of a notice about a partnership, as its link carries it.
    pub async fn notice_token(&self, partnership: &str) -> String {
        let partnership = PartnershipId::parse(partnership).expect("a partnership");
        let token = fresh_token();
        let insert = "insert into view_notices.notices (stream, notice_id, occasion, partnership_id, school_urn, cause,
                token_hash, unknown_sends, created_at, updated_at, position)
             values ('notice-' || $1, $1, 'notice', $2, '100001', $1, $3, 0, now(), now(), 0)";
        sqlx::query(insert)
            .bind(Uuid::now_v7())
            .bind(partnership.0)
            .bind(report_mistake::token_hash(&token))
            .execute(&self.owner)
            .await
            .expect("a notice");
        token
    }
}

/// 32 hexadecimal characters that no other test has.
fn fresh_token() -> String {
    Uuid::now_v7().simple().to_string()
}
