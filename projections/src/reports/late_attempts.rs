//! Measure 7: schools that came too late.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "late_attempts",
    title: "Late attempts",
    definition: "Reports refused because the window had closed, per 100 recruitments of the slice, median of local \
        days late, and the reasons they gave.",
    sql: by_slice!(
        r#"select lead_provider_name as "Lead provider", count(*) as "Late attempts",
       count(distinct about) as "Partnerships",
       round(100.0 * count(distinct about) / nullif((select count(*) from slices
           where slices.lead_provider_name = attempts.lead_provider_name), 0), 1)::float8 as "Partnerships per 100",
       percentile_cont(0.5) within group (order by
           (received_at at time zone 'Europe/London')::date - (closed_at at time zone 'Europe/London')::date)
           as "Median days late",
       string_agg(distinct reason, ', ' order by reason) as "Reasons given"
from attempts where code = 'window_closed' group by 1 order by 1"#
    ),
};
