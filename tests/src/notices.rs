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
        self.make_notices().await;
        sqlx::query("insert into view_notices.notices (notice_id, partnership_id, token_hash) values ($1, $2, $3)")
            .bind(Uuid::now_v7())
            .bind(partnership.0)
            .bind(report_mistake::token_hash(&token))
            .execute(&self.owner)
            .await
            .expect("a notice");
        token
    }

    async fn make_notices(&self) {
        let make = "create schema if not exists view_notices;
            create table if not exists view_notices.notices (notice_id uuid, partnership_id uuid, token_hash text);
            grant usage on schema view_notices to ledger_projector;
            grant select on view_notices.notices to ledger_projector";
        sqlx::raw_sql(make).execute(&self.owner).await.expect("the table of notices");
    }
}

/// 32 hexadecimal characters that no other test has.
fn fresh_token() -> String {
    Uuid::now_v7().simple().to_string()
}
