//! Measure 17: how often delivery partners change, and what schools then say.

use super::{Dimension, Figure, Measure, figure::Kind, measure::About, recruited::counted_against_recruitments};

pub(super) const MEASURE: Measure = Measure {
    number: 17,
    name: "delivery_partner_changes",
    title: "Delivery partner changes",
    definition: "DeliveryPartnerChanged on the recruitments of the slice, per 100 recruitments of the slice (one \
        recruitment can have several); the partnerships they were about; and the changes whose round ended in a report, \
        per 100 changes. By delivery partner: rounds that it had, and those of them that began with a change to it.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "unit = 'partnership'"),
        Figure::whole("changes", "Changes", "unit = 'change'"),
        Figure::rate("per_100", "Per 100", ("changes", "recruitments")),
        Figure {
            name: "partnerships",
            title: "Partnerships",
            kind: Kind::Distinct { value: "recruited_position", of: "unit = 'change'", single: "false", whole: true },
        },
        Figure::count("reported_after", "Reported after", "unit = 'change' and reported"),
        Figure::rate("reported_after_per_100", "Reported per 100 changes", ("reported_after", "changes")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: counted_against_recruitments!(
        "false as reported",
        "select 'change', rounds.started_position::text, rounds.partnership_id, rounds.school_urn, rounds.cohort,
             rounds.lead_provider_id, rounds.delivery_partner_id,
             case rounds.channel when 'queue' then 'nats' else rounds.channel end,
             case when @by_rounds then rounds.started_on else rounds.recruited_on end,
             case when @by_rounds then rounds.started_week else rounds.recruited_week end, rounds.recruited_position,
             case when rounds.ended_by = 'reported' and rounds.ended_at <= @as_of then rounds.reason end,
             array_remove(array[rounds.started_position,
                 case when rounds.ended_at <= @as_of then rounds.ended_position end], null),
             false, (rounds.ended_by = 'reported' and rounds.ended_at <= @as_of) is true
         from rounds where rounds.round > 1 and rounds.started_at <= @as_of"
    ),
    placed: false,
};
