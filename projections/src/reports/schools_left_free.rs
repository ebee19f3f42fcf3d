//! Measure 10: schools that nobody recruited again.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "schools_left_free",
    title: "Schools left free",
    definition: "Schools and cohorts whose latest partnership is broken and not followed by another, by reason and \
        whole weeks since the break.",
    sql: by_slice!(
        r#"select reason as "Reason",
       floor(extract(epoch from now - broken_at) / 604800)::bigint as "Weeks since",
       count(distinct stream) as "Schools",
       count(distinct stream) filter (where broken_by = 'school') as "After a report",
       count(distinct stream) filter (where broken_by = 'support') as "After a support break"
from slices where (reported or broken_by_support) and followed_by is null group by 1, 2 order by 2, 1"#
    ),
};
