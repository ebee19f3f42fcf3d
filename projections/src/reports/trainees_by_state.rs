//! Measure 21: where the trainees stand.

use super::{Dimension as By, Figure, Measure, measure::About, trainees::standing};

pub(super) const MEASURE: Measure = Measure {
    number: 21,
    name: "trainees_by_state",
    title: "Trainees by state",
    definition: "Trainees by the state of their record at the instant asked for, as a share of all; those deferred, and \
        those whose training had been extended at least once by then, are shown apart. Provider, route, status and the \
        first day of the course are those that the record had then; records without such a day count as unknown.",
    day: "on which the course begins",
    dimensions: &By::beside::<6>(By::OF_TRAINEES, &[By::State]),
    usual: &[By::State],
    figures: &[
        Figure::whole("all_trainees", "All trainees", "true"),
        Figure::count("trainees", "Trainees", "true"),
        Figure::rate("share", "% of trainees", ("trainees", "all_trainees")),
        Figure::count("deferred", "Deferred", "state = 'deferred'"),
        Figure::count("extended", "Extended", "extended"),
    ],
    about: About::Trainees,
    facts: standing!("it.state, it.extensions > 0 as extended", ""),
    placed: false,
};
