//! Measure 5: how soon schools report.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "time_to_report",
    title: "Time to report",
    definition: "Local days from the start of the round to the report, median and 90th percentile, and the share of \
        reports after day 7 and after the reminder (7 days after the round began).",
    sql: by_slice!(
        r#"select lead_provider_name as "Lead provider", cohort as "Cohort", count(*) as "Reports",
       percentile_cont(0.5) within group (order by days_to_end) as "Median days",
       percentile_cont(0.9) within group (order by days_to_end) as "90th percentile",
       round(100.0 * count(*) filter (where days_to_end > 7) / count(*), 1)::float8 as "% after day 7",
       round(100.0 * count(*) filter (where ended_at > started_at + interval '7 days') / count(*), 1)::float8
           as "% after the reminder"
from chosen
where round_reported and (asked_delivery_partner is null or delivery_partner_id = asked_delivery_partner)
group by 1, 2 order by 1, 2"#
    ),
};
