//! Measure 22: what became of those who started in a year.

use super::{Dimension, Figure, Measure, measure::About, trainees::standing};

pub(super) const MEASURE: Measure = Measure {
    number: 22,
    name: "outcomes_of_start_year",
    title: "Outcomes of a start year",
    definition: "Trainees whose course begins in the academic year, which runs from 1 September to 31 August: how many \
        hold the status (awarded), wait for it (recommended_for_award), are in training (submitted_for_trn, \
        trn_received), deferred or withdrawn at the instant asked for, each as a share of all of them. A record in draft \
        counts in all of them and has a column of its own; records without a first day of the course are left out.",
    day: "on which the course begins",
    dimensions: Dimension::OF_TRAINEES,
    usual: &[Dimension::AcademicYear],
    figures: &[
        Figure::whole("trainees", "Trainees", "true"),
        Figure::count("awarded", "Awarded", "state = 'awarded'"),
        Figure::rate("awarded_share", "% awarded", ("awarded", "trainees")),
        Figure::count("pending", "Pending", "state = 'recommended_for_award'"),
        Figure::rate("pending_share", "% pending", ("pending", "trainees")),
        Figure::count("in_training", "In training", "state in ('submitted_for_trn', 'trn_received')"),
        Figure::rate("in_training_share", "% in training", ("in_training", "trainees")),
        Figure::count("deferred", "Deferred", "state = 'deferred'"),
        Figure::rate("deferred_share", "% deferred", ("deferred", "trainees")),
        Figure::count("withdrawn", "Withdrawn", "state = 'withdrawn'"),
        Figure::rate("withdrawn_share", "% withdrawn", ("withdrawn", "trainees")),
        Figure::count("draft", "Draft", "state = 'draft'"),
    ],
    about: About::Trainees,
    facts: standing!("it.state", "and it.itt_start_date is not null"),
    placed: false,
};
