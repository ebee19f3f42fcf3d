//! What the rim reads: records by id, names of reference data, and how far the views are.

use std::time::Duration;

use event_store::Log;
use events_schema::{
    codes::ProgrammeChoice,
    envelope::Position,
    ids::{Cohort, LeadProviderId, Parse, PartnershipId, TraineeId, TrainingProviderCode, Ukprn, Urn},
};
use serde::Serialize;
use sqlx::{PgPool, postgres::PgRow};
use tokio::time::{Instant, sleep};

use crate::{
    audit_trail::{self, AuditEntry, Subject},
    catalogue::VIEWS,
    checkpoint::{self, ProjectionStatus},
    fault::{During, ViewFault},
    row::{Row, columns},
    school_partnerships::PartnershipRow,
    trainees::TraineeRow,
};

/// Reads the views.
#[derive(Clone)]
pub struct Views {
    pub(crate) pool: PgPool,
}

/// A school in a cohort: its latest partnership, the earlier ones inside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchoolPartnershipRow {
    /// The latest partnership; the school is free again if it is broken.
    pub latest: PartnershipRow,
    /// Those before it, oldest first.
    pub earlier: Vec<PartnershipRow>,
}

impl Views {
    /// Reads through a pool of connections.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// One partnership.
    pub async fn partnership(&self, id: PartnershipId) -> Result<Option<PartnershipRow>, ViewFault> {
        let select = select::<PartnershipRow>("view_school_partnerships", "partnership_id = $1");
        let found = sqlx::query(&select).bind(id.0).fetch_optional(&self.pool).await;
        read(found.during("find a partnership")?.as_ref())
    }

    /// The school's partnerships in a cohort; nothing while it was never recruited.
    pub async fn school_partnership(
        &self,
        urn: &Urn,
        cohort: Cohort,
    ) -> Result<Option<SchoolPartnershipRow>, ViewFault> {
        let select = select::<PartnershipRow>("view_school_partnerships", "stream = $1 order by sequence");
        let stream = format!("school_partnership-{urn}-{cohort}");
        let found =
            sqlx::query(&select).bind(stream).fetch_all(&self.pool).await.during("find a school's partnership")?;
        let rows: Result<Vec<_>, _> = found.iter().map(PartnershipRow::get).collect();
        let mut earlier = rows.during("read a school's partnership")?;
        Ok(earlier.pop().map(|latest| SchoolPartnershipRow { latest, earlier }))
    }

    /// One trainee's record.
    pub async fn trainee(&self, id: TraineeId) -> Result<Option<TraineeRow>, ViewFault> {
        let select = select::<TraineeRow>("view_trainees", "stream = $1");
        let found = sqlx::query(&select).bind(format!("trainee-{id}")).fetch_optional(&self.pool).await;
        read(found.during("find a trainee")?.as_ref())
    }

    /// Whether a training provider is in the register.
    pub async fn training_provider_exists(&self, code: &TrainingProviderCode) -> Result<bool, ViewFault> {
        self.exists("view_reference.training_providers", format!("reference-training_provider-{code}")).await
    }

    /// The training provider with this number, if there is exactly one.
    pub async fn training_provider_of(&self, ukprn: &Ukprn) -> Result<Option<TrainingProviderCode>, ViewFault> {
        let found: Vec<String> =
            sqlx::query_scalar("select code from view_reference.training_providers where ukprn = $1 limit 2")
                .bind(ukprn.as_str())
                .fetch_all(&self.pool)
                .await
                .during("find a training provider by its number")?;
        Ok(if let [only] = found.as_slice() { TrainingProviderCode::parse(only).ok() } else { None })
    }

    /// A training provider's name.
    pub async fn training_provider_name(&self, code: &TrainingProviderCode) -> Result<Option<String>, ViewFault> {
        sqlx::query_scalar("select name from view_reference.training_providers where stream = $1")
            .bind(format!("reference-training_provider-{code}"))
            .fetch_optional(&self.pool)
            .await
            .during("find a training provider")
    }

    /// The names of some training providers, by their codes.
    pub async fn names_of_training_providers(&self, codes: &[&str]) -> Result<Vec<(String, String)>, ViewFault> {
        sqlx::query_as("select code, name from view_reference.training_providers where code = any($1)")
            .bind(codes)
            .fetch_all(&self.pool)
            .await
            .during("find the names of training providers")
    }

    /// Everything that a training provider or partner is called: its code, its name, its legal name. None if unknown.
    pub async fn training_provider_names(&self, code: &TrainingProviderCode) -> Result<Vec<String>, ViewFault> {
        let names: Option<Vec<String>> = sqlx::query_scalar(
            "select array_remove(array[code, name, legal_name], null) from view_reference.training_providers
             where stream = $1",
        )
        .bind(format!("reference-training_provider-{code}"))
        .fetch_optional(&self.pool)
        .await
        .during("find what a training provider is called")?;
        Ok(names.unwrap_or_default())
    }

    /// Whether a school is in the register.
    pub async fn school_exists(&self, urn: &Urn) -> Result<bool, ViewFault> {
        self.exists("view_reference.schools", format!("school-{urn}")).await
    }

    /// What stands as the school's choice for a cohort, if anything.
    pub async fn programme_choice(&self, urn: &Urn, cohort: Cohort) -> Result<Option<ProgrammeChoice>, ViewFault> {
        let choice: Option<String> =
            sqlx::query_scalar("select choice from view_reference.programme_choices where stream = $1")
                .bind(format!("school_partnership-{urn}-{cohort}"))
                .fetch_optional(&self.pool)
                .await
                .during("find a school's choice of programme")?;
        Ok(choice.as_deref().and_then(ProgrammeChoice::from_code))
    }

    /// Where the log has a nomination of each person who is induction tutor somewhere now.
    pub async fn present_tutors(&self) -> Result<Vec<Position>, ViewFault> {
        sqlx::query_scalar("select max(nominated_at) from view_reference.tutors where until is null group by person_id")
            .fetch_all(&self.pool)
            .await
            .during("look up the induction tutors")
    }

    /// A lead provider's name.
    pub async fn lead_provider_name(&self, id: &LeadProviderId) -> Result<Option<String>, ViewFault> {
        sqlx::query_scalar(
            "select name from view_reference.lead_providers where stream = 'reference-lead_provider-' || $1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.pool)
        .await
        .during("find a lead provider")
    }

    /// What happened and what was refused about a subject, in order.
    pub async fn audit(&self, subject: &Subject) -> Result<Vec<AuditEntry>, ViewFault> {
        audit_trail::trail(&self.pool, subject).await
    }

    /// Waits until every view has folded in the event at `position`; tells where they are then.
    pub async fn wait_until(&self, position: Position, within: Duration) -> Result<Position, ViewFault> {
        let deadline = Instant::now() + within;
        let mut pause = Duration::from_millis(2);
        loop {
            let reached = self.reached().await?;
            if reached >= position {
                return Ok(reached);
            }
            if Instant::now() >= deadline {
                return Err(ViewFault::NotReached { reached, wanted: position });
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(25));
        }
    }

    /// How each view stands against the head of the log.
    pub async fn status(&self) -> Result<Vec<ProjectionStatus>, ViewFault> {
        let head = Log::new(self.pool.clone(), None).head().await?.position;
        let mut all = Vec::new();
        for view in VIEWS {
            all.push(checkpoint::status(&self.pool, view, head).await?);
        }
        Ok(all)
    }

    /// The position that every view has reached: what is read now rests on the log up to there at least.
    pub async fn position(&self) -> Result<Position, ViewFault> {
        self.reached().await
    }

    async fn reached(&self) -> Result<Position, ViewFault> {
        let each: Vec<_> =
            VIEWS.iter().map(|view| format!("select position from {}.checkpoints", view.schema())).collect();
        let least = format!("select min(position) from ({}) each", each.join(" union all "));
        sqlx::query_scalar(&least).fetch_one(&self.pool).await.during("tell how far the views are")
    }

    async fn exists(&self, table: &'static str, stream: String) -> Result<bool, ViewFault> {
        sqlx::query_scalar(&format!("select exists (select from {table} where stream = $1)"))
            .bind(stream)
            .fetch_one(&self.pool)
            .await
            .during("look up reference data")
    }
}

pub(crate) fn select<R: Row>(schema: &str, condition: &str) -> String {
    format!("select {} from {schema}.{} where {condition}", columns::<R>(), R::TABLE)
}

pub(crate) fn read<R: Row>(found: Option<&PgRow>) -> Result<Option<R>, ViewFault> {
    found.map(R::get).transpose().during("read a row of a view")
}
