//! Measure 12: what became of the mails to schools.

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 12,
    name: "notices_by_status",
    title: "Notices by status",
    definition: "Notices and reminders to schools by how they stood with the carrier; withheld are those that were not \
        sent after all. Sent are all but those that stood at created or were withheld. The undelivered share is of \
        those sent and counts permanent-failure, temporary-failure and technical-failure.",
    day: "on which the notice was decided",
    dimensions: &[
        By::LeadProvider,
        By::DeliveryPartner,
        By::Cohort,
        By::LocalAuthority,
        By::Trust,
        By::Week,
        By::Status,
        By::Occasion,
        By::Contact,
    ],
    usual: &[By::Status],
    figures: &[
        Figure::count("notices", "Notices", "true"),
        Figure::count("sent", "Sent", "status not in ('created', 'withheld')"),
        Figure::count("delivered", "Delivered", "status = 'delivered'"),
        Figure::count("permanent", "Permanent failure", "status = 'permanent-failure'"),
        Figure::count("temporary", "Temporary failure", "status = 'temporary-failure'"),
        Figure::count("technical", "Technical failure", "status = 'technical-failure'"),
        Figure::count(
            "undelivered",
            "Undelivered",
            "status in ('permanent-failure', 'temporary-failure', 'technical-failure')",
        ),
        Figure::rate("undelivered_share", "% undelivered", ("undelivered", "sent")),
    ],
    about: About::Recruitment,
    // Every notice is about a round; a left join is left out where nothing is asked of the round.
    facts: "select 'notice' as unit, progress.notice_id::text as id, it.partnership_id, it.school_urn, it.cohort,
             it.lead_provider_id, it.delivery_partner_id, null::text as channel, progress.created_on as day,
             progress.created_week as week, it.recruited_position, null::text as reason,
             progress.occasion, progress.contact,
             array_remove(array[progress.created_position,
                 case when progress.ended_at <= @as_of then progress.ended_position end], null) as positions,
             case when progress.withheld_at <= @as_of then 'withheld'
                  when progress.delivered_at <= @as_of then 'delivered'
                  when progress.mailbox_unknown_at <= @as_of then 'permanent-failure'
                  when progress.mailbox_refused_at <= @as_of then 'temporary-failure'
                  when progress.carrier_gave_up_at <= @as_of then 'technical-failure'
                  when progress.sending_at <= @as_of then 'sending' else 'created' end as status
         from notice_progress progress left join rounds it on it.started_by = progress.cause
         where progress.created_at <= @as_of",
    placed: false,
};
