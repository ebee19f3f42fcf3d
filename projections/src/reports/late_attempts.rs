//! Measure 7: schools that came too late.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "late_attempts",
    title: "Late attempts",
    definition: "Reports refused because the window had closed, per 100 recruitments of the slice, median of local \
        days late, and the reasons they gave.",
    sql: by_slice!(
        r#", recruited as (
    select lead_provider_name, count(*) as recruitments from slices group by 1
)
select lead_provider_name as "Lead provider", count(*) as "Late attempts",
       count(distinct about) as "Partnerships",
       round(100.0 * count(distinct about) / max(recruitments), 1)::float8 as "Partnerships per 100",
       percentile_cont(0.5) within group (order by
           (received_at at time zone 'Europe/London')::date - (closed_at at time zone 'Europe/London')::date)
           as "Median days late",
       string_agg(distinct reason, ', ' order by reason) as "Reasons given"
from attempts left join recruited using (lead_provider_name) where code = 'window_closed' group by 1 order by 1"#
    ),
};
