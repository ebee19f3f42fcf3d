//! A provider beside all together: the first measures in one question, so that its page reads everything once.

use super::{Dimension, Figure, Measure, measure::About};

/// Recruited, reported, why and how soon. No measure of DOMAIN 5 itself: each figure is one of measures 3 to 6.
pub const PROFILE: Measure = Measure {
    number: 0,
    name: "profile",
    title: "Profile",
    definition: "Recruitments, reports and their rate, the reasons of reports, days to report, and breaks by support.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::LeadProvider],
    figures: &[
        Figure::whole("recruitments", "Recruitments", "true"),
        Figure::count("reported", "Reported", "reported"),
        Figure::rate("per_100", "Reported per 100 recruitments", ("reported", "recruitments")),
        Figure::count("another_provider", "Another provider", "reported and reason = 'another_provider'"),
        Figure::rate("another_provider_share", "% another provider", ("another_provider", "reported")),
        Figure::count("not_confirmed", "Not confirmed", "reported and reason = 'not_confirmed'"),
        Figure::rate("not_confirmed_share", "% not confirmed", ("not_confirmed", "reported")),
        Figure::count("do_not_recognise", "Do not recognise", "reported and reason = 'do_not_recognise'"),
        Figure::rate("do_not_recognise_share", "% do not recognise", ("do_not_recognise", "reported")),
        Figure::count("no_ects", "No early career teachers", "reported and reason = 'no_ects'"),
        Figure::rate("no_ects_share", "% no early career teachers", ("no_ects", "reported")),
        Figure::count("mistake", "Mistake", "reported and reason = 'mistake'"),
        Figure::rate("mistake_share", "% mistake", ("mistake", "reported")),
        Figure::median("median_days", "Median days to report", ("days_to_break", "reported")),
        Figure::ninetieth("ninetieth_percentile_days", "90th percentile of days", ("days_to_break", "reported")),
        Figure::count("after_day_7", "Reported after day 7", "reported and days_to_break > 7"),
        Figure::rate("after_day_7_share", "% reported after day 7", ("after_day_7", "reported")),
        Figure::count("broken_by_support", "Broken by support", "broken_by_support"),
        Figure::rate("broken_by_support_per_100", "Broken by support per 100", ("broken_by_support", "recruitments")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
