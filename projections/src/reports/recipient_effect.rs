//! Measure 15: does it matter who reads the notice?

use super::{Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 15,
    name: "recipient_effect",
    title: "Recipient effect",
    definition: "Recruitments of the slice that the school reported, per 100 recruitments of the slice, by the rule by \
        which the first notice of the round (of the first round, where recruitments are counted) found its recipient: tutor, main_email, alternative_email; no_contact where \
        nobody was found, not_yet where it had not been decided.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: &By::beside::<9>(By::OF_RECRUITMENT, &[By::Contact]),
    usual: &[By::Contact],
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
