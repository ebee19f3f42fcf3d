//! Measure 3: how many recruitments turn out to be a mistake.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 3,
    name: "report_rate",
    title: "Report rate",
    definition: "Recruitments of the slice that the school reported, per 100 recruitments of the slice. By delivery \
        partner: rounds that it had, and those of them that ended in a report.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider, Dimension::Cohort],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::count("reported", "Reported", "reported"),
        Figure::rate("per_100", "Per 100", ("reported", "recruitments")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
