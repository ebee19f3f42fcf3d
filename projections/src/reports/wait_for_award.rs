//! Measure 24: how long trainees wait for the status.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "wait_for_award",
    title: "Wait for award",
    definition: "Days from recommending to the recorded award, median and longest, and recommendations still pending, \
        with those pending for over 5 working days.",
    sql: by_trainee!(
        r#"counted as (
    select recommendations.*, trainees.provider,
           extract(epoch from award_recorded_at - recommended_at) / 86400 as days,
           (select count(*) from generate_series(recommended_on + 1, (filter.now at time zone 'Europe/London')::date,
                interval '1 day') as passed (day) where extract(isodow from passed.day) < 6) as working_days
    from recommendations join trainees on trainees.stream = recommendations.stream cross join filter
    where rescinded_at is null
      and (filter.from_day is null or recommended_on >= filter.from_day)
      and (filter.to_day is null or recommended_on <= filter.to_day)
)
select provider as "Training provider", award as "Award", count(award_recorded_at) as "Awarded",
       round((percentile_cont(0.5) within group (order by days))::numeric, 1)::float8 as "Median days",
       round(max(days), 1)::float8 as "Longest",
       count(*) filter (where award_recorded_at is null) as "Pending",
       count(*) filter (where award_recorded_at is null and working_days > 5) as "Over 5 working days"
from counted group by 1, 2 order by 1, 2"#
    ),
};
