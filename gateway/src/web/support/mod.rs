//! The pages of DfE support: the queue of cases, schools and partnerships with their history, breaking a partnership,
//! and the lists of what else waits for somebody. Nobody else sees that they exist.

mod breaking;
mod case;
mod erasing;
mod notices;
mod partnership;
mod queue;
mod school;
mod search;
mod trainees;
mod wording;

use axum::{Router, extract::FromRequestParts, http::request::Parts, routing::get};
use events_schema::actor::ActorKind;

use super::{
    Web,
    components::{Link, Pages},
    page::Page,
    problem::Problem,
    viewer::{Viewer, Visit},
};

/// Where the pages begin.
pub(super) const START: &str = "/support";

/// The longest text that support writes about what it does, in characters.
const LONGEST_TEXT: usize = 2_000;

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(START, get(queue::show))
        .route("/support/cases/{id}", get(case::show).post(case::resolve))
        .route("/support/search", get(search::show))
        .route("/support/schools/{urn}", get(school::show))
        .route("/support/partnerships/{id}", get(partnership::show))
        .route("/support/partnerships/{id}/break", get(breaking::ask).post(breaking::asked))
        .route("/support/partnerships/{id}/break/check", get(breaking::check).post(breaking::done))
        .route("/support/no-contact", get(notices::no_contact))
        .route("/support/never-delivered", get(notices::never_delivered))
        .route("/support/awards", get(trainees::pending_awards))
        .route("/support/tasks", get(trainees::tasks))
        .route("/support/erase", get(erasing::ask).post(erasing::asked))
        .route("/support/erase/check", get(erasing::check).post(erasing::done))
        .route("/support/erase/erased", get(erasing::erased))
}

/// A visit by somebody of DfE support. Whoever is signed in otherwise finds nothing here.
pub(super) struct Desk {
    visit: Visit,
    viewer: Viewer,
}

impl Desk {
    fn page(&self) -> Page {
        self.visit.page()
    }
}

impl FromRequestParts<Web> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let viewer = visit.signed_in()?.clone();
        if viewer.is(ActorKind::Support) { Ok(Self { visit, viewer }) } else { Err(Problem::NotFound) }
    }
}

/// The way back to the queue, and where this is.
fn trail(steps: &[(&str, &str)], here: &str) -> Vec<Link> {
    let before = steps.iter().map(|(href, text)| Link::new(*href, *text));
    std::iter::once(Link::new(START, "Support")).chain(before).chain([Link::new("", here)]).collect()
}

/// The entries of one page.
const PAGE: usize = 20;

/// What is asked of a list to fill page `number` (from 1): how many entries to leave out, and one more than it shows.
fn window(number: usize) -> (i64, i64) {
    let left_out = (number.max(1) - 1).saturating_mul(PAGE);
    (i64::try_from(left_out).unwrap_or(i64::MAX), i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
}

/// Cuts a list to one page, and tells whether there is another.
fn cut<T>(list: &mut Vec<T>, number: usize, href: &str) -> Pages {
    let current = number.max(1);
    let last = current + usize::from(list.len() > PAGE);
    list.truncate(PAGE);
    Pages { current, last, href: href.to_owned() }
}

/// One page of a list that is there as a whole.
fn slice<T>(list: Vec<T>, number: usize, href: &str) -> (Vec<T>, Pages) {
    let last = list.len().div_ceil(PAGE).max(1);
    let current = number.clamp(1, last);
    let slice = list.into_iter().skip((current - 1) * PAGE).take(PAGE).collect();
    (slice, Pages { current, last, href: href.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_to_a_page_and_says_whether_there_is_another() {
        assert_eq!(window(0), (0, 21));
        assert_eq!(window(3), (40, 21));
        let mut full: Vec<usize> = (0..21).collect();
        assert_eq!((cut(&mut full, 1, "/x?page=").last, full.len()), (2, 20));
        let mut rest: Vec<usize> = (0..20).collect();
        assert_eq!((cut(&mut rest, 2, "/x?page=").last, rest.len()), (2, 20));
        assert!(window(usize::MAX).0 > 0);
    }

    #[test]
    fn a_whole_list_is_shown_page_by_page() {
        let list: Vec<usize> = (0..41).collect();
        let shown = |number| slice(list.clone(), number, "/x?page=");
        assert_eq!((shown(0).0.len(), shown(1).1.last, shown(3).0), (20, 3, vec![40]));
        assert_eq!((shown(99).1.current, slice(Vec::<u8>::new(), 7, "").1.last), (3, 1));
    }
}
