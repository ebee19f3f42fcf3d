//! Management information (DOMAIN 5): each report is a name, a title, a definition and one question to the views.
//! A new one is a file, a `mod` line and a line in `REPORTS`.

mod slices;
mod table;

mod contested_schools;
mod delivery_partners;
mod duplicate_attempts;
mod late_attempts;
mod lateness_of_recommendation;
mod outcomes_of_start_year;
mod overview;
mod partnerships;
mod pre_empting;
mod reason_mix;
mod recruitments;
mod refusals_by_code;
mod repeat_recruitment;
mod report_rate;
mod reports_by_week;
mod schools_left_free;
mod support_breaks;
mod time_to_report;
mod time_to_report_by_day;
mod trainees_by_state;
mod trust_clustering;
mod trust_effect;
mod wait_for_award;
mod withdrawals_by_reason;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::ids::{Cohort, DeliveryPartnerId, LeadProviderId};
use sqlx::{Executor, PgConnection, PgPool, Postgres, Transaction};
pub use table::{Cell, Table};

use crate::{
    catalogue::VIEWS,
    fault::{During, ViewFault},
    replay::check_scratch,
};

/// A question to the views.
pub struct Report {
    /// Its name in commands: `report_rate`.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// What exactly it counts, in a sentence.
    pub definition: &'static str,
    pub(crate) sql: &'static str,
}

/// Every report, in the order of the measures.
pub const REPORTS: &[Report] = &[
    overview::REPORT,
    recruitments::REPORT,
    reports_by_week::REPORT,
    report_rate::REPORT,
    delivery_partners::REPORT,
    reason_mix::REPORT,
    time_to_report::REPORT,
    time_to_report_by_day::REPORT,
    support_breaks::REPORT,
    late_attempts::REPORT,
    duplicate_attempts::REPORT,
    repeat_recruitment::REPORT,
    schools_left_free::REPORT,
    trust_clustering::REPORT,
    trust_effect::REPORT,
    contested_schools::REPORT,
    trainees_by_state::REPORT,
    outcomes_of_start_year::REPORT,
    lateness_of_recommendation::REPORT,
    wait_for_award::REPORT,
    withdrawals_by_reason::REPORT,
    pre_empting::REPORT,
    refusals_by_code::REPORT,
    partnerships::REPORT,
];

/// Every report, in the order of the measures.
pub fn reports() -> &'static [Report] {
    REPORTS
}

/// What to count.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only this cohort.
    pub cohort: Option<Cohort>,
    /// Only this lead provider.
    pub lead_provider: Option<LeadProviderId>,
    /// Only this delivery partner: each round it had counts.
    pub delivery_partner: Option<DeliveryPartnerId>,
    /// Only what began on or after this day, Europe/London.
    pub from: Option<NaiveDate>,
    /// Only what began on or before this day, Europe/London.
    pub to: Option<NaiveDate>,
    /// The instant that decides what is provisional, and what is late by now (UTC).
    pub now: DateTime<Utc>,
}

impl Filter {
    /// Everything, as of an instant.
    pub fn everything(now: DateTime<Utc>) -> Self {
        Self { cohort: None, lead_provider: None, delivery_partner: None, from: None, to: None, now }
    }
}

/// Who is known: from reference data, or from a recruitment.
const KNOWN: &str = "select
    exists (select from lead_providers where lead_provider_id = $1)
        or exists (select from rounds where lead_provider_id = $1),
    exists (select from delivery_partners where delivery_partner_id = $2)
        or exists (select from rounds where delivery_partner_id = $2)";

impl Filter {
    /// Refuses what would count nothing and look like an answer: days the wrong way round, parties that nobody knows.
    async fn check(&self, connection: &mut PgConnection) -> Result<(), ViewFault> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(ViewFault::DaysReversed { from, to });
        }
        let known = sqlx::query_as(KNOWN)
            .persistent(false)
            .bind(self.lead_provider.as_ref().map(LeadProviderId::as_str))
            .bind(self.delivery_partner.as_ref().map(DeliveryPartnerId::as_str));
        let (lead, delivery): (bool, bool) =
            known.fetch_one(connection).await.during("look up who a report is about")?;
        match (&self.lead_provider, &self.delivery_partner) {
            (Some(id), _) if !lead => Err(ViewFault::NotKnown { what: "lead provider", id: id.to_string() }),
            (_, Some(id)) if !delivery => Err(ViewFault::NotKnown { what: "delivery partner", id: id.to_string() }),
            _ => Ok(()),
        }
    }
}

impl Report {
    /// The report of a name.
    pub fn named(name: &str) -> Result<&'static Self, ViewFault> {
        REPORTS.iter().find(|report| report.name == name).ok_or_else(|| ViewFault::UnknownReport {
            name: name.to_owned(),
            known: REPORTS.iter().map(|report| report.name).collect::<Vec<_>>().join(", "),
        })
    }

    /// Asks the live views, or those of a scratch schema.
    pub async fn run(&self, pool: &PgPool, scratch: Option<&str>, filter: &Filter) -> Result<Table, ViewFault> {
        let path = search_path(scratch)?;
        let (pool, sql, filter) = (pool.clone(), self.sql, filter.clone());
        // In a task of its own: a caller that goes away must not leave a transaction half open in the pool.
        tokio::spawn(async move { ask(&pool, &path, (sql, &filter)).await }).await.expect("a report does not panic")
    }
}

fn search_path(scratch: Option<&str>) -> Result<String, ViewFault> {
    match scratch {
        Some(name) => check_scratch(name).map(|()| name.to_owned()),
        None => Ok(VIEWS.iter().map(crate::View::schema).collect::<Vec<_>>().join(", ")),
    }
}

async fn ask(pool: &PgPool, path: &str, (sql, filter): (&str, &Filter)) -> Result<Table, ViewFault> {
    let mut transaction = pool.begin().await.during("begin a report")?;
    set_up(&mut transaction, path).await.during("begin a report")?;
    filter.check(&mut transaction).await?;
    let table = ask_in(&mut transaction, (sql, filter)).await.during("answer a report")?;
    transaction.rollback().await.during("end a report")?;
    Ok(table)
}

async fn set_up(transaction: &mut Transaction<'static, Postgres>, path: &str) -> Result<(), sqlx::Error> {
    transaction.execute("set transaction isolation level repeatable read read only").await?;
    sqlx::query("select set_config('search_path', $1, true)").bind(path).execute(&mut **transaction).await?;
    Ok(())
}

async fn ask_in(
    transaction: &mut Transaction<'static, Postgres>,
    (sql, filter): (&str, &Filter),
) -> Result<Table, sqlx::Error> {
    let columns = transaction.prepare(sql).await?;
    let rows = sqlx::query(sql)
        .persistent(false)
        .bind(filter.cohort.and_then(|cohort| i16::try_from(cohort.year()).ok()))
        .bind(filter.lead_provider.as_ref().map(LeadProviderId::as_str))
        .bind(filter.delivery_partner.as_ref().map(DeliveryPartnerId::as_str))
        .bind(filter.from)
        .bind(filter.to)
        .bind(filter.now)
        .fetch_all(&mut **transaction)
        .await?;
    Table::read(&columns, &rows)
}
