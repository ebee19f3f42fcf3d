//! Measure 10: schools that nobody recruited again.

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 10,
    name: "schools_left_free",
    title: "Schools left free",
    definition: "Schools and cohorts whose latest partnership is broken and not followed by another, by its reason and \
        by whole weeks (seven local days each) since the day of the break. A school counts for the provider and partner \
        of that partnership.",
    day: "of the break",
    dimensions: &By::beside::<9>(By::OF_RECRUITMENT, &[By::AgeWeeks]),
    usual: &[By::Reason, By::AgeWeeks],
    figures: &[
        Figure::count("schools", "Schools", "true"),
        Figure::count("after_report", "After a report", "by_school"),
        Figure::count("after_support_break", "After a support break", "not by_school"),
        Figure::median("median_weeks", "Median weeks", ("age_weeks", "true")),
        Figure::longest("longest_weeks", "Most weeks", ("age_weeks", "true")),
    ],
    about: About::Recruitment,
    facts: "select 'school' as unit, rounds.school_urn || '-' || rounds.cohort as id, rounds.partnership_id,
             rounds.school_urn, rounds.cohort, rounds.lead_provider_id, rounds.delivery_partner_id,
             case rounds.channel when 'queue' then 'nats' else rounds.channel end as channel, rounds.broken_on as day,
             date_trunc('week', rounds.broken_on::timestamp)::date as week, rounds.recruited_position, rounds.reason,
             array[rounds.recruited_position, rounds.broken_position] as positions,
             rounds.broken_by = 'school' as by_school, (@today - rounds.broken_on) / 7 as age_weeks
         from rounds
         where rounds.ended_by in ('reported', 'broken_by_support') and rounds.broken_at <= @as_of
             and (rounds.followed_at <= @as_of) is not true",
    placed: false,
};
