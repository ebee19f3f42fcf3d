//! Measure 13: schools that nobody could write to.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 13,
    name: "no_contact",
    title: "No contact",
    definition: "Recruitments of the slice whose first notice had nobody to go to (no address, or a children's centre), \
        per 100 recruitments of the slice. Waiting: those of them that no later notice or reminder of the round found a \
        recipient for, and that are neither broken nor in a newer round; with the median and the largest of local days \
        since nobody was found.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::count("no_contact", "No contact", "no_contact"),
        Figure::rate("per_100", "Per 100", ("no_contact", "recruitments")),
        Figure::count(
            "childrens_centres",
            "Children's centres",
            "no_contact and no_contact_reason = 'childrens_centre'",
        ),
        Figure::count("waiting", "Waiting", "in_queue"),
        Figure::median("median_days_waiting", "Median days waiting", ("days_in_queue", "in_queue")),
        Figure::longest("longest_days_waiting", "Most days waiting", ("days_in_queue", "in_queue")),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
