//! Measure 5: how soon schools report.

use super::{Dimension, Dimension as By, Figure, Measure, measure::About};

pub(super) const MEASURE: Measure = Measure {
    number: 5,
    name: "time_to_report",
    title: "Time to report",
    definition: "Reports on the recruitments of the slice, by the local days from the day on which the round began to \
        the day of the report (0 to 13, then 14 and later together): median, 90th percentile, the share that came after \
        day 7, and the share that came after the reminder of the round had been decided.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: &By::beside::<9>(By::OF_RECRUITMENT, &[By::Day]),
    usual: &[Dimension::Day],
    figures: &[
        Figure::count("reports", "Reports", "reported"),
        Figure::whole("all_reports", "All reports", "reported"),
        Figure::rate("share", "% of reports", ("reports", "all_reports")),
        Figure::running("reports_so_far", "Reports so far", "reports"),
        Figure::median("median_days", "Median days", ("days_to_break", "reported")),
        Figure::ninetieth("ninetieth_percentile_days", "90th percentile", ("days_to_break", "reported")),
        Figure::count("after_day_7", "After day 7", "reported and days_to_break > 7"),
        Figure::rate("after_day_7_share", "% after day 7", ("after_day_7", "reports")),
        Figure::count("after_reminder", "After the reminder", "reported and reminded"),
        Figure::rate("after_reminder_share", "% after the reminder", ("after_reminder", "reports")),
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: false,
};
