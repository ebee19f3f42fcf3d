//! Measure 26: withdrawals for lack of progress.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "pre_empting",
    title: "Withdrawals for lack of progress",
    definition: "Withdrawals that gave not meeting the QTS standards or either progress reason, as a share of \
        withdrawals; undone ones left out.",
    sql: by_trainee!(
        r#"counted as (
    select trainees.provider, reasons ?| array['not_meeting_qts_standards', 'lack_of_progress_during_placements',
        'did_not_make_progress'] as for_progress
    from withdrawals join trainees on trainees.stream = withdrawals.stream cross join filter
    where undone_at is null
      and (filter.from_day is null or (withdrawals.withdrawn_at at time zone 'Europe/London')::date >= filter.from_day)
      and (filter.to_day is null or (withdrawals.withdrawn_at at time zone 'Europe/London')::date <= filter.to_day)
)
select provider as "Training provider", count(*) as "Withdrawals",
       count(*) filter (where for_progress) as "For lack of progress",
       round(100.0 * count(*) filter (where for_progress) / count(*), 1)::float8 as "%"
from counted group by 1 order by 1"#
    ),
};
