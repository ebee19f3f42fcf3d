//! Measure 3: of a hundred recruitments, how many were reported.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "report_rate",
    title: "Report rate",
    definition: "Recruitments of the slice that the school reported, per 100 recruitments of the slice, by lead \
        provider and cohort; provisional while any of its windows is open.",
    sql: by_slice!(
        r#"select lead_provider_name as "Lead provider", cohort as "Cohort", count(*) as "Recruitments",
       count(*) filter (where reported) as "Reported",
       round(100.0 * count(*) filter (where reported) / count(*), 1)::float8 as "Per 100",
       bool_or(provisional) as "Provisional"
from slices group by 1, 2 order by 1, 2"#
    ),
};
