//! The partnerships of a school or of a provider, and a provider's trainees.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use events_schema::ids::{Parse, TrainingProviderCode, Urn};
use projections::PartnershipRow;
use serde::Deserialize;

use super::{Kept, Seat, plainly, trail};
use crate::{
    reading::Reading,
    trainee_list::{Filter, Scope},
    web::{
        Web,
        components::{Link, Pages},
        page::Page,
        problem::Problem,
        times,
    },
};

/// The entries of one page.
const PAGE: usize = 20;

/// Which page, and which kind of provider.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    page: usize,
    #[serde(default)]
    kind: String,
}

#[derive(Template)]
#[template(path = "auditor/list.html")]
struct ListPage {
    page: Page,
    trail: Vec<Link>,
    title: String,
    head: [&'static str; 4],
    lines: Vec<Line>,
    pages: Pages,
    kept: Kept,
}

/// A record with the link to its trace.
struct Line {
    href: String,
    link: String,
    cells: [String; 3],
}

/// What a list is of, for its record.
struct About {
    title: String,
    narrowed: (&'static str, String),
    head: [&'static str; 4],
    pages: Pages,
}

/// Every partnership of a school.
pub(super) async fn of_school(
    State(web): State<Web>,
    seat: Seat,
    Path(urn): Path<String>,
) -> Result<Response, Problem> {
    let urn = Urn::parse(&urn).map_err(|_| Problem::NotFound)?;
    let school = web.views().school(&urn).await?.ok_or(Problem::NotFound)?;
    let rows = web.views().partnerships_of_school(&urn).await?;
    let about = About {
        title: format!("{} (URN {urn})", school.name),
        narrowed: ("school_urn", urn.to_string()),
        head: PARTNERSHIPS,
        pages: Pages { current: 1, last: 1, href: String::new() },
    };
    given(&web, &seat, about, rows.iter().map(|row| partnership(row, &web)).collect()).await
}

/// A page of a provider's partnerships or trainees, the latest first.
pub(super) async fn of_provider(
    State(web): State<Web>,
    seat: Seat,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let known = web.views().providers(&id, 100).await?;
    let of_kind = |kind: &str| asked.kind.is_empty() || asked.kind == kind;
    let found = known.into_iter().find(|it| it.id == id && of_kind(&it.kind)).ok_or(Problem::NotFound)?;
    let number = asked.page.max(1);
    let trains = found.kind == "training-provider";
    let (mut lines, head) = if trains {
        (trainees(&web, &seat, &id, number).await?, TRAINEES)
    } else {
        (partnerships(&web, &id, number).await?, PARTNERSHIPS)
    };
    let last = number + usize::from(lines.len() > PAGE);
    lines.truncate(PAGE);
    let href = format!("/audit/providers/{id}?kind={}&page=", found.kind);
    let pages = Pages { current: number, last, href };
    let about = About { title: found.name, narrowed: ("provider", format!("{}_{id}", found.kind)), head, pages };
    given(&web, &seat, about, lines).await
}

const PARTNERSHIPS: [&str; 4] = ["Partnership", "Providers", "Confirmed", "State"];
const TRAINEES: [&str; 4] = ["Trainee", "Provider", "Route", "State"];

async fn partnerships(web: &Web, id: &str, number: usize) -> Result<Vec<Line>, Problem> {
    let after = i64::try_from((number - 1).saturating_mul(PAGE)).unwrap_or(i64::MAX);
    let rows = web.views().partnerships_of_provider(id, after, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
    Ok(rows.iter().map(|row| partnership(row, web)).collect())
}

fn partnership(row: &PartnershipRow, web: &Web) -> Line {
    Line {
        href: format!("/audit/partnerships/{}", row.partnership_id),
        link: format!("{} in {}", row.school_name, row.cohort.academic_year()),
        cells: [
            format!("{} with {}", row.lead_provider_name, row.delivery_partner_name),
            times::moment(row.confirmed_at),
            row.state(web.clock().now()).code().to_owned(),
        ],
    }
}

/// Trainees of a provider; analysts see no names.
async fn trainees(web: &Web, seat: &Seat, id: &str, number: usize) -> Result<Vec<Line>, Problem> {
    let code = TrainingProviderCode::parse(id).map_err(|_| Problem::NotFound)?;
    web.trainees().caught_up(super::super::PATIENCE).await?;
    // One more than a page tells whether there is another; pages of the list are counted in its own measure.
    let filter = Filter { per_page: number.saturating_mul(PAGE) + 1, ..Filter::default() };
    let found = web.trainees().search(&Scope::Provider(code), &filter).entries;
    let known = web.trainees().still_known(found.into_iter().skip((number - 1) * PAGE).collect()).await?;
    let line = |entry: &std::sync::Arc<crate::trainee_list::Entry>| Line {
        href: format!("/audit/trainees/{}", entry.id()),
        link: if seat.may_open() { entry.name() } else { format!("Trainee {}", entry.id()) },
        cells: [
            entry.record().provider.to_string(),
            entry.record().training.route.words().to_owned(),
            entry.state().spoken(),
        ],
    };
    Ok(known.iter().map(line).collect())
}

async fn given(web: &Web, seat: &Seat, about: About, lines: Vec<Line>) -> Result<Response, Problem> {
    let text: Vec<_> = lines.iter().map(|it| format!("{} {} {}", it.href, it.link, it.cells.join(" "))).collect();
    let upto = web.views().position().await?;
    let (name, value) = &about.narrowed;
    let reading = Reading::of(format!("list of a {}", name.trim_end_matches("_urn")), text.join("\n").as_bytes(), upto);
    let reading = reading.narrowed(*name, value).narrowed("page", about.pages.current).counting(lines.len());
    let kept = seat.record(web, reading).await?.into();
    plainly(&ListPage {
        page: seat.page(),
        trail: trail(&about.title),
        title: about.title,
        head: about.head,
        lines,
        pages: about.pages,
        kept,
    })
}
