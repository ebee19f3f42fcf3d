//! What support and the processes look for: awards that are pending, tasks that are open, hand-overs and TRNs whose
//! time has come, erasures to finish.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::AwardType,
    envelope::Position,
    ids::{PersonId, TraineeId, TrainingProviderCode, Ukprn},
};
use serde::Serialize;
use sqlx::Row as _;

use crate::{
    fault::{During, ViewFault},
    hand_overs::{HandOverRow, HandOverState, TraineeTaskRow},
    row::{Row, columns},
    views::Views,
};

/// A trainee who was recommended and is not awarded yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PendingAward {
    /// Who.
    pub trainee_id: TraineeId,
    /// Whose trainee.
    pub provider: TrainingProviderCode,
    /// Which status.
    pub award: AwardType,
    /// The day on which the standards were met.
    pub outcome_date: Option<NaiveDate>,
    /// When the provider recommended (UTC).
    pub recommended_for_award_at: Option<DateTime<Utc>>,
    /// How the hand-over stands; nothing while it was not begun.
    pub hand_over: Option<HandOverRow>,
}

/// A trainee for whom a TRN was asked and has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrnWanted {
    /// Who.
    pub trainee_id: TraineeId,
    /// When it was asked for (UTC).
    pub submitted_at: DateTime<Utc>,
    /// Requests and polls so far.
    pub attempts: i32,
}

impl Views {
    /// Awards that are pending, the longest waiting first, after so many of them.
    pub async fn pending_awards(&self, after: i64, limit: i64) -> Result<Vec<PendingAward>, ViewFault> {
        const PENDING: &str = "select trainee_id, provider, award, outcome_date, recommended_for_award_at
            from view_trainees.trainees where state = 'recommended_for_award'
            order by recommended_for_award_at, trainee_id offset $1 limit $2";
        let found = sqlx::query(PENDING).bind(after).bind(limit).fetch_all(&self.pool).await;
        let mut pending = Vec::new();
        for row in found.during("list the pending awards")? {
            pending.push(pending_award(&row).during("read a pending award")?);
        }
        let hand_overs = self.hand_overs_of(&pending.iter().map(|it| it.trainee_id).collect::<Vec<_>>()).await?;
        for it in &mut pending {
            it.hand_over = hand_overs.iter().find(|row| row.trainee_id == it.trainee_id).cloned();
        }
        Ok(pending)
    }

    /// One trainee's hand-over, if there is one.
    pub async fn hand_over(&self, trainee: TraineeId) -> Result<Option<HandOverRow>, ViewFault> {
        Ok(self.hand_overs_of(&[trainee]).await?.pop())
    }

    /// Hand-overs whose time has come, in the order of their times.
    pub async fn hand_overs_due(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<HandOverRow>, ViewFault> {
        let select = format!(
            "select {} from view_hand_overs.hand_overs where next_at <= $1 order by next_at limit $2",
            columns::<HandOverRow>()
        );
        let found = sqlx::query(&select).bind(now).bind(limit).fetch_all(&self.pool).await;
        let rows: Result<_, _> =
            found.during("list the hand-overs that are due")?.iter().map(HandOverRow::get).collect();
        rows.during("read a hand-over")
    }

    /// Open tasks about trainees, oldest first, after so many of them.
    pub async fn trainee_tasks(&self, after: i64, limit: i64) -> Result<Vec<TraineeTaskRow>, ViewFault> {
        let select = format!(
            "select {} from view_hand_overs.trainee_tasks where resolved_at is null
             order by opened_at, stream offset $1 limit $2",
            columns::<TraineeTaskRow>()
        );
        let found = sqlx::query(&select).bind(after).bind(limit).fetch_all(&self.pool).await;
        let rows: Result<_, _> = found.during("list the tasks")?.iter().map(TraineeTaskRow::get).collect();
        rows.during("read a task")
    }

    /// Trainees who wait for a TRN and whose poll has come: asked for at or before `now`, the next poll due.
    pub async fn trns_wanted(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<TrnWanted>, ViewFault> {
        const WANTED: &str = "select trainee.trainee_id, trainee.submitted_for_trn_at, coalesce(poll.attempts, 0)
            from view_trainees.trainees trainee
            left join gateway.trn_polls poll on poll.trainee_id = trainee.trainee_id
            where trainee.submitted_for_trn_at is not null and not trainee.trn_held
                and not coalesce(poll.given_up, false)
                and coalesce(poll.next_at, trainee.submitted_for_trn_at) <= $1
            order by coalesce(poll.next_at, trainee.submitted_for_trn_at) limit $2";
        let found = sqlx::query(WANTED).bind(now).bind(limit).fetch_all(&self.pool).await;
        let read = |row: &sqlx::postgres::PgRow| -> Result<TrnWanted, sqlx::Error> {
            let (trainee_id, submitted_at) = (TraineeId(row.try_get(0)?), row.try_get(1)?);
            Ok(TrnWanted { trainee_id, submitted_at, attempts: row.try_get(2)? })
        };
        found.during("list who waits for a TRN")?.iter().map(read).collect::<Result<_, _>>().during("read who waits")
    }

    /// Who was erased after a position, in order.
    pub async fn erased_after(&self, position: Position) -> Result<Vec<(Position, PersonId)>, ViewFault> {
        let select = "select position, person_id from view_erasures.erasures where position > $1 order by position";
        let found: Vec<(Position, uuid::Uuid)> =
            sqlx::query_as(select).bind(position).fetch_all(&self.pool).await.during("list who was erased")?;
        Ok(found.into_iter().map(|(position, person)| (position, PersonId(person))).collect())
    }

    /// The UKPRN of a training provider, if the register has one.
    pub async fn ukprn(&self, provider: &TrainingProviderCode) -> Result<Option<Ukprn>, ViewFault> {
        let select = "select ukprn from view_reference.training_providers where stream = $1";
        let stream = format!("reference-training_provider-{provider}");
        let found: Option<Option<String>> =
            sqlx::query_scalar(select).bind(stream).fetch_optional(&self.pool).await.during("find a provider")?;
        Ok(found.flatten().and_then(|text| text.parse().ok()))
    }

    async fn hand_overs_of(&self, trainees: &[TraineeId]) -> Result<Vec<HandOverRow>, ViewFault> {
        let streams: Vec<_> = trainees.iter().map(|trainee| format!("hand_over-{trainee}")).collect();
        let select =
            format!("select {} from view_hand_overs.hand_overs where stream = any($1)", columns::<HandOverRow>());
        let found = sqlx::query(&select).bind(streams).fetch_all(&self.pool).await;
        let rows: Result<_, _> = found.during("find hand-overs")?.iter().map(HandOverRow::get).collect();
        rows.during("read a hand-over")
    }
}

impl PendingAward {
    /// Whole days since the recommendation.
    pub fn days_waiting(&self, now: DateTime<Utc>) -> i64 {
        self.recommended_for_award_at.map_or(0, |since| (now - since).num_days().max(0))
    }

    /// Where the hand-over stands; `due` before it was begun.
    pub fn state(&self) -> HandOverState {
        self.hand_over.as_ref().map_or(HandOverState::Due, |row| row.state)
    }
}

fn pending_award(row: &sqlx::postgres::PgRow) -> Result<PendingAward, sqlx::Error> {
    use crate::cell::Cell;
    Ok(PendingAward {
        trainee_id: Cell::get(row, 0)?,
        provider: Cell::get(row, 1)?,
        award: Cell::get(row, 2)?,
        outcome_date: Cell::get(row, 3)?,
        recommended_for_award_at: Cell::get(row, 4)?,
        hand_over: None,
    })
}
