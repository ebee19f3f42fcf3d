//! What each training route leads to and asks for before a trainee can be recommended (DOMAIN 4.5).

use events_schema::codes::{AwardType, Route};

/// Version of the table below.
pub const ROUTE_POLICY_VERSION: u16 = 1;

/// How many placements a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlacementsAsked {
    /// At least so many; 0 where they may be recorded but none is needed.
    AtLeast(usize),
    /// The route has no placements: the question is not put.
    NotAsked,
}

impl PlacementsAsked {
    /// How many must be recorded.
    pub fn least(self) -> usize {
        match self {
            Self::AtLeast(least) => least,
            Self::NotAsked => 0,
        }
    }
}

/// What a route leads to and asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutePolicy {
    /// Which status it leads to.
    pub award: AwardType,
    /// Which placements it asks for.
    pub placements: PlacementsAsked,
    /// Whether the trainee must hold a degree already.
    pub degree_needed: bool,
}

/// What people call a route.
pub fn route_label(route: Route) -> &'static str {
    route.words()
}

/// The policy of a route.
pub fn route_policy(route: Route) -> RoutePolicy {
    use AwardType::{Eyts, Qts};
    use PlacementsAsked::{AtLeast, NotAsked};
    use Route as R;
    let (award, placements, degree_needed) = match route {
        R::ProviderLedPostgrad
        | R::SchoolDirectTuitionFee
        | R::SchoolDirectSalaried
        | R::PgTeachingApprenticeship
        | R::HpittPostgrad => (Qts, AtLeast(2), true),
        R::ProviderLedUndergrad | R::OptInUndergrad | R::TeacherDegreeApprenticeship => (Qts, AtLeast(2), false),
        R::Iqts => (Qts, AtLeast(1), true),
        R::AssessmentOnly => (Qts, NotAsked, true),
        R::EarlyYearsPostgrad | R::EarlyYearsSalaried => (Eyts, AtLeast(0), true),
        R::EarlyYearsAssessmentOnly => (Eyts, NotAsked, true),
        R::EarlyYearsUndergrad => (Eyts, AtLeast(0), false),
    };
    RoutePolicy { award, placements, degree_needed }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of DOMAIN 4.5, written down a second time, route by route.
    const TABLE: [(&str, &str, Option<usize>, bool); 14] = [
        ("provider_led_postgrad", "QTS", Some(2), true),
        ("school_direct_tuition_fee", "QTS", Some(2), true),
        ("school_direct_salaried", "QTS", Some(2), true),
        ("pg_teaching_apprenticeship", "QTS", Some(2), true),
        ("hpitt_postgrad", "QTS", Some(2), true),
        ("provider_led_undergrad", "QTS", Some(2), false),
        ("opt_in_undergrad", "QTS", Some(2), false),
        ("teacher_degree_apprenticeship", "QTS", Some(2), false),
        ("iqts", "QTS", Some(1), true),
        ("assessment_only", "QTS", None, true),
        ("early_years_postgrad", "EYTS", Some(0), true),
        ("early_years_salaried", "EYTS", Some(0), true),
        ("early_years_assessment_only", "EYTS", None, true),
        ("early_years_undergrad", "EYTS", Some(0), false),
    ];

    #[test]
    fn each_route_has_its_award_its_placements_and_its_degree() {
        assert_eq!(TABLE.len(), Route::ALL.len());
        for (route, award, placements, degree_needed) in TABLE {
            let policy = route_policy(Route::from_code(route).expect("a route"));
            assert_eq!(policy.award.code(), award, "{route}");
            assert_eq!(policy.degree_needed, degree_needed, "{route}");
            let asked = placements.map_or(PlacementsAsked::NotAsked, PlacementsAsked::AtLeast);
            assert_eq!(policy.placements, asked, "{route}");
        }
    }
}
