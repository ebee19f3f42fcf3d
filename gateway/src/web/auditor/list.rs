//! The partnerships of a school or of a provider, and a provider's trainees.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use events_schema::ids::{Parse, TrainingProviderCode, Urn};
use projections::PartnershipRow;
use serde::Deserialize;

use super::{
    Seat,
    listed::{Line, List},
};
use crate::{
    trainee_list::{Filter, Scope},
    web::{Web, components::Pages, paging::Part, problem::Problem, times},
};

const NONE: &str = "There are no such records.";

/// Which page, and which kind of provider.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    page: usize,
    #[serde(default)]
    kind: String,
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
    let list = List {
        title: format!("{} (URN {urn})", school.name),
        lead: "",
        none: NONE,
        head: PARTNERSHIPS,
        lines: rows.iter().map(|row| partnership(row, &web)).collect(),
        pages: Pages { current: 1, last: 1, href: String::new() },
    };
    let reading = list.reading("list of a school", web.views().position().await?).narrowed("school_urn", urn);
    list.given(&web, &seat, reading).await
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
    let part = Part::of_page(asked.page);
    let trains = found.kind == "training-provider";
    let (mut lines, head) = if trains {
        (trainees(&web, &seat, &id, part).await?, TRAINEES)
    } else {
        (partnerships(&web, &id, part).await?, PARTNERSHIPS)
    };
    let pages = part.cut(&mut lines, format!("/audit/providers/{id}?kind={}&page=", found.kind));
    let list = List { title: found.name, lead: "", none: NONE, head, lines, pages };
    let reading = list.reading("list of a provider", web.views().position().await?);
    list.given(&web, &seat, reading.narrowed("provider", format!("{}_{id}", found.kind))).await
}

const PARTNERSHIPS: [&str; 4] = ["Partnership", "Providers", "Confirmed", "State"];
const TRAINEES: [&str; 4] = ["Trainee", "Provider", "Route", "State"];

async fn partnerships(web: &Web, id: &str, part: Part) -> Result<Vec<Line>, Problem> {
    let (after, limit) = part.window_and_next();
    let rows = web.views().partnerships_of_provider(id, after, limit).await?;
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
async fn trainees(web: &Web, seat: &Seat, id: &str, part: Part) -> Result<Vec<Line>, Problem> {
    let code = TrainingProviderCode::parse(id).map_err(|_| Problem::NotFound)?;
    web.trainees().caught_up(super::super::PATIENCE).await?;
    // One more than a page tells whether there is another; pages of the list are counted in its own measure.
    let filter = Filter { per_page: part.end().saturating_add(1), ..Filter::default() };
    let found = web.trainees().search(&Scope::Provider(code), &filter).entries;
    let known = web.trainees().still_known(found.into_iter().skip(part.before()).collect()).await?;
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
