//! Measure 27: withdrawals that say nothing.

use super::{Dimension, Figure, Measure, measure::About, trainees::acts};

pub(super) const MEASURE: Measure = Measure {
    number: 27,
    name: "vague_reasons",
    title: "Vague reasons",
    definition: "Withdrawals that had not been undone by then and whose only code is had_to_withdraw_trainee_another_reason \
        or trainee_chose_to_withdraw_another_reason (in old records for_another_reason or another_reason), as a share of \
        withdrawals.",
    day: "on which the withdrawal was recorded",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::TrainingProvider],
    figures: &[
        Figure::whole("withdrawals", "Withdrawals", "true"),
        Figure::count("vague", "Only another reason", "vague"),
        Figure::rate("share", "% of withdrawals", ("vague", "withdrawals")),
    ],
    about: About::Trainees,
    facts: acts!(
        "array[it.position] as positions, jsonb_array_length(it.reasons) = 1 and it.reasons ->> 0 in
             ('had_to_withdraw_trainee_another_reason', 'trainee_chose_to_withdraw_another_reason',
              'for_another_reason', 'another_reason') as vague",
        "where it.act = 'TraineeWithdrawn' and (it.taken_back_at <= @as_of) is not true"
    ),
    placed: false,
};
