//! Measure 8: second readers of a shared inbox.

use super::{Dimension as By, Figure, Measure, figure::Kind, measure::About, recruited::round_of_attempt};

pub(super) const MEASURE: Measure = Measure {
    number: 8,
    name: "duplicate_attempts",
    title: "Duplicate attempts",
    definition: "Refusals of ReportPartnershipMistake with already_reported: median of hours since the partnership was \
        broken, how the person came (service where nothing was said), and whether the school had an induction tutor when \
        the attempt was received. The provider is that of the partnership, the partner that of its last round. By \
        reason: the one that was given, if it is one of the five.",
    day: "of the attempt",
    dimensions: &By::beside::<10>(By::OF_RECRUITMENT, &[By::CameBy, By::Tutor]),
    usual: &[By::LeadProvider],
    figures: &[
        Figure::count("duplicate_attempts", "Duplicate attempts", "true"),
        Figure {
            name: "partnerships",
            title: "Partnerships",
            kind: Kind::Distinct { value: "positions[1]", of: "true", single: "false", whole: false },
        },
        Figure {
            name: "median_hours",
            title: "Median hours after",
            kind: Kind::Quantile { value: "microseconds_after", of: "true", tenths: 5, unit: 3_600_000_000 },
        },
        Figure::count("by_token", "By the notice's link", "came_by = 'token'"),
        Figure::count("signed_in", "Signed in", "came_by = 'signed_in'"),
        Figure::count("another_way", "Another way", "came_by = 'service'"),
        Figure::count("with_tutor", "With a tutor", "tutor = 'with'"),
        Figure::count("without_tutor", "Without a tutor", "tutor = 'without'"),
    ],
    about: About::Recruitment,
    facts: concat!(
        "select 'refusal' as unit, attempts.ledger_position::text as id, it.partnership_id, it.school_urn, it.cohort,
             it.lead_provider_id, it.delivery_partner_id,
             case attempts.channel when 'queue' then 'nats' else attempts.channel end as channel,
             attempts.received_on as day, attempts.received_week as week, it.recruited_position, attempts.reason,
             array_remove(array[it.recruited_position, it.broken_position], null) as positions,
             coalesce(attempts.came_by, 'service') as came_by,
             (extract(epoch from attempts.received_at - it.broken_at) * 1000000)::bigint as microseconds_after,
             case when exists (select from tutors where tutors.school_urn = it.school_urn
                               and tutors.since <= attempts.received_at) then 'with' else 'without' end as tutor
         from refused_attempts attempts",
        round_of_attempt!(),
        "where attempts.code = 'already_reported' and attempts.command_type = 'ReportPartnershipMistake'
             and attempts.received_at <= @as_of"
    ),
    placed: false,
};
