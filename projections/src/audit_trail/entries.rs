//! The trail of one subject: what happened and what was refused, in the order in which it came in.

use chrono::{DateTime, Utc};
use events_schema::ids::{Cohort, CorrelationId, PartnershipId, SupportCaseId, TraineeId, Urn};
use serde::Serialize;
use sqlx::{FromRow, PgPool};

use crate::fault::{During, ViewFault};

/// What a trail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A partnership, with everything else in its school and cohort: attempts of others, support cases, what came next.
    Partnership(PartnershipId),
    /// A school in all cohorts.
    School(Urn),
    /// A school in one cohort.
    SchoolInCohort(Urn, Cohort),
    /// A trainee's record.
    Trainee(TraineeId),
    /// A support case.
    Case(SupportCaseId),
    /// Everything that followed from one first cause.
    Correlation(CorrelationId),
}

/// An event or a refused command as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct AuditEntry {
    /// When it happened or was received (UTC).
    pub at: DateTime<Utc>,
    /// Place in the log; for a refusal the head of the log when it was refused.
    pub position: i64,
    /// Place in the ledger, for a refusal.
    pub ledger_position: Option<i64>,
    /// The event, or the command that was refused.
    pub name: String,
    /// The code of the refusal.
    pub code: Option<String>,
    /// What happened.
    pub sentence: String,
    /// Who: actor kind and opaque id.
    pub actor: String,
    /// By which way.
    pub channel: String,
    /// The command.
    pub command_id: uuid::Uuid,
    /// Everything that followed from one first cause.
    pub correlation_id: uuid::Uuid,
    /// What directly led to it.
    pub causation_id: uuid::Uuid,
    /// The event itself, unless it is a refusal.
    pub event_id: Option<uuid::Uuid>,
    /// The stream.
    pub stream: Option<String>,
}

/// `$1` are streams, `$2` schools, `$3` cases. Everything found is one history, events before refusals at a position.
const ENTRIES: &str = "
select happened_at as at, position, null::bigint as ledger_position, event_type as name, null as code, sentence,
       actor, channel, command_id, correlation_id, causation_id, event_id, stream::text as stream
from view_audit_trail.audit_events
where stream = any($1) or school_urn = any($2) or case_id = any($3) or trainee_id = any($5)
    or correlation_id = any($6)
union all
select received_at, head_position, ledger_position, command_type, code, sentence,
       actor, channel, command_id, correlation_id, causation_id, null, stream::text
from view_audit_trail.audit_refusals
where stream = any($1) or school_urn = any($2) or case_id = any($3) or partnership_id = any($4) or trainee_id = any($5)
    or correlation_id = any($6)
order by position, ledger_position nulls first";

/// What is looked for.
#[derive(Default)]
struct Wanted {
    streams: Vec<String>,
    schools: Vec<String>,
    cases: Vec<uuid::Uuid>,
    partnerships: Vec<uuid::Uuid>,
    trainees: Vec<uuid::Uuid>,
    correlations: Vec<uuid::Uuid>,
}

pub(crate) async fn trail(pool: &PgPool, subject: &Subject) -> Result<Vec<AuditEntry>, ViewFault> {
    let wanted = wanted(pool, subject).await?;
    sqlx::query_as(ENTRIES)
        .bind(wanted.streams)
        .bind(wanted.schools)
        .bind(wanted.cases)
        .bind(wanted.partnerships)
        .bind(wanted.trainees)
        .bind(wanted.correlations)
        .fetch_all(pool)
        .await
        .during("read the audit trail")
}

async fn wanted(pool: &PgPool, subject: &Subject) -> Result<Wanted, ViewFault> {
    Ok(match subject {
        Subject::Trainee(id) => {
            let streams = ["trainee", "hand_over", "person"].map(|aggregate| format!("{aggregate}-{id}"));
            Wanted { streams: streams.to_vec(), trainees: vec![id.0], ..Wanted::default() }
        }
        Subject::Correlation(id) => Wanted { correlations: vec![id.0], ..Wanted::default() },
        Subject::Case(id) => Wanted { cases: vec![id.0], ..Wanted::default() },
        Subject::School(urn) => Wanted { schools: vec![urn.to_string()], ..Wanted::default() },
        Subject::SchoolInCohort(urn, cohort) => of_stream(pool, format!("school_partnership-{urn}-{cohort}")).await?,
        Subject::Partnership(id) => {
            let stream = "select stream::text from view_audit_trail.audit_events where partnership_id = $1
                and stream like 'school\\_partnership-%' limit 1";
            let stream: Option<String> = sqlx::query_scalar(stream)
                .bind(id.0)
                .fetch_optional(pool)
                .await
                .during("find a partnership's stream")?;
            let found = of_stream(pool, stream.unwrap_or_default()).await?;
            Wanted { partnerships: vec![id.0], ..found }
        }
    })
}

/// A stream with the support cases and attempts about its partnerships.
async fn of_stream(pool: &PgPool, stream: String) -> Result<Wanted, ViewFault> {
    let about = "select distinct about.partnership_id, of_case.case_id
        from view_audit_trail.audit_events about
        left join view_audit_trail.audit_events of_case
            on of_case.partnership_id = about.partnership_id and of_case.case_id is not null
        where about.stream = $1 and about.partnership_id is not null";
    let about: Vec<(uuid::Uuid, Option<uuid::Uuid>)> =
        sqlx::query_as(about).bind(&stream).fetch_all(pool).await.during("find what belongs to a partnership")?;
    let partnerships = about.iter().map(|(partnership, _)| *partnership).collect();
    let cases = about.iter().filter_map(|(_, case)| *case).collect();
    Ok(Wanted { streams: vec![stream], partnerships, cases, ..Wanted::default() })
}
