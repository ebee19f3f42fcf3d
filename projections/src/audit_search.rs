//! What auditors look up: providers by name or id, the partnerships of one, records by the end of their ids.

use events_schema::{
    envelope::Position,
    ids::{NoticeId, PartnershipId, TraineeId},
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

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
    where translate(name, '''‘’`´', '') ilike all($1) or lower(id) = lower($2) order by name, kind, id limit $3";

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

    /// The partnerships, and the trainees, whose ids end with these digits, at most `limit` of each.
    pub async fn ids_ending(
        &self,
        digits: &str,
        limit: i64,
    ) -> Result<(Vec<PartnershipId>, Vec<TraineeId>), ViewFault> {
        let partnerships = "select partnership_id from view_school_partnerships.partnerships
            where right(partnership_id::text, length($1)) = $1 order by partnership_id limit $2";
        let trainees = "select trainee_id from view_trainees.trainees
            where right(trainee_id::text, length($1)) = $1 order by trainee_id limit $2";
        let (partnerships, trainees) =
            tokio::try_join!(self.ending(partnerships, digits, limit), self.ending(trainees, digits, limit))?;
        let partnerships = partnerships.into_iter().map(PartnershipId).collect();
        Ok((partnerships, trainees.into_iter().map(TraineeId).collect()))
    }

    async fn ending(&self, select: &'static str, digits: &str, limit: i64) -> Result<Vec<Uuid>, ViewFault> {
        let found = sqlx::query_scalar(select).bind(digits.to_lowercase()).bind(limit);
        found.fetch_all(&self.pool).await.during("look records up by the end of their ids")
    }

    /// The partnership that a mail is about, if it is about one.
    pub async fn partnership_of_notice(&self, notice: NoticeId) -> Result<Option<PartnershipId>, ViewFault> {
        let select = "select partnership_id from view_notices.notices where stream = $1";
        let found: Option<Option<Uuid>> = sqlx::query_scalar(select)
            .bind(format!("notice-{notice}"))
            .fetch_optional(&self.pool)
            .await
            .during("look a mail up")?;
        Ok(found.flatten().map(PartnershipId))
    }

    /// Where the log has each nomination of an induction tutor, present or past, the latest first.
    pub async fn nominations(&self) -> Result<Vec<Position>, ViewFault> {
        let select = "select nominated_at from view_reference.tutors order by nominated_at desc";
        sqlx::query_scalar(select).fetch_all(&self.pool).await.during("look up the nominations of induction tutors")
    }
}
