//! Measure 8: second readers of a shared inbox.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "duplicate_attempts",
    title: "Duplicate attempts",
    definition: "Reports refused because the partnership was reported already: median of hours since then, how the \
        person came, and whether the school had a tutor at the time.",
    sql: by_slice!(
        r#", with_tutor as (
    select attempts.*, exists (
        select from tutors where tutors.school_urn = attempts.school_urn and tutors.since <= attempts.received_at
    ) as had_tutor
    from attempts where code = 'already_reported'
)
select lead_provider_name as "Lead provider", count(*) as "Duplicate attempts",
       round((percentile_cont(0.5) within group (order by extract(epoch from received_at - partnership_broken_at)) / 3600
           )::numeric, 1)::float8 as "Median hours after",
       count(*) filter (where came_by = 'token') as "By the notice's link",
       count(*) filter (where came_by = 'signed_in') as "Signed in",
       count(*) filter (where came_by is null or came_by not in ('token', 'signed_in')) as "Another way",
       count(*) filter (where had_tutor) as "With a tutor",
       count(*) filter (where not had_tutor) as "Without a tutor"
from with_tutor group by 1 order by 1"#
    ),
};
