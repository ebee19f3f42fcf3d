//! Measure 24: how long trainees wait for the status.

use super::{Dimension, Figure, Measure, measure::About, trainees::acts};

pub(super) const MEASURE: Measure = Measure {
    number: 24,
    name: "wait_for_award",
    title: "Wait for award",
    definition: "Recommendations that had not been rescinded by then: local days from the day of recommending to the day \
        on which QtsAwarded was recorded, median, 90th percentile and longest; how many were still pending, and how many \
        of those for more than 5 working days. Working days are Mondays to Fridays after the day of recommending, up to \
        and with the day asked for; bank holidays are not skipped.",
    day: "of the recommendation",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider, Dimension::Award],
    figures: &[
        Figure::whole("recommendations", "Recommendations", "true"),
        Figure::count("awarded", "Awarded", "awarded"),
        Figure::median("median_days", "Median days", ("days", "awarded")),
        Figure::ninetieth("ninetieth_percentile_days", "90th percentile", ("days", "awarded")),
        Figure::longest("longest_days", "Longest", ("days", "awarded")),
        Figure::count("pending", "Pending", "not awarded"),
        Figure::count("over_5_working_days", "Pending over 5 working days", "not awarded and working_days > 5"),
    ],
    about: About::Trainees,
    facts: acts!(
        "array_remove(array[it.position, case when it.awarded_at <= @as_of then it.awarded_position end], null)
             as positions,
         (it.awarded_at <= @as_of) is true as awarded,
         (it.awarded_at at time zone 'Europe/London')::date - it.done_on as days,
         passed.today / 7 * 5 + least(passed.today % 7 + 1, 5) - passed.then / 7 * 5 - least(passed.then % 7 + 1, 5)
             as working_days",
        "cross join lateral (select @today - date '1970-01-05' as today, it.done_on - date '1970-01-05' as then) passed
         where it.act = 'TraineeRecommendedForQts' and (it.taken_back_at <= @as_of) is not true"
    ),
    placed: false,
};
