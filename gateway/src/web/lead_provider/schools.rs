//! A lead provider's schools in a cohort: how many, which, with whom; reported ones are marked.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use domain::policies::dates::london_day;
use events_schema::ids::Cohort;
use projections::{OwnSchool, OwnSchoolFilter};
use serde::Deserialize;

use super::desk::{self, Desk};
use crate::web::{
    Web,
    components::{Choice, Errors, Pages},
    page::{Page, shown},
    problem::{Problem, query_value},
};

/// Where the pages of a lead provider begin.
pub(super) const PATH: &str = "/lead-provider";
const PER_PAGE: i64 = 10;
/// The longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    cohort: Option<String>,
    #[serde(default)]
    search: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "lead_provider/schools.html")]
struct SchoolsPage {
    page: Page,
    cohort: Cohort,
    cohorts: Vec<Choice>,
    /// Reported ones count.
    recruited: i64,
    search: String,
    found: i64,
    schools: Vec<OwnSchool>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "lead_provider/no_cohort.html")]
struct NoCohortPage {
    page: Page,
}

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route(PATH, get(list))
}

async fn list(State(web): State<Web>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let cohorts = desk.cohorts(&web).await?;
    if cohorts.is_empty() {
        return shown(&NoCohortPage { page: desk.page() }, &Errors::default());
    }
    let today = london_day(web.clock().now());
    let cohort = desk::chosen(&cohorts, asked.cohort.as_deref(), today).ok_or(Problem::NotFound)?;
    let every = OwnSchoolFilter::default();
    let recruited = web.views().count_own_schools(&desk.lead_provider, cohort, &every).await?;
    let filter = OwnSchoolFilter { search: searched(&asked.search), ..every };
    let found = match filter.search.as_str() {
        "" => recruited,
        _ => web.views().count_own_schools(&desk.lead_provider, cohort, &filter).await?,
    };
    let href = format!("{PATH}?cohort={cohort}&search={}&page=", query_value(&filter.search));
    let (pages, slice) = paged((found, PER_PAGE), &asked.page, href);
    let schools = web.views().own_schools((&desk.lead_provider, cohort), &filter, slice).await?;
    let cohorts = cohorts.iter().map(|own| Choice::new(own.cohort.to_string(), own.cohort.academic_year())).collect();
    let (page, search) = (desk.page(), filter.search);
    shown(&SchoolsPage { page, cohort, cohorts, recruited, search, found, schools, pages }, &Errors::default())
}

/// Whatever was typed, without what no name holds.
fn searched(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_control()).take(LONGEST_SEARCH).collect::<String>();
    plain.trim().to_owned()
}

/// The page that was asked for, or the nearest there is, and the part of the list that it shows.
pub(super) fn paged((found, per_page): (i64, i64), asked: &str, href: String) -> (Pages, (i64, Option<i64>)) {
    let last = (found.max(1) - 1) / per_page + 1;
    let current = asked.parse::<i64>().unwrap_or(1).clamp(1, last);
    let number = |page: i64| usize::try_from(page).expect("pages are counted from 1");
    (Pages { current: number(current), last: number(last), href }, ((current - 1) * per_page, Some(per_page)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_page_is_asked_for_there_is_one() {
        let at = |found, asked| {
            let (pages, (offset, _)) = paged((found, 10), asked, String::new());
            (pages.current, pages.last, offset)
        };
        assert_eq!(at(21, "3"), (3, 3, 20));
        assert_eq!(at(20, "3"), (2, 2, 10));
        assert_eq!([at(0, "x"), at(0, "-1")], [(1, 1, 0); 2]);
        assert_eq!(at(21, "99999999999999999999"), (1, 3, 0));
    }

    #[test]
    fn a_search_is_cut_and_holds_no_control_characters() {
        assert_eq!(searched(" \0The\nStarship "), "TheStarship");
        assert_eq!(searched(&"x".repeat(1_000)).len(), LONGEST_SEARCH);
    }
}
