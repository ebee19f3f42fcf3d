//! Measure 4: why schools report.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "reason_mix",
    title: "Reasons of reports",
    definition: "Reports with each of the five reasons as a share of all reports of the slice, and per 100 \
        recruitments of the slice.",
    sql: by_slice!(
        r#"select reasons.code as "Reason",
       count(slices.partnership_id) as "Reports",
       round(100.0 * count(slices.partnership_id) / nullif(sum(count(slices.partnership_id)) over (), 0), 1)::float8
           as "% of reports",
       round(100.0 * count(slices.partnership_id) / nullif((select count(*) from slices), 0), 1)::float8
           as "Per 100 recruitments"
from (values (1, 'another_provider'), (2, 'not_confirmed'), (3, 'do_not_recognise'), (4, 'no_ects'), (5, 'mistake'))
    as reasons (place, code)
left join slices on slices.reason = reasons.code and slices.reported
group by reasons.place, reasons.code order by reasons.place"#
    ),
};
