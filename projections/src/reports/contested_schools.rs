//! Measure 18: schools that more than one lead provider wants.

use super::{Dimension as By, Figure, Measure, figure::Kind, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 18,
    name: "contested_schools",
    title: "Contested schools",
    definition: "Refusals of ConfirmRecruitment with recruited_by_other_provider or programme_not_confirmed, by the lead \
        provider that was refused, and the schools they were about, each once for a cohort. Authority and trust are \
        those of the school when it was refused.",
    day: "of the refusal",
    dimensions: &[
        By::LeadProvider,
        By::DeliveryPartner,
        By::Cohort,
        By::LocalAuthority,
        By::Trust,
        By::Week,
        By::Channel,
        By::Code,
    ],
    usual: &[By::LeadProvider],
    figures: &[
        Figure::count("refusals", "Refusals", "true"),
        Figure::count("held_by_another", "Held by another", "code = 'recruited_by_other_provider'"),
        Figure::count("programme_not_confirmed", "Programme not confirmed", "code = 'programme_not_confirmed'"),
        Figure {
            name: "schools",
            title: "Schools",
            kind: Kind::Distinct {
                value: "school_urn::bigint * 10000 + cohort",
                of: "school_urn is not null",
                single: "false",
                whole: false,
            },
        },
    ],
    about: About::Recruitment,
    facts: "select 'refusal' as unit, attempts.ledger_position::text as id, null::uuid as partnership_id,
             attempts.school_urn, attempts.cohort, attempts.lead_provider_id, attempts.delivery_partner_id,
             case attempts.channel when 'queue' then 'nats' else attempts.channel end as channel,
             attempts.received_on as day, attempts.received_week as week,
             attempts.head_position as recruited_position, null::text as reason, array[]::bigint[] as positions,
             attempts.code
         from refused_attempts attempts
         where attempts.code in ('recruited_by_other_provider', 'programme_not_confirmed')
             and attempts.command_type = 'ConfirmRecruitment' and attempts.received_at <= @as_of",
    placed: false,
};
