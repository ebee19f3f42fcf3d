//! Measure 2: how many reports, and how they add up over the weeks of recruitment.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 2,
    name: "reports",
    title: "Reports",
    definition: "Reports: one for each PartnershipMistakeReported, on the recruitments of the slice. Split by week: by \
        the week in which the school was recruited, with recruitments and reports summed up to that week. Weeks in \
        which nobody was recruited have no row.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::Week],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::count("reported", "Reported", "reported"),
        Figure::running("recruitments_so_far", "Recruitments so far", "recruitments"),
        Figure::running("reported_so_far", "Reported so far", "reported"),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
