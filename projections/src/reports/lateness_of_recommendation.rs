//! Measure 23: how long after the standards were met providers recommend.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "lateness_of_recommendation",
    title: "Lateness of recommendation",
    definition: "Days from the date standards met to the recommendation, median and 90th percentile, share over 30 \
        days, and median of days from the expected end date; rescinded ones left out.",
    sql: by_trainee!(
        r#"counted as (
    select recommendations.*, trainees.provider, trainees.expected_end_date,
           recommended_on - recommendations.outcome_date as days
    from recommendations join trainees on trainees.stream = recommendations.stream cross join filter
    where rescinded_at is null
      and (filter.from_day is null or recommended_on >= filter.from_day)
      and (filter.to_day is null or recommended_on <= filter.to_day)
)
select provider as "Training provider", award as "Award", count(*) as "Recommendations",
       percentile_cont(0.5) within group (order by days) as "Median days",
       percentile_cont(0.9) within group (order by days) as "90th percentile",
       round(100.0 * count(*) filter (where days > 30) / count(*), 1)::float8 as "% over 30 days",
       percentile_cont(0.5) within group (order by recommended_on - expected_end_date)
           as "Median days from expected end"
from counted group by 1, 2 order by 1, 2"#
    ),
};
