//! Measure 6: what support had to break.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "support_breaks",
    title: "Support breaks",
    definition: "Partnerships that DfE support broke, per 100 recruitments of the slice, and the median of days after \
        the window closed (negative: before).",
    sql: by_slice!(
        r#"select lead_provider_name as "Lead provider", cohort as "Cohort", count(*) as "Recruitments",
       count(*) filter (where broken_by_support) as "Broken by support",
       round(100.0 * count(*) filter (where broken_by_support) / count(*), 1)::float8 as "Per 100",
       percentile_cont(0.5) within group (order by
           (broken_at at time zone 'Europe/London')::date - (deadline at time zone 'Europe/London')::date)
           filter (where broken_by_support and deadline is not null) as "Median days after the window"
from slices group by 1, 2 order by 1, 2"#
    ),
};
