//! The figures by which a provider stands beside all, and the measures that explain them.

/// Figures of the profile: their name, what they are called, the measure that explains them and its figure.
pub(super) type Figures = &'static [(&'static str, &'static str, (&'static str, &'static str))];

pub(super) const RECRUITED: Figures = &[
    ("recruitments", "Recruitments", ("report_rate", "recruitments")),
    ("reported", "Reported by the school", ("report_rate", "reported")),
    ("per_100", "Reported per 100 recruitments", ("report_rate", "per_100")),
    ("broken_by_support", "Broken by support", ("support_breaks", "broken_by_support")),
    ("broken_by_support_per_100", "Broken by support per 100 recruitments", ("support_breaks", "per_100")),
];
pub(super) const SOON: Figures = &[
    ("median_days", "Median days to report", ("time_to_report", "median_days")),
    ("ninetieth_percentile_days", "90th percentile of days to report", ("time_to_report", "ninetieth_percentile_days")),
    ("after_day_7_share", "Reports after day 7, %", ("time_to_report", "after_day_7_share")),
];
pub(super) const REASONS: Figures = &[
    ("another_provider", "another_provider", ("reason_mix", "reports")),
    ("not_confirmed", "not_confirmed", ("reason_mix", "reports")),
    ("do_not_recognise", "do_not_recognise", ("reason_mix", "reports")),
    ("no_ects", "no_ects", ("reason_mix", "reports")),
    ("mistake", "mistake", ("reason_mix", "reports")),
];
pub(super) const AGAIN: Figures = &[
    ("broken", "Broken", ("repeat_recruitment", "broken")),
    ("followed_share", "Recruited again, % of broken", ("repeat_recruitment", "followed_share")),
    ("by_same_share", "By the same lead provider, % of broken", ("repeat_recruitment", "by_same_share")),
    ("median_days_between", "Median days until recruited again", ("repeat_recruitment", "median_days_between")),
    ("broken_again_share", "Broken again, % of those recruited again", ("repeat_recruitment", "broken_again_share")),
];
