//! Measure 4: why schools report.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 4,
    name: "reason_mix",
    title: "Reason mix",
    definition: "Reports on the recruitments of the slice with each of the five reasons, as a share of all reports of \
        the slice, and per 100 recruitments of the slice. Split by reason, shares are of the reports with any reason.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::Reason],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::whole("all_reports", "All reports", "reported"),
        Figure::count("reports", "Reports", "reported"),
        Figure::rate("share", "% of reports", ("reports", "all_reports")),
        Figure::rate("per_100", "Per 100 recruitments", ("reports", "recruitments")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
