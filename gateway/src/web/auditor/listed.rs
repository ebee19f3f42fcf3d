//! A list of records as a page, each with the link to it, on record like everything that is read.

use askama::Template;
use axum::response::Response;
use events_schema::envelope::Position;

use super::{Kept, Seat, plainly, trail};
use crate::{
    reading::Reading,
    web::{
        Web,
        components::{Link, Pages},
        page::Page,
        problem::Problem,
    },
};

/// Events or commands on a page.
pub(super) const A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "auditor/list.html")]
struct ListPage {
    page: Page,
    trail: Vec<Link>,
    list: List,
    kept: Kept,
}

/// The records of one page.
pub(super) struct List {
    pub(super) title: String,
    /// What stands above it, if anything.
    pub(super) lead: &'static str,
    /// What stands in its place where there are none.
    pub(super) none: &'static str,
    pub(super) head: [&'static str; 4],
    pub(super) lines: Vec<Line>,
    pub(super) pages: Pages,
}

/// A record with the link to it.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) link: String,
    pub(super) cells: [String; 3],
}

impl List {
    /// The reading of it, as far as the log was read.
    pub(super) fn reading(&self, what: &str, upto: Position) -> Reading {
        let lines = self.lines.iter().map(|it| format!("{} {} {}", it.href, it.link, it.cells.join(" ")));
        let text = lines.collect::<Vec<_>>().join("\n");
        Reading::of(what, text.as_bytes(), upto).narrowed("page", self.pages.current).counting(self.lines.len())
    }

    /// Puts the reading on record and shows the list.
    pub(super) async fn given(self, web: &Web, seat: &Seat, reading: Reading) -> Result<Response, Problem> {
        let kept = seat.record(web, reading).await?.into();
        plainly(&ListPage { page: seat.page(), trail: trail(&self.title), list: self, kept })
    }
}

/// A first page with nothing on it is a page that there is not.
pub(super) fn found<T>(list: &[T], pages: Pages) -> Result<Pages, Problem> {
    if list.is_empty() && pages.current == 1 { Err(Problem::NotFound) } else { Ok(pages) }
}
