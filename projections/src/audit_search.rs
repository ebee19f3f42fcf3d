//! What auditors look up: providers by name or id, and the partnerships of one.

use sqlx::postgres::PgRow;

use crate::{
    fault::{During, ViewFault},
    row::{Row, columns},
    school_partnerships::PartnershipRow,
    school_search::patterns,
    views::Views,
};

/// A lead provider, a delivery partner or a training provider.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundProvider {
    /// `lead-provider`, `delivery-partner` or `training-provider`.
    pub kind: String,
    /// Its id or code.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// `$1` are patterns for the name, `$2` is the text as an id, `$3` how many.
const PROVIDERS: &str = "select kind, id, name from (
    select 'lead-provider' as kind, lead_provider_id as id, name from view_reference.lead_providers
    union all
    select 'delivery-partner', delivery_partner_id, name from view_reference.delivery_partners
    union all
    select 'training-provider', code, name from view_reference.training_providers) every
    where name ilike all($1) or lower(id) = lower($2) order by name, kind, id limit $3";

impl Views {
    /// Providers of every kind by the words of their names or by their ids.
    pub async fn providers(&self, text: &str, limit: i64) -> Result<Vec<FoundProvider>, ViewFault> {
        let found = sqlx::query_as(PROVIDERS).bind(patterns(text)).bind(text.trim()).bind(limit);
        found.fetch_all(&self.pool).await.during("look providers up")
    }

    /// The partnerships of a lead provider or a delivery partner, the latest first, after so many of them.
    pub async fn partnerships_of_provider(
        &self,
        id: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<PartnershipRow>, ViewFault> {
        let select = format!(
            "select {} from view_school_partnerships.{} where lead_provider_id = $1 or delivery_partner_id = $1
             order by confirmed_at desc, partnership_id offset $2 limit $3",
            columns::<PartnershipRow>(),
            PartnershipRow::TABLE
        );
        let found: Vec<PgRow> = sqlx::query(&select)
            .bind(id)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .during("list the partnerships of a provider")?;
        let rows: Result<Vec<_>, _> = found.iter().map(PartnershipRow::get).collect();
        rows.during("read the partnerships of a provider")
    }
}
