//! What every measure on recruitment counts by. One place decides what a recruitment of a slice is, so that no rate
//! passes 100 and totals add up across measures.

/// The recruitments that had happened by then, each once; or, where delivery partners are told apart, the rounds, each
/// once. A report or break belongs to the recruitment, or to the round in which it came.
/// Only what had happened by `@as_of` is there: a later break, end or notice is not. The deadline is the one that stood
/// then: a later change of delivery partner set another.
pub(super) const RECRUITED: &str = r"
select 'partnership' as unit, it.partnership_id::text as id, it.partnership_id, it.started_by, it.school_urn,
       it.cohort, it.lead_provider_id, it.delivery_partner_id,
       case it.channel when 'queue' then 'nats' else it.channel end as channel,
       it.sequence = 1 and it.ended_by is null as only_one,
       it.started_on as day, it.started_week as week, it.recruited_position,
       case when it.broken then it.reason end as reason,
       array_remove(array[it.started_position, case when it.no_contact_at <= @as_of then it.no_contact_position end,
           case when it.broken then it.broken_position end], null) as positions,
       it.broken and it.broken_by = 'school' as reported, it.broken and it.broken_by = 'support' as broken_by_support,
       case when it.broken and it.days_to_break >= 14 then '14+' when it.broken then it.days_to_break::text end
           as day_of_round,
       it.days_to_break, it.reminded, it.broken_on - it.deadline_on as days_after_window,
       (it.over_at <= @as_of) is not true and (it.deadline_then >= @as_of) is true as window_open,
       it.deadline_then, (it.deadline_then < @as_of and (it.over_at <= it.deadline_then) is not true) is true
           as window_passed,
       (it.told_deadline = it.deadline_then and it.told_deadline_since <= @as_of) is true as told_in_time,
       case when it.contact_at <= @as_of then it.contact
            when it.no_contact_at <= @as_of then 'no_contact' else 'not_yet' end as contact,
       (it.no_contact_at <= @as_of) is true as no_contact, it.no_contact as no_contact_reason,
       (it.no_contact_at <= @as_of) is true and (it.reached_at <= @as_of) is not true
           and (it.ended_at <= @as_of) is not true as in_queue,
       @today - it.no_contact_on as days_in_queue
from (select rounds.*,
             (rounds.broken_at <= @as_of and (not @by_rounds or rounds.ended_by <> 'changed')) is true as broken,
             case when @by_rounds then rounds.ended_at else rounds.broken_at end as over_at,
             case when standing.round > 1 then standing.window_closes_at else rounds.window_closes_at end as deadline_then
      from rounds left join rounds standing
          on not @by_rounds and standing.partnership_id = rounds.partnership_id and standing.round > 1
              and standing.started_at <= @as_of and (standing.ended_by = 'changed' and standing.ended_at <= @as_of) is not true
      where (@by_rounds or rounds.round = 1) and rounds.started_at <= @as_of) it";

/// The columns that facts about recruitment must have, to write a union of recruitments and something else.
macro_rules! counted_against_recruitments {
    ($own:literal, $($rest:expr),+) => {
        concat!(
            "select unit, id, partnership_id, school_urn, cohort, lead_provider_id, delivery_partner_id, channel, day,
                 week, recruited_position, null::text as reason, positions, window_open, ", $own, " from recruited
             union all ", $($rest),+
        )
    };
}
pub(super) use counted_against_recruitments;

/// The round that ran when a command about a partnership was received: `it`, beside `attempts`.
macro_rules! round_of_attempt {
    () => {
        " join rounds it on it.partnership_id = attempts.partnership_id and it.started_at <= attempts.received_at
             and (it.ended_by = 'changed' and it.ended_at <= attempts.received_at) is not true "
    };
}
pub(super) use round_of_attempt;
