//! Measure 1: how many recruitments, and by which way they came.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "recruitments",
    title: "Recruitments by channel",
    definition: "Recruitments (RecruitmentConfirmed) by lead provider and cohort, and by the channel they came \
        through.",
    sql: by_slice!(
        r#"select lead_provider_name as "Lead provider", cohort as "Cohort", count(*) as "Recruitments",
       count(*) filter (where channel = 'csv') as "CSV",
       count(*) filter (where channel = 'api') as "API",
       count(*) filter (where channel in ('nats', 'queue')) as "NATS",
       count(*) filter (where channel = 'screen') as "Screen",
       count(*) filter (where channel = 'system') as "Operator"
from slices group by 1, 2 order by 1, 2"#
    ),
};
