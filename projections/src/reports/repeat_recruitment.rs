//! Measure 9: what follows a break.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "repeat_recruitment",
    title: "Repeat recruitment after a break",
    definition: "Broken partnerships followed by a recruitment of the same school and cohort, as a share of broken \
        ones, by the same or another lead provider, median of days between, and the share of those broken \
        again.",
    sql: by_slice!(
        r#", broken as (
    select slices.*, next.broken_at is not null as again from slices
    left join rounds next on next.partnership_id = slices.followed_by and next.round = 1
    where slices.reported or slices.broken_by_support
)
select lead_provider_name as "Lead provider", cohort as "Cohort", count(*) as "Broken",
       count(followed_by) as "Recruited again",
       round(100.0 * count(followed_by) / count(*), 1)::float8 as "% recruited again",
       count(*) filter (where followed_by_lead_provider = lead_provider_id) as "By the same",
       count(*) filter (where followed_by_lead_provider <> lead_provider_id) as "By another",
       percentile_cont(0.5) within group (order by
           (followed_at at time zone 'Europe/London')::date - (broken_at at time zone 'Europe/London')::date)
           filter (where followed_by is not null) as "Median days between",
       round(100.0 * count(*) filter (where followed_by is not null and again) / nullif(count(followed_by), 0), 1)::float8
           as "% broken again"
from broken group by 1, 2 order by 1, 2"#
    ),
};
