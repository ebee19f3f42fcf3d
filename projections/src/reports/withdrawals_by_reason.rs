//! Measure 25: why trainees leave.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "withdrawals_by_reason",
    title: "Withdrawals by reason",
    definition: "Withdrawals that gave the reason, as a share of withdrawals (adds to over 100%) and of all reasons \
        given, by who chose; undone withdrawals left out.",
    sql: by_trainee!(
        r#"counted as (
    select withdrawals.* from withdrawals, filter
    where undone_at is null
      and (filter.from_day is null or (withdrawn_at at time zone 'Europe/London')::date >= filter.from_day)
      and (filter.to_day is null or (withdrawn_at at time zone 'Europe/London')::date <= filter.to_day)
), given as (
    select counted.stream, counted.trigger, reason.code from counted, jsonb_array_elements_text(reasons) as reason (code)
)
select code as "Reason", count(*) as "Withdrawals",
       round(100.0 * count(*) / (select count(*) from counted), 1)::float8 as "% of withdrawals",
       round(100.0 * count(*) / (select count(*) from given), 1)::float8 as "% of reasons",
       count(*) filter (where trigger = 'provider') as "Chosen by the provider",
       count(*) filter (where trigger = 'trainee') as "Chosen by the trainee"
from given group by code order by 2 desc, 1"#
    ),
};
