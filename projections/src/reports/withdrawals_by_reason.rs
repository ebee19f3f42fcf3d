//! Measure 25: why trainees leave.

use super::{Dimension as By, Figure, Measure, figure::Kind, measure::About, trainees::acts};

pub(super) const MEASURE: Measure = Measure {
    number: 25,
    name: "withdrawals_by_reason",
    title: "Withdrawals by reason",
    definition: "Withdrawals that had not been undone by then. By reason: those that gave the code, as a share of all \
        withdrawals of the slice (adds to over 100%, as one can give several), the code's share of all codes given, and \
        how many were chosen by the provider and by the trainee. The total counts each withdrawal once.",
    day: "on which the withdrawal was recorded",
    dimensions: &By::beside::<7>(By::OF_TRAINEES, &[By::WithdrawalReason, By::Trigger]),
    usual: &[By::WithdrawalReason],
    figures: &[
        Figure {
            name: "all_withdrawals",
            title: "All withdrawals",
            kind: Kind::Distinct { value: "positions[1]", of: "true", single: "false", whole: true },
        },
        Figure {
            name: "withdrawals",
            title: "Withdrawals",
            kind: Kind::Distinct { value: "positions[1]", of: "true", single: "false", whole: false },
        },
        Figure::rate("share", "% of withdrawals", ("withdrawals", "all_withdrawals")),
        Figure::whole("all_codes", "Codes given in all", "withdrawal_reason is not null"),
        Figure::count("codes", "Codes given", "withdrawal_reason is not null"),
        Figure::rate("share_of_codes", "% of codes", ("codes", "all_codes")),
        Figure {
            name: "chosen_by_provider",
            title: "Chosen by the provider",
            kind: Kind::Distinct { value: "positions[1]", of: "trigger = 'provider'", single: "false", whole: false },
        },
        Figure {
            name: "chosen_by_trainee",
            title: "Chosen by the trainee",
            kind: Kind::Distinct { value: "positions[1]", of: "trigger = 'trainee'", single: "false", whole: false },
        },
    ],
    about: About::Trainees,
    facts: acts!(
        "array[it.position] as positions, it.trigger, given.code as withdrawal_reason",
        "left join lateral jsonb_array_elements_text(it.reasons) as given (code) on true
         where it.act = 'TraineeWithdrawn' and (it.taken_back_at <= @as_of) is not true"
    ),
    placed: false,
};
