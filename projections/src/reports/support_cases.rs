//! Measure 20: what schools bring to support, and how long it takes.

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 20,
    name: "support_cases",
    title: "Support cases",
    definition: "Reports and questions of schools passed to support (ReportPassedToSupport; tasks about trainees are none): \
        opened, open then, and resolved, with the median of local days from the day of opening to the day of resolving. \
        By outcome: resolved ones alone. The provider is that of the partnership, the partner that of its round then.",
    day: "on which the case was opened",
    dimensions: &[
        By::LeadProvider,
        By::DeliveryPartner,
        By::Cohort,
        By::Reason,
        By::LocalAuthority,
        By::Trust,
        By::Week,
        By::Subject,
        By::Outcome,
        By::CameBy,
    ],
    usual: &[By::Subject],
    figures: &[
        Figure::count("opened", "Opened", "true"),
        Figure::count("open_now", "Open now", "not resolved"),
        Figure::count("resolved", "Resolved", "resolved"),
        Figure::median("median_days", "Median days to resolve", ("days", "resolved")),
    ],
    about: About::Recruitment,
    facts: "select 'case' as unit, cases.case_id::text as id, cases.partnership_id, cases.school_urn, cases.cohort,
             it.lead_provider_id, it.delivery_partner_id, null::text as channel, opened.day,
             date_trunc('week', opened.day::timestamp)::date as week,
             coalesce(it.recruited_position, cases.position) as recruited_position, cases.reason,
             array[cases.position] as positions, cases.subject, cases.came_by,
             case when cases.resolved_at <= @as_of then cases.outcome end as outcome,
             (cases.resolved_at <= @as_of) is true as resolved,
             (cases.resolved_at at time zone 'Europe/London')::date - opened.day as days
         from cases
         cross join lateral (select (cases.opened_at at time zone 'Europe/London')::date as day) opened
         left join lateral (select rounds.* from rounds where rounds.partnership_id = cases.partnership_id
             and rounds.started_at <= cases.opened_at order by rounds.round desc limit 1) it on true
         where cases.trainee_id is null and cases.opened_at <= @as_of",
    placed: false,
};
