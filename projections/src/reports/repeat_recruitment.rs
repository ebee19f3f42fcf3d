//! Measure 9: what follows a break.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 9,
    name: "repeat_recruitment",
    title: "Repeat recruitment after a break",
    definition: "Broken partnerships, after a report or by support, that were followed by a recruitment of the same \
        school in the same cohort, as a share of broken ones; by the same and by another lead provider, each as a share \
        of broken ones; median of local days from the break to the recruitment; and the share of those recruitments \
        that were broken again. A partnership counts for the partner of its last round.",
    day: "of the break",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider, Dimension::Cohort],
    figures: &[
        Figure::count("broken", "Broken", "true"),
        Figure::count("followed", "Recruited again", "followed"),
        Figure::rate("followed_share", "% recruited again", ("followed", "broken")),
        Figure::count("by_same", "By the same", "followed and by_same"),
        Figure::rate("by_same_share", "% by the same", ("by_same", "broken")),
        Figure::count("by_another", "By another", "followed and not by_same"),
        Figure::rate("by_another_share", "% by another", ("by_another", "broken")),
        Figure::median("median_days_between", "Median days between", ("days_between", "followed")),
        Figure::count("broken_again", "Broken again", "followed and again"),
        Figure::rate("broken_again_share", "% broken again", ("broken_again", "followed")),
    ],
    about: About::Recruitment,
    facts: "select 'partnership' as unit, rounds.partnership_id::text as id, rounds.partnership_id, rounds.school_urn,
             rounds.cohort, rounds.lead_provider_id, rounds.delivery_partner_id,
             case rounds.channel when 'queue' then 'nats' else rounds.channel end as channel, rounds.broken_on as day,
             date_trunc('week', rounds.broken_on::timestamp)::date as week, rounds.recruited_position, rounds.reason,
             array_remove(array[rounds.recruited_position, rounds.broken_position,
                 case when rounds.followed_at <= @as_of then rounds.followed_position end], null) as positions,
             (rounds.followed_at <= @as_of) is true as followed,
             rounds.followed_by_lead_provider = rounds.lead_provider_id as by_same,
             rounds.followed_on - rounds.broken_on as days_between,
             (rounds.followed_broken_at <= @as_of) is true as again
         from rounds
         where rounds.ended_by in ('reported', 'broken_by_support') and rounds.broken_at <= @as_of",
    placed: false,
};
