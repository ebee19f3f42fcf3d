//! Measure 26: withdrawals for lack of progress.

use super::{Dimension, Figure, Measure, measure::About, trainees::acts};

pub(super) const MEASURE: Measure = Measure {
    number: 26,
    name: "pre_empting",
    title: "Withdrawals for lack of progress",
    definition: "Withdrawals that had not been undone by then and gave not_meeting_qts_standards, \
        lack_of_progress_during_placements or did_not_make_progress, each withdrawal once, as a share of withdrawals.",
    day: "on which the withdrawal was recorded",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider],
    figures: &[
        Figure::whole("withdrawals", "Withdrawals", "true"),
        Figure::count("for_progress", "For lack of progress", "for_progress"),
        Figure::rate("share", "% of withdrawals", ("for_progress", "withdrawals")),
    ],
    about: About::Trainees,
    facts: acts!(
        "array[it.position] as positions, it.reasons ?| array['not_meeting_qts_standards',
             'lack_of_progress_during_placements', 'did_not_make_progress'] as for_progress",
        "where it.act = 'TraineeWithdrawn' and (it.taken_back_at <= @as_of) is not true"
    ),
    placed: false,
};
