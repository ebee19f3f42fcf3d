//! Measure 6: what support had to break.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 6,
    name: "support_breaks",
    title: "Support breaks",
    definition: "Recruitments of the slice that DfE support broke (PartnershipBrokenBySupport), per 100 recruitments of \
        the slice, and the median and the largest of local days from the last day of the window to the break (negative: \
        before it; a partnership without a window has none).",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider, Dimension::Cohort],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::count("broken_by_support", "Broken by support", "broken_by_support"),
        Figure::rate("per_100", "Per 100", ("broken_by_support", "recruitments")),
        Figure::median(
            "median_days_after_window",
            "Median days after the window",
            ("days_after_window", "broken_by_support"),
        ),
        Figure::longest(
            "longest_days_after_window",
            "Most days after the window",
            ("days_after_window", "broken_by_support"),
        ),
        Figure::count("after_window", "After the window", "broken_by_support and days_after_window > 0"),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
