//! Uploaded files between upload and confirmation: their cleaned rows, what was found about each, which were taken off
//! the list, and what became of the others. A file is its lead provider's; nobody else finds it.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::ids::{Cohort, DeliveryPartnerId, LeadProviderId, Parse, UploadId, Urn, UserId};
use sqlx::{PgPool, Postgres, Row as _, Transaction, postgres::PgRow};
use uuid::Uuid;

use super::desk::{Desk, Partner};
use crate::{upload_preview::CheckedRow, web::Web};

/// How long a file waits to be confirmed.
const WAITS: TimeDelta = TimeDelta::days(1);
/// How long the result of a confirmed file can be looked at.
const SHOWN: TimeDelta = TimeDelta::days(7);
/// So many files of one person wait at once; an older one goes when a new one comes.
const WAITING_AT_ONCE: i64 = 5;

/// The files of one lead provider.
pub(super) struct Uploads<'w> {
    pool: &'w PgPool,
    lead_provider: LeadProviderId,
    user: UserId,
    now: DateTime<Utc>,
}

/// A file.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub(super) id: UploadId,
    pub(super) cohort: Cohort,
    pub(super) partner: Partner,
    /// When somebody confirmed it (UTC).
    pub(super) confirmed_at: Option<DateTime<Utc>>,
}

/// How many of its rows stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Distinct numbers of schools, known or not.
    pub(super) urns: i64,
    /// Rows that were refused when the file came.
    pub(super) errors: i64,
    /// Rows that can be confirmed and were not taken off the list.
    pub(super) listed: i64,
    /// Of those, confirmed.
    pub(super) confirmed: i64,
    /// Of those, refused after all.
    pub(super) lost: i64,
}

/// A row as pages show it.
#[derive(Debug, Clone)]
pub(super) struct UploadRow {
    pub(super) place: i32,
    pub(super) spreadsheet_row: i32,
    pub(super) held: String,
    pub(super) urn: String,
    pub(super) school: String,
    pub(super) local_authority: String,
    pub(super) code: String,
    pub(super) message: String,
}

/// A file whose confirmation came to a halt, with who confirmed it.
pub(super) struct Halted {
    pub(super) upload: Upload,
    pub(super) lead_provider: LeadProviderId,
    pub(super) user: UserId,
}

/// Takes up one confirmed file with rows that nobody has worked on for a while, so that no other instance does.
pub(super) async fn take_up(pool: &PgPool) -> sqlx::Result<Option<Halted>> {
    let found = sqlx::query(
        "update gateway.uploads set worked_at = clock_timestamp() where upload_id = (
             select upload_id from gateway.uploads halted
             where confirmed_at is not null and worked_at < clock_timestamp() - interval '20 seconds'
               and exists (select from gateway.upload_rows waiting where waiting.upload_id = halted.upload_id
                           and waiting.code is null and waiting.outcome is null and not waiting.removed)
             order by worked_at limit 1 for update skip locked)
         returning upload_id, cohort, delivery_partner_id, delivery_partner_name, confirmed_at, lead_provider_id, user_id",
    )
    .fetch_optional(pool)
    .await?;
    found.as_ref().map(halted).transpose()
}

/// Which rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Refused when the file came.
    Errors,
    /// To be confirmed, or confirmed.
    Listed,
    /// To be confirmed, and nobody knows yet what became of them.
    Pending,
    /// Refused when they were confirmed.
    Lost,
}

/// What became of a row that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) place: i32,
    /// Code and sentence of the refusal, if it was refused.
    pub(super) refused: Option<(String, String)>,
}

/// A file that is being written.
pub(super) struct Incoming {
    transaction: Transaction<'static, Postgres>,
    id: UploadId,
}

impl Which {
    fn condition(self) -> &'static str {
        match self {
            Self::Errors => "code is not null and outcome is null",
            Self::Listed => "(code is null or outcome is not null) and not removed",
            Self::Pending => "code is null and outcome is null and not removed",
            Self::Lost => "outcome = 'refused'",
        }
    }
}

impl<'w> Uploads<'w> {
    /// Of the lead provider for whom somebody looks.
    pub(super) fn of(web: &'w Web, desk: &Desk) -> Self {
        let (lead_provider, user) = (desk.lead_provider.clone(), desk.viewer().user);
        Self { pool: web.pool(), lead_provider, user, now: web.clock().now() }
    }

    /// A new file; old ones go.
    pub(super) async fn begin(&self, cohort: Cohort, (partner, name): &Partner) -> sqlx::Result<Incoming> {
        self.sweep().await?;
        let mut transaction = self.pool.begin().await?;
        let id = UploadId(Uuid::now_v7());
        sqlx::query(
            "insert into gateway.uploads (upload_id, lead_provider_id, user_id, cohort, delivery_partner_id,
                 delivery_partner_name, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.0)
        .bind(self.lead_provider.as_str())
        .bind(self.user.0)
        .bind(i32::from(cohort.year()))
        .bind(partner.as_str())
        .bind(name)
        .bind(self.now)
        .bind(self.now + WAITS)
        .execute(&mut *transaction)
        .await?;
        Ok(Incoming { transaction, id })
    }

    async fn sweep(&self) -> sqlx::Result<()> {
        sqlx::query(
            "with gone as (
                 delete from gateway.uploads where expires_at <= $1 or upload_id in (
                     select upload_id from gateway.uploads where user_id = $2 and confirmed_at is null
                     order by created_at desc offset $3)
                 returning upload_id)
             delete from gateway.upload_rows old using gone where old.upload_id = gone.upload_id",
        )
        .bind(self.now)
        .bind(self.user.0)
        .bind(WAITING_AT_ONCE - 1)
        .execute(self.pool)
        .await
        .map(drop)
    }

    /// A file of the lead provider, if it is still kept.
    pub(super) async fn find(&self, id: UploadId) -> sqlx::Result<Option<Upload>> {
        let found = sqlx::query(
            "select upload_id, cohort, delivery_partner_id, delivery_partner_name, confirmed_at from gateway.uploads
             where upload_id = $1 and lead_provider_id = $2 and expires_at > $3",
        )
        .bind(id.0)
        .bind(self.lead_provider.as_str())
        .bind(self.now)
        .fetch_optional(self.pool)
        .await?;
        found.as_ref().map(upload).transpose()
    }

    /// Notes that somebody confirmed a file; from then on its list stays as it is.
    pub(super) async fn confirm(&self, id: UploadId) -> sqlx::Result<()> {
        sqlx::query(
            "update gateway.uploads set confirmed_at = $2, expires_at = $3, worked_at = clock_timestamp()
             where upload_id = $1 and confirmed_at is null",
        )
        .bind(id.0)
        .bind(self.now)
        .bind(self.now + SHOWN)
        .execute(self.pool)
        .await
        .map(drop)
    }
}

impl Incoming {
    /// Its number.
    pub(super) fn id(&self) -> UploadId {
        self.id
    }

    /// Adds rows with what was found about them.
    pub(super) async fn add(&mut self, rows: &[CheckedRow]) -> sqlx::Result<()> {
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let school = |row: &CheckedRow| row.school.as_ref().map_or_else(String::new, |school| plain(&school.name));
        let authority = |row: &CheckedRow| row.school.as_ref().map_or_else(String::new, |it| plain(&it.la_name));
        sqlx::query(
            "insert into gateway.upload_rows
                 (upload_id, place, spreadsheet_row, held, urn, school, local_authority, code, message)
             select $1, * from unnest($2::integer[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[],
                 $8::text[], $9::text[])",
        )
        .bind(self.id.0)
        .bind(rows.iter().map(|row| number(row.cell.place)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| number(row.cell.row)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| plain(&row.cell.held)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.urn.as_ref().map(Urn::as_str)).collect::<Vec<_>>())
        .bind(rows.iter().map(school).collect::<Vec<_>>())
        .bind(rows.iter().map(authority).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.refused.as_ref().map(|(code, _)| *code)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.refused.as_ref().map(|(_, said)| said.as_str())).collect::<Vec<_>>())
        .execute(&mut *self.transaction)
        .await
        .map(drop)
    }

    /// Keeps the whole.
    pub(super) async fn keep(self) -> sqlx::Result<UploadId> {
        self.transaction.commit().await?;
        Ok(self.id)
    }
}

impl Upload {
    /// How many of its rows stand how.
    pub(super) async fn counts(&self, pool: &PgPool) -> sqlx::Result<Counts> {
        let row = sqlx::query(
            "select count(urn), count(*) filter (where code is not null and outcome is null),
                 count(*) filter (where (code is null or outcome is not null) and not removed),
                 count(*) filter (where outcome = 'confirmed'), count(*) filter (where outcome = 'refused')
             from gateway.upload_rows where upload_id = $1",
        )
        .bind(self.id.0)
        .fetch_one(pool)
        .await?;
        Ok(Counts {
            urns: row.try_get(0)?,
            errors: row.try_get(1)?,
            listed: row.try_get(2)?,
            confirmed: row.try_get(3)?,
            lost: row.try_get(4)?,
        })
    }

    /// Its rows in the order of the file: so many after so many others, or all without a limit.
    pub(super) async fn rows(
        &self,
        pool: &PgPool,
        which: Which,
        (offset, limit): (i64, Option<i64>),
    ) -> sqlx::Result<Vec<UploadRow>> {
        let select = format!(
            "select place, spreadsheet_row, held, coalesce(urn, '') as urn, school, local_authority,
                 coalesce(code, '') as code, coalesce(message, '') as message
             from gateway.upload_rows where upload_id = $1 and {} order by place offset $2 limit $3",
            which.condition()
        );
        let found = sqlx::query(&select).bind(self.id.0).bind(offset).bind(limit).fetch_all(pool).await?;
        found.iter().map(row).collect()
    }

    /// Takes a row off the list, unless somebody confirms the file at this moment or has done so.
    pub(super) async fn remove(&self, pool: &PgPool, place: i32) -> sqlx::Result<()> {
        sqlx::query(
            "with waiting as (select upload_id from gateway.uploads
                              where upload_id = $1 and confirmed_at is null for update)
             update gateway.upload_rows removed set removed = true from waiting
             where removed.upload_id = waiting.upload_id and removed.place = $2 and removed.code is null",
        )
        .bind(self.id.0)
        .bind(place)
        .execute(pool)
        .await
        .map(drop)
    }

    /// Notes what became of rows.
    pub(super) async fn note(&self, pool: &PgPool, sent: &[Sent]) -> sqlx::Result<()> {
        let refused = |sent: &Sent| sent.refused.clone();
        sqlx::query(
            "with worked as (update gateway.uploads set worked_at = clock_timestamp() where upload_id = $1)
             update gateway.upload_rows noted set code = sent.code, message = sent.message,
                 outcome = case when sent.code is null then 'confirmed' else 'refused' end
             from unnest($2::integer[], $3::text[], $4::text[]) sent (place, code, message)
             where noted.upload_id = $1 and noted.place = sent.place",
        )
        .bind(self.id.0)
        .bind(sent.iter().map(|sent| sent.place).collect::<Vec<_>>())
        .bind(sent.iter().map(|sent| refused(sent).map(|(code, _)| code)).collect::<Vec<_>>())
        .bind(sent.iter().map(|sent| refused(sent).map(|(_, message)| message)).collect::<Vec<_>>())
        .execute(pool)
        .await
        .map(drop)
    }
}

fn upload(row: &PgRow) -> sqlx::Result<Upload> {
    let (cohort, partner): (i16, String) = (row.try_get(1)?, row.try_get(2)?);
    let cohort = u16::try_from(cohort).ok().and_then(Cohort::starting);
    let partner = DeliveryPartnerId::parse(&partner).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Upload {
        id: UploadId(row.try_get(0)?),
        cohort: cohort.ok_or_else(|| sqlx::Error::Decode("this is no cohort".into()))?,
        partner: (partner, row.try_get(3)?),
        confirmed_at: row.try_get(4)?,
    })
}

fn halted(row: &PgRow) -> sqlx::Result<Halted> {
    let lead_provider = LeadProviderId::parse(row.try_get::<&str, _>(5)?);
    let lead_provider = lead_provider.map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Halted { upload: upload(row)?, lead_provider, user: UserId(row.try_get(6)?) })
}

fn row(row: &PgRow) -> sqlx::Result<UploadRow> {
    Ok(UploadRow {
        place: row.try_get(0)?,
        spreadsheet_row: row.try_get(1)?,
        held: row.try_get(2)?,
        urn: row.try_get(3)?,
        school: row.try_get(4)?,
        local_authority: row.try_get(5)?,
        code: row.try_get(6)?,
        message: row.try_get(7)?,
    })
}

/// Control characters are no text: tables cannot hold all of them, commands none.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
