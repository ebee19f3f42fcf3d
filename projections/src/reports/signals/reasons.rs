//! Reasons that schools give more often than before, overall and for each lead provider.

use std::collections::BTreeMap;

use chrono::Days;
use events_schema::codes::MistakeReason;
use sqlx::PgPool;

use super::{Comparison, statistics::Chance};
use crate::{
    fault::{During, ViewFault},
    reports::{Dimension, Filter, session},
    time::london_day,
};

pub(super) const TEST: &str = "Reports with each reason, by all schools and by those of each lead provider, in the last 28 \
    days are compared with the 84 days before, by the day of the report. Exposure: school-days with an open window in \
    each period. Test: exact conditional test of two Poisson rates (Przyborowski and Wilenski), one-sided; p-values \
    adjusted by Benjamini and Hochberg (1995) over all reasons and providers compared; shown at 5% or less and at least 3 \
    reports in the last 28 days. False alarms: if no reason grew, any would be shown in at most 1 of 20 looks; of those \
    shown, at most 1 in 20 is expected to be chance.";

const RECENT: Days = Days::new(28);
const BEFORE: Days = Days::new(84);

/// Reports and exposure of a lead provider, or of all; recent ones and those before.
#[derive(Default, Clone)]
struct Periods {
    name: String,
    school_days: (i64, i64),
    reports: BTreeMap<String, (i64, i64)>,
}

type Found = (String, String, i64, i64, Option<String>, i64, i64);

/// Every reason of everybody.
pub(super) async fn growing(
    (pool, scratch): (&PgPool, Option<&str>),
    filter: &Filter,
) -> Result<Vec<Comparison>, ViewFault> {
    let today = london_day(filter.as_of);
    let recent = today.checked_sub_days(RECENT).unwrap_or(today);
    let before = recent.checked_sub_days(BEFORE).unwrap_or(recent);
    let mut transaction = session::begin(pool, &session::search_path(scratch)?).await?;
    let found: Vec<Found> = sqlx::query_as(PERIODS)
        .persistent(false)
        .bind(filter.as_of)
        .bind(filter.cohort.and_then(|cohort| i16::try_from(cohort.year()).ok()))
        .bind(today)
        .bind(recent)
        .bind(before)
        .fetch_all(&mut *transaction)
        .await
        .during("look for reasons that grow")?;
    session::end(transaction).await?;
    Ok(compared(found, filter))
}

fn compared(found: Vec<Found>, filter: &Filter) -> Vec<Comparison> {
    let (mut all, mut providers) = (Periods { name: "All".to_owned(), ..Periods::default() }, BTreeMap::new());
    for (id, name, recent_days, days_before, reason, recent, before) in found {
        let provider: &mut Periods = providers.entry(id).or_default();
        if provider.name.is_empty() {
            (provider.name, provider.school_days) = (name, (recent_days, days_before));
            all.school_days = (all.school_days.0 + recent_days, all.school_days.1 + days_before);
        }
        if let Some(reason) = reason {
            let sum = all.reports.entry(reason.clone()).or_default();
            *sum = (sum.0 + recent, sum.1 + before);
            provider.reports.insert(reason, (recent, before));
        }
    }
    let providers = providers.into_iter().map(|(id, periods)| (Some(id), periods));
    let everybody = std::iter::once((None, all)).chain(providers);
    everybody.flat_map(|(id, periods)| periods.comparisons(id.as_deref(), filter)).collect()
}

impl Periods {
    fn comparisons(&self, provider: Option<&str>, filter: &Filter) -> Vec<Comparison> {
        let exposed = |days: i64| u32::try_from(days).map(f64::from).ok().filter(|days| *days > 0.0);
        let (Some(recent), Some(before)) = (exposed(self.school_days.0), exposed(self.school_days.1)) else {
            return Vec::new();
        };
        let reports = self.reports.iter();
        reports.map(|(reason, counts)| self.comparison(provider, (reason, *counts), (filter, recent, before))).collect()
    }

    fn comparison(
        &self,
        provider: Option<&str>,
        (reason, (recent, before)): (&str, (i64, i64)),
        (filter, days, days_before): (&Filter, f64, f64),
    ) -> Comparison {
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let of_provider = provider.map(|id| (Dimension::LeadProvider, id.to_owned(), self.name.clone()));
        let of_reason = (Dimension::Reason, reason.to_owned(), reason.to_owned());
        let trials = count(recent.saturating_add(before));
        let slice = Filter {
            cohort: filter.cohort,
            lead_provider: provider.and_then(|id| id.parse().ok()),
            reason: MistakeReason::from_code(reason),
            ..Filter::everything(filter.as_of)
        };
        Comparison {
            about: of_provider.into_iter().chain([of_reason]).collect(),
            observed: count(recent),
            out_of: trials,
            chance: Chance::binomial(trials, (days, days_before)),
            measure: "reason_mix",
            figure: "reports",
            slice,
            counted: "reports of the last 16 weeks came in the last 4".to_owned(),
        }
    }
}

/// As of $1, in cohort $2; $3 is that day, the last period begins after $4, the one before it after $5.
const PERIODS: &str = "
with standing as (
    select lead_provider_id, lead_provider_name, reason,
           (ended_by = 'reported' and broken_at <= $1) is true as reported, broken_on, started_on as opened,
           least(window_closes_on, $3, case when ended_at <= $1 then (ended_at at time zone 'Europe/London')::date end)
               as closed
    from rounds
    where started_at <= $1 and window_closes_on > $5 and ($2::smallint is null or cohort = $2)
), exposed as (
    select lead_provider_id, max(lead_provider_name) as name,
           sum(greatest(closed - greatest(opened, $4 + 1) + 1, 0))::bigint as recent,
           sum(greatest(least(closed, $4) - greatest(opened, $5 + 1) + 1, 0))::bigint as before
    from standing group by lead_provider_id
), given as (
    select lead_provider_id, reason, count(*) filter (where broken_on > $4) as recent,
           count(*) filter (where broken_on <= $4) as before
    from standing where reported and broken_on > $5 group by lead_provider_id, reason
)
select exposed.lead_provider_id, exposed.name, exposed.recent, exposed.before, given.reason,
       coalesce(given.recent, 0), coalesce(given.before, 0)
from exposed left join given using (lead_provider_id)
order by 1, 5";
