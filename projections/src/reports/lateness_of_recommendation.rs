//! Measure 23: how long after the standards were met providers recommend.

use super::{Dimension, Figure, Measure, measure::About, trainees::acts};

pub(super) const MEASURE: Measure = Measure {
    number: 23,
    name: "lateness_of_recommendation",
    title: "Lateness of recommendation",
    definition: "Recommendations that had not been rescinded by then: local days from the date standards met to the day \
        of recommended_for_award_at, median and 90th percentile; how many came after more than 30 days, and their share; \
        and local days from the expected end date that the record had, median and 90th percentile (below zero = before \
        it), of those that had one. Percentiles lie on the straight line between neighbours, to one decimal.",
    day: "of the recommendation",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider, Dimension::Award],
    figures: &[
        Figure::whole("recommendations", "Recommendations", "true"),
        Figure::median("median_days", "Median days", ("days", "true")),
        Figure::ninetieth("ninetieth_percentile_days", "90th percentile", ("days", "true")),
        Figure::count("over_30_days", "Over 30 days", "days > 30"),
        Figure::rate("over_30_days_share", "% over 30 days", ("over_30_days", "recommendations")),
        Figure::count("with_expected_end", "With an expected end", "days_from_end is not null"),
        Figure::median("median_days_from_end", "Median days from expected end", ("days_from_end", "true")),
        Figure::ninetieth("ninetieth_percentile_days_from_end", "90th percentile from it", ("days_from_end", "true")),
    ],
    about: About::Trainees,
    facts: acts!(
        "array[it.position] as positions, it.done_on - it.outcome_date as days,
         it.done_on - it.expected_end_date as days_from_end",
        "where it.act = 'TraineeRecommendedForQts' and (it.taken_back_at <= @as_of) is not true"
    ),
    placed: false,
};
