//! Measure 14: windows that ended though no notice had arrived.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 14,
    name: "silent_expiry",
    title: "Silent expiry",
    definition: "Recruitments of the slice whose deadline had passed while they stood, and none of whose notices and \
        reminders was delivered at or before it (by the carrier's time), per 100 recruitments of the slice. A delivery \
        that became known later counts from then. By delivery partner: rounds, with their own window and notices.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::whole("past_deadline", "Past the deadline", "window_passed"),
        Figure::count("silent", "No notice delivered", "window_passed and (arrived_at <= deadline_then) is not true"),
        Figure::rate("per_100", "Per 100", ("silent", "recruitments")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select recruited.*, arrivals.arrived_at
         from recruited left join (
             select case when @by_rounds then progress.cause else progress.partnership_id end as told_of,
                    min(progress.arrived_at) as arrived_at
             from notice_progress progress where progress.delivered_at <= @as_of group by 1
         ) arrivals on arrivals.told_of = case when @by_rounds then recruited.started_by else recruited.partnership_id end",
    placed: false,
};
