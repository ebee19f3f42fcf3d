//! Measure 16: do the names of providers confuse?

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 16,
    name: "unrecognised_providers",
    title: "Unrecognised providers",
    definition: "Recruitments of the slice that the school reported with do_not_recognise, per 100 recruitments of the \
        slice, by pair of lead provider and delivery partner (rounds, each once).",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: &[
        By::LeadProvider,
        By::DeliveryPartner,
        By::Cohort,
        By::LocalAuthority,
        By::Trust,
        By::Week,
        By::Channel,
    ],
    usual: &[By::LeadProvider, By::DeliveryPartner],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::count("not_recognised", "Not recognised", "reported and reason = 'do_not_recognise'"),
        Figure::rate("per_100", "Per 100", ("not_recognised", "recruitments")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
