//! What every report on recruitment counts by. One place decides what a recruitment of a slice is,
//! so that no rate passes 100 and totals add up across reports.

/// `filter` is what was asked for. `chosen` are the rounds of the recruitments asked for that had begun by then, with what
/// had become of them by then.
/// `slices` are the recruitments: each once, or with a delivery partner asked for, once for each round it had.
/// A report belongs to the recruitment, or to the round in which it came.
macro_rules! by_slice {
    ($sql:literal) => {
        concat!(
            "with filter as (
    select $1::smallint as cohort, $2::text as lead_provider, $3::text as delivery_partner,
           $4::date as from_day, $5::date as to_day, $6::timestamptz as now
), had_happened as (
    select rounds.*, filter.now, filter.delivery_partner as asked_delivery_partner,
           (rounds.broken_at <= filter.now) is true as broken_then,
           (rounds.followed_at <= filter.now) is true as followed_then,
           (rounds.ended_at <= filter.now) is true as ended_then,
           case when rounds.deadline_since <= filter.now then rounds.deadline
                else (select standing.window_closes_at from rounds standing
                      where standing.partnership_id = rounds.partnership_id and standing.started_at <= filter.now
                      order by standing.round desc limit 1) end as deadline_then
    from rounds, filter
    where rounds.started_at <= filter.now
      and (filter.cohort is null or rounds.cohort = filter.cohort)
      and (filter.lead_provider is null or rounds.lead_provider_id = filter.lead_provider)
      and (filter.from_day is null or rounds.recruited_on >= filter.from_day)
      and (filter.to_day is null or rounds.recruited_on <= filter.to_day)
), chosen as (
    select had_happened.*,
           broken_then and broken_by = 'school' as partnership_reported,
           broken_then and broken_by = 'support' as partnership_broken_by_support,
           ended_then and ended_by = 'reported' as round_reported,
           ended_then and ended_by = 'broken_by_support' as round_broken_by_support,
           not broken_then and deadline_then >= now as provisional
    from had_happened
), slices as (
    select chosen.*, partnership_reported as reported, partnership_broken_by_support as broken_by_support
    from chosen where asked_delivery_partner is null and round = 1
    union all
    select chosen.*, round_reported, round_broken_by_support
    from chosen where delivery_partner_id = asked_delivery_partner
), attempts as (
    select refused_attempts.*, partnership.partnership_id as about
    from refused_attempts cross join filter
    left join rounds partnership
        on partnership.partnership_id = refused_attempts.partnership_id and partnership.round = 1
    where refused_attempts.received_at <= filter.now
      and (filter.cohort is null or coalesce(partnership.cohort, refused_attempts.cohort) = filter.cohort)
      and (filter.lead_provider is null or partnership.lead_provider_id = filter.lead_provider
           or refused_attempts.lead_provider_id = filter.lead_provider)
      and (filter.delivery_partner is null or exists (
            select from rounds had where had.partnership_id = partnership.partnership_id
                and had.delivery_partner_id = filter.delivery_partner))
      and (filter.from_day is null
           or refused_attempts.received_on >= filter.from_day)
      and (filter.to_day is null
           or refused_attempts.received_on <= filter.to_day)
)
",
            $sql
        )
    };
}
pub(crate) use by_slice;

/// For reports on trainees: `filter` alone; days are those of the act that is counted.
macro_rules! by_trainee {
    ($sql:literal) => {
        concat!(
            "with filter as (
    select $1::smallint as cohort, $2::text as lead_provider, $3::text as delivery_partner,
           $4::date as from_day, $5::date as to_day, $6::timestamptz as now
), ",
            $sql
        )
    };
}
pub(crate) use by_trainee;
