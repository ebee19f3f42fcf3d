//! Measure 31: what support had to take back.

use super::{Dimension, Figure, Measure, measure::About, trainees::acts};

pub(super) const MEASURE: Measure = Measure {
    number: 31,
    name: "corrections",
    title: "Corrections",
    definition: "Withdrawals of the slice, and those of them that had been undone by then (WithdrawalUndone), per 100; \
        recommendations of the slice, and those of them that had been rescinded by then, before or after the award \
        (RecommendationRescinded), per 100. A correction counts on the day of what it corrects.",
    day: "on which the withdrawal or the recommendation was recorded",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider],
    figures: &[
        Figure::whole("withdrawals", "Withdrawals", "act = 'TraineeWithdrawn'"),
        Figure::count("undone", "Undone", "act = 'TraineeWithdrawn' and taken_back"),
        Figure::rate("undone_per_100", "Undone per 100", ("undone", "withdrawals")),
        Figure::whole("recommendations", "Recommendations", "act = 'TraineeRecommendedForQts'"),
        Figure::count("rescinded", "Rescinded", "act = 'TraineeRecommendedForQts' and taken_back"),
        Figure::rate("rescinded_per_100", "Rescinded per 100", ("rescinded", "recommendations")),
    ],
    about: About::Trainees,
    facts: acts!(
        "array_remove(array[it.position, case when it.taken_back_at <= @as_of then it.taken_back_position end], null)
             as positions,
         it.act, (it.taken_back_at <= @as_of) is true as taken_back",
        "where it.act in ('TraineeWithdrawn', 'TraineeRecommendedForQts')"
    ),
    placed: false,
};
