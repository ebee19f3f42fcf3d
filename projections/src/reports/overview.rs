//! The table to begin with: how each lead provider recruits.

use super::{Dimension, Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "overview",
    title: "Overview by lead provider",
    definition: "Recruitments, those the school reported (provisional while a window is open), support breaks, broken \
        ones recruited again, refused attempts on them and schools left free, by lead provider and cohort.",
    dimensions: &[Dimension::Cohort, Dimension::LeadProvider, Dimension::DeliveryPartner],
    sql: by_slice!(
        r#", refused as (
    select about, count(*) filter (where code = 'window_closed') as late,
           count(*) filter (where code = 'already_reported') as duplicate
    from attempts where about is not null group by about
)
select lead_provider_name as "Lead provider", cohort as "Cohort",
       count(*) as "Recruitments",
       count(*) filter (where reported) as "Reported",
       round(100.0 * count(*) filter (where reported) / count(*), 1)::float8 as "Per 100",
       count(*) filter (where provisional) as "Window open",
       count(*) filter (where broken_by_support) as "Broken by support",
       count(*) filter (where broken_then and followed_then) as "Recruited again",
       count(*) filter (where broken_then and not followed_then) as "Left free",
       coalesce(sum(refused.late), 0)::bigint as "Late attempts",
       coalesce(sum(refused.duplicate), 0)::bigint as "Duplicate attempts"
from slices left join refused on refused.about = slices.partnership_id group by 1, 2 order by 1, 2"#
    ),
};
