//! Measure 22: what became of those who started in a year.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "outcomes_of_start_year",
    title: "Outcomes of a start year",
    definition: "Of the trainees whose course began in the academic year (from 1 September): how many hold the \
        status, wait for it, are in training, deferred or withdrawn, as counts and shares of all; a record \
        in draft counts in all alone.",
    sql: by_trainee!(
        r#"started as (
    select trainees.*, extract(year from itt_start_date - interval '8 months')::int as start_year
    from trainees, filter
    where itt_start_date is not null
      and (filter.cohort is null or extract(year from itt_start_date - interval '8 months')::int = filter.cohort)
)
select start_year || ' to ' || start_year + 1 as "Start year", count(*) as "Trainees",
       count(*) filter (where state = 'awarded') as "Awarded",
       count(*) filter (where state = 'recommended_for_award') as "Pending",
       count(*) filter (where state in ('submitted_for_trn', 'trn_received')) as "In training",
       count(*) filter (where state = 'deferred') as "Deferred",
       count(*) filter (where state = 'withdrawn') as "Withdrawn",
       round(100.0 * count(*) filter (where state = 'awarded') / count(*), 1)::float8 as "% awarded",
       round(100.0 * count(*) filter (where state = 'recommended_for_award') / count(*), 1)::float8 as "% pending",
       round(100.0 * count(*) filter (where state in ('submitted_for_trn', 'trn_received')) / count(*), 1)::float8
           as "% in training",
       round(100.0 * count(*) filter (where state = 'deferred') / count(*), 1)::float8 as "% deferred",
       round(100.0 * count(*) filter (where state = 'withdrawn') / count(*), 1)::float8 as "% withdrawn"
from started group by start_year order by start_year"#
    ),
};
