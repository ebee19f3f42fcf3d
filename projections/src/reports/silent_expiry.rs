//! Measure 14: windows that ended though no notice had arrived.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 14,
    name: "silent_expiry",
    title: "Silent expiry",
    definition: "Recruitments of the slice whose deadline (that of the latest round by then) had passed while they stood, and none of whose notices and \
        reminders was delivered at or before it (by the carrier's time), per 100 recruitments of the slice. A delivery \
        that became known later counts from then. By delivery partner: rounds, each with its own \
        deadline, and all notices of the partnership.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::whole("past_deadline", "Past the deadline", "window_passed"),
        Figure::count(
            "silent",
            "No notice delivered",
            "window_passed and not told_in_time and (arrived_at <= deadline_then) is not true",
        ),
        Figure::rate("per_100", "Per 100", ("silent", "recruitments")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    // What was noted when the deadline passed spares looking up the notices of almost every recruitment.
    facts: "select recruited.*, case when window_passed and not told_in_time then (
             select min(progress.arrived_at) from notice_progress progress
             where progress.partnership_id = recruited.partnership_id and progress.delivered_at <= @as_of
         ) end as arrived_at from recruited",
    placed: false,
};
