//! Search by school, provider, person (where the key lives) and by any id, stream or position.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Kept, Seat,
    found::{self, Found},
    plainly,
};
use crate::{
    reading::Reading,
    web::{
        Web,
        components::Errors,
        page::{Page, shown},
        problem::Problem,
    },
};

/// A search has at most so many characters.
const LONGEST: usize = 200;

/// What is looked for; nothing before the form was sent.
#[derive(Deserialize)]
pub(super) struct Asked {
    q: Option<String>,
}

#[derive(Template)]
#[template(path = "auditor/search.html")]
struct SearchPage {
    page: Page,
    q: String,
    may_open: bool,
    found: Vec<Found>,
    kept: Option<Kept>,
}

/// Shows the form, and what was found.
pub(super) async fn show(State(web): State<Web>, seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let q = asked.q.as_deref().unwrap_or_default().trim().to_owned();
    let page = |found, kept| SearchPage { page: seat.page(), q: q.clone(), may_open: seat.may_open(), found, kept };
    if asked.q.is_none() {
        return plainly(&page(vec![], None));
    }
    if q.is_empty() || q.chars().count() > LONGEST {
        let errors = Errors::one("q", format!("Enter what you are looking for, in {LONGEST} characters or fewer"));
        let blank = page(vec![], None);
        return shown(&SearchPage { page: blank.page.clone().with(errors.clone()), ..blank }, &errors);
    }
    let found = match Uuid::try_parse(&q) {
        Ok(id) => found::by_id(&web, &seat, id).await?,
        Err(_) => found::by_words(&web, &seat, &q).await?,
    };
    let kept = record(&web, &seat, (&q, &found)).await?;
    if let [Found { links, .. }] = found.as_slice()
        && let [(only, _)] = links.as_slice()
        && Uuid::try_parse(&q).is_ok()
    {
        return Ok(Redirect::to(&only.href).into_response());
    }
    plainly(&page(found, Some(kept)))
}

/// The search itself is a reading: names were looked for, and names were shown.
async fn record(web: &Web, seat: &Seat, (q, found): (&str, &[Found])) -> Result<Kept, Problem> {
    let links = || found.iter().flat_map(|found| &found.links);
    let text: Vec<_> = links().map(|(link, more)| format!("{} {} {more}", link.href, link.text)).collect();
    let upto = web.views().position().await?;
    let reading = Reading::of("search", text.join("\n").as_bytes(), upto).seeking(q).counting(links().count());
    Ok(seat.record(web, reading).await?.into())
}
