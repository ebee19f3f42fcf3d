//! Measure 30: who might teach one day after all.

use super::{Dimension as By, Figure, Measure, figure::Kind, measure::About, trainees::acts};

/// Withdrawals under a condition, each once however many reasons it gave.
const fn withdrawals(name: &'static str, title: &'static str, of: &'static str) -> Figure {
    Figure { name, title, kind: Kind::Distinct { value: "positions[1]", of, single: "false", whole: false } }
}

pub(super) const MEASURE: Measure = Measure {
    number: 30,
    name: "future_interest",
    title: "Future interest",
    definition: "Withdrawals that had not been undone by then, by the interest in teaching later that was recorded: yes as \
        a share of those with an answer, which is yes or no; unknown is none. By reason: the withdrawals that gave the \
        code, yes against answers among them alone.",
    day: "on which the withdrawal was recorded",
    dimensions: &By::beside::<6>(By::OF_TRAINEES, &[By::WithdrawalReason]),
    usual: &[By::WithdrawalReason],
    figures: &[
        withdrawals("withdrawals", "Withdrawals", "true"),
        withdrawals("answered", "With an answer", "future_interest in ('yes', 'no')"),
        withdrawals("interested", "Yes", "future_interest = 'yes'"),
        Figure::rate("interested_share", "% yes", ("interested", "answered")),
        withdrawals("not_interested", "No", "future_interest = 'no'"),
        withdrawals("not_known", "Unknown", "future_interest = 'unknown'"),
    ],
    about: About::Trainees,
    facts: acts!(
        "array[it.position] as positions, it.future_interest, given.code as withdrawal_reason",
        "left join lateral jsonb_array_elements_text(it.reasons) as given (code) on true
         where it.act = 'TraineeWithdrawn' and (it.taken_back_at <= @as_of) is not true"
    ),
    placed: false,
};
