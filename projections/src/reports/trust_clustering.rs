//! Measure 11: do the reports of a trust's schools come together?

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "trust_clustering",
    title: "Trust clustering",
    definition: "For each trust, lead provider and cohort: schools recruited, schools that reported, per 100; marked \
        where two or more reported. Schools without a known trust are one group.",
    sql: by_slice!(
        r#"select coalesce(schools.trust_name, '(unknown)') as "Trust", lead_provider_name as "Lead provider",
       slices.cohort as "Cohort", count(distinct school_urn) as "Schools recruited",
       count(distinct school_urn) filter (where reported) as "Schools reporting",
       round(100.0 * count(distinct school_urn) filter (where reported) / count(distinct school_urn), 1)::float8
           as "Per 100",
       schools.trust_name is not null and count(distinct school_urn) filter (where reported) >= 2 as "Two or more"
from slices left join schools on schools.urn = slices.school_urn
group by schools.trust_name, 2, 3 order by 5 desc, 1, 2, 3"#
    ),
};
