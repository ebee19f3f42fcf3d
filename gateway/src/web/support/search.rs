//! Finding a school by name or number, and a partnership or case by its id.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::ids::{Parse, PartnershipId, SupportCaseId};
use projections::SchoolFilter;
use serde::Deserialize;

use super::{Desk, trail};
use crate::web::{
    Web,
    components::{Errors, Link, Pages},
    page::{Page, shown},
    paging::Part,
    problem::{Problem, query_value},
};

/// What is looked for; nothing before the form was sent.
#[derive(Deserialize)]
pub(super) struct Asked {
    q: Option<String>,
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "support/search.html")]
struct SearchPage {
    page: Page,
    trail: Vec<Link>,
    q: String,
    asked: bool,
    schools: Vec<School>,
    pages: Pages,
}

struct School {
    href: String,
    name: String,
    urn: String,
    place: String,
}

/// Shows the form, and what was found.
pub(super) async fn show(State(web): State<Web>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let q = asked.q.as_deref().unwrap_or_default().trim().to_owned();
    if let Some(address) = by_id(&web, &q).await? {
        return Ok(Redirect::to(&address).into_response());
    }
    let errors = match &asked.q {
        Some(_) if q.is_empty() => Errors::one("q", "Enter a name, a number or an id"),
        _ => Errors::default(),
    };
    let part = Part::of_page(asked.page);
    let (after, limit) = part.window_and_next();
    let wanted = SchoolFilter { text: q.clone(), ..SchoolFilter::default() };
    let mut found = if q.is_empty() { vec![] } else { web.views().schools(&wanted, after, limit).await? };
    let pages = part.cut(&mut found, format!("/support/search?q={}&page=", query_value(&q)));
    let schools = found.into_iter().map(|row| School {
        href: format!("/support/schools/{}", row.urn),
        name: row.name,
        urn: row.urn.to_string(),
        place: row.la_name,
    });
    let page = SearchPage {
        page: desk.page().with(errors.clone()),
        trail: trail(&[], "Find a school or partnership"),
        asked: !q.is_empty(),
        q,
        schools: schools.collect(),
        pages,
    };
    shown(&page, &errors)
}

async fn by_id(web: &Web, q: &str) -> Result<Option<String>, Problem> {
    let Ok(id) = PartnershipId::parse(q) else { return Ok(None) };
    if web.views().partnership(id).await?.is_some() {
        return Ok(Some(format!("/support/partnerships/{id}")));
    }
    let case = web.views().case(SupportCaseId(id.0)).await?;
    Ok(case.map(|case| format!("/support/cases/{}", case.case_id)))
}
