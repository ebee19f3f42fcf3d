//! Measure 11 in one number: schools in trusts against the others.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "trust_effect",
    title: "Report rate in and outside trusts",
    definition: "Recruitments reported per 100 for schools in a known trust and for the others, and the first rate \
        divided by the second.",
    sql: by_slice!(
        r#", rates as (
    select schools.trust_name is not null as in_trust, count(*) as recruitments, count(*) filter (where reported) as reports
    from slices left join schools on schools.urn = slices.school_urn group by 1
)
select case when in_trust then 'In a trust' else 'No trust known' end as "Schools",
       recruitments as "Recruitments", reports as "Reported",
       round(100.0 * reports / recruitments, 1)::float8 as "Per 100",
       round((100.0 * reports / recruitments) / nullif((select 100.0 * outside.reports / outside.recruitments
           from rates outside where not outside.in_trust), 0), 2)::float8 as "Against no trust known"
from rates order by in_trust desc"#
    ),
};
