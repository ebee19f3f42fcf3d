//! Measure 2: reports, cumulative by recruitment week.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "reports_by_week",
    title: "Reports by recruitment week",
    definition: "For each week of recruitment (from Monday, Europe/London): its recruitments, those of them reported \
        by now, both also summed up to that week.",
    sql: by_slice!(
        r#"select recruited_week as "Week from", count(*) as "Recruitments",
       count(*) filter (where reported) as "Reported",
       (sum(count(*)) over weeks)::bigint as "Recruitments so far",
       (sum(count(*) filter (where reported)) over weeks)::bigint as "Reported so far",
       bool_or(provisional) as "Provisional"
from slices group by recruited_week window weeks as (order by recruited_week) order by recruited_week"#
    ),
};
