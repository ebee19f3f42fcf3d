//! Measure 7: schools that came too late.

use super::{
    Dimension, Figure, Measure,
    figure::Kind,
    measure::About,
    recruited::{counted_against_recruitments, round_of_attempt},
};

pub(super) const MEASURE: Measure = Measure {
    number: 7,
    name: "late_attempts",
    title: "Late attempts",
    definition: "Refusals of ReportPartnershipMistake with window_closed, on the recruitments of the slice: all of them, \
        and the partnerships they were about, each per 100 recruitments of the slice (the second never passes 100); \
        median of local days from the last day of the window to the attempt; how many gave a reason. By reason: the one \
        that was given.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "unit = 'partnership'"),
        Figure::count("late_attempts", "Late attempts", "unit = 'refusal'"),
        Figure::rate("per_100", "Per 100", ("late_attempts", "recruitments")),
        Figure {
            name: "partnerships",
            title: "Partnerships",
            kind: Kind::Distinct { value: "recruited_position", of: "unit = 'refusal'", single: "false", whole: false },
        },
        Figure::rate("partnerships_per_100", "Partnerships per 100", ("partnerships", "recruitments")),
        Figure::median("median_days_late", "Median days late", ("days_late", "unit = 'refusal'")),
        Figure::longest("longest_days_late", "Most days late", ("days_late", "unit = 'refusal'")),
        Figure::count("with_reason", "With a reason", "unit = 'refusal' and reason is not null"),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: counted_against_recruitments!(
        "null::integer as days_late",
        "select 'refusal', attempts.ledger_position::text, it.partnership_id, it.school_urn, it.cohort,
             it.lead_provider_id, it.delivery_partner_id,
             case it.channel when 'queue' then 'nats' else it.channel end,
             case when @by_rounds then it.started_on else it.recruited_on end,
             case when @by_rounds then it.started_week else it.recruited_week end, it.recruited_position,
             attempts.reason, array[case when @by_rounds then it.started_position else it.recruited_position end],
             false, attempts.received_on - it.window_closes_on
         from refused_attempts attempts",
        round_of_attempt!(),
        "where attempts.code = 'window_closed' and attempts.command_type = 'ReportPartnershipMistake'
             and attempts.received_at <= @as_of"
    ),
    placed: false,
};
