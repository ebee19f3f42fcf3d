//! The trainees of one training provider, a page at a time: oldest record first, by state, with how many there are.

use chrono::{DateTime, Utc};
use events_schema::{codes::TraineeState, ids::TrainingProviderCode};
use sqlx::Row as _;

use crate::{
    fault::{During, ViewFault},
    row::{Row, columns},
    trainees::TraineeRow,
    views::Views,
};

/// Which trainees of a provider; nothing means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraineeFilter {
    /// In one of these states.
    pub states: Option<Vec<TraineeState>>,
    /// Changed at or after this instant (UTC).
    pub updated_since: Option<DateTime<Utc>>,
}

const OF_PROVIDER: &str = "from view_trainees.trainees where provider = $1
    and ($2::text[] is null or state = any($2)) and ($3::timestamptz is null or updated_at >= $3)";

impl Views {
    /// A page of a provider's trainees: so many after so many others.
    pub async fn trainees_of(
        &self,
        provider: &TrainingProviderCode,
        filter: &TraineeFilter,
        (offset, limit): (i64, i64),
    ) -> Result<Vec<TraineeRow>, ViewFault> {
        let columns = columns::<TraineeRow>();
        let select = format!("select {columns} {OF_PROVIDER} order by registered_at, trainee_id limit $4 offset $5");
        let found = sqlx::query(&select)
            .bind(provider.as_str())
            .bind(codes(filter))
            .bind(filter.updated_since)
            .bind(limit)
            .bind(offset)
            .fetch_all(&self.pool)
            .await
            .during("list the trainees of a provider")?;
        found.iter().map(TraineeRow::get).collect::<Result<_, _>>().during("read the trainees of a provider")
    }

    /// How many trainees of a provider there are.
    pub async fn count_trainees_of(
        &self,
        provider: &TrainingProviderCode,
        filter: &TraineeFilter,
    ) -> Result<i64, ViewFault> {
        let counted = sqlx::query(&format!("select count(*) {OF_PROVIDER}"))
            .bind(provider.as_str())
            .bind(codes(filter))
            .bind(filter.updated_since)
            .fetch_one(&self.pool)
            .await
            .during("count the trainees of a provider")?;
        counted.try_get(0).during("count the trainees of a provider")
    }
}

fn codes(filter: &TraineeFilter) -> Option<Vec<&'static str>> {
    filter.states.as_ref().map(|states| states.iter().map(|state| state.code()).collect())
}
