//! Measure 21: where the trainees stand on a day.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "trainees_by_state",
    title: "Trainees by state",
    definition: "Trainees in each state at the end of the last day asked for, or now; those deferred have a line of \
        their own, those extended by then are shown apart.",
    sql: by_trainee!(
        r#"moment as (
    select coalesce(((to_day + 1)::timestamp at time zone 'Europe/London') - interval '1 microsecond', now) as instant
    from filter
)
select states.state as "State", count(*) as "Trainees",
       count(*) filter (where trainees.first_extended_at <= moment.instant) as "Extended"
from trainee_states states cross join moment
join trainees on trainees.stream = states.stream
where states.since <= moment.instant and (states.until is null or states.until > moment.instant)
group by states.state
order by array_position(array['draft', 'submitted_for_trn', 'trn_received', 'recommended_for_award', 'awarded',
    'deferred', 'withdrawn'], states.state)"#
    ),
};
