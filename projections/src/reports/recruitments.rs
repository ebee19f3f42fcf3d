//! Measure 1: how many recruitments, and by which way they came.

use super::{Dimension, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 1,
    name: "recruitments",
    title: "Recruitments",
    definition: "Recruitments: one for each RecruitmentConfirmed. By channel: a file of rows is csv, an HTTP client api, \
        request and queue of NATS nats, a web page screen, the operator's command line system.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider, Dimension::Channel],
    figures: &[Figure::whole("recruitments", "Recruitments", "true")],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
