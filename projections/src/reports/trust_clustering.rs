//! Measure 11: do the reports of a trust's schools come together?

use super::{Dimension, Figure, Measure, figure::Kind, measure::About};

const SCHOOL: &str = "school_urn::bigint * 10000 + cohort";
/// Most schools have one recruitment in a cohort.
const SINGLE: &str = "only_one";

pub(super) const MEASURE: Measure = Measure {
    number: 11,
    name: "trust_clustering",
    title: "Trust clustering",
    definition: "Schools recruited and schools that reported, each school once for a cohort, and their rate per 100, by \
        the trust that the school was in when it was recruited (by name; unknown is a trust of its own), lead provider \
        and cohort; marked where a known trust has two reports or more. Then recruitments reported per 100 of schools \
        in a known trust, of those in none that is known, and the first rate by the second, to two decimals.",
    day: "of the recruitment; of the round, by delivery partner",
    dimensions: Dimension::OF_RECRUITMENT,
    usual: &[Dimension::Trust, Dimension::LeadProvider, Dimension::Cohort],
    figures: &[
        Figure {
            name: "schools_recruited",
            title: "Schools recruited",
            kind: Kind::Distinct { value: SCHOOL, of: "true", single: SINGLE, whole: true },
        },
        Figure {
            name: "schools_reporting",
            title: "Schools reporting",
            kind: Kind::Distinct { value: SCHOOL, of: "reported", single: SINGLE, whole: false },
        },
        Figure::rate("per_100", "Per 100", ("schools_reporting", "schools_recruited")),
        Figure::whole("recruitments_in_trusts", "Recruitments in trusts", "trust is not null"),
        Figure::count("reports_in_trusts", "Reports in trusts", "reported and trust is not null"),
        Figure {
            name: "two_or_more",
            title: "Two reports or more",
            kind: Kind::AtLeast { of: "reports_in_trusts", least: 2 },
        },
        Figure::rate("in_trusts_per_100", "Per 100 in trusts", ("reports_in_trusts", "recruitments_in_trusts")),
        Figure::whole("recruitments_outside", "Recruitments outside", "trust is null"),
        Figure::count("reports_outside", "Reports outside", "reported and trust is null"),
        Figure::rate("outside_per_100", "Per 100 outside", ("reports_outside", "recruitments_outside")),
        Figure {
            name: "in_trusts_against_outside",
            title: "In trusts against outside",
            kind: Kind::Ratio {
                above: ("reports_in_trusts", "recruitments_in_trusts"),
                below: ("reports_outside", "recruitments_outside"),
            },
        },
        Figure::provisional(),
    ],
    about: About::Recruitment,
    facts: "select * from recruited",
    placed: true,
};
