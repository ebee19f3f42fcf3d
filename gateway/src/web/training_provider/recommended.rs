//! 'Trainee recommended for QTS': the page behind the last step of recommending.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use events_schema::{codes::TraineeState, ids::TraineeId};

use super::{LIST, dossier::Dossier};
use crate::web::{
    Web,
    components::Errors,
    page::{Page, shown},
    problem::Problem,
    viewer::Visit,
};

#[derive(Template)]
#[template(path = "training_provider/recommended.html")]
struct RecommendedPage {
    page: Page,
    name: String,
    award: String,
    href: String,
    list: &'static str,
}

/// `GET` the page; there is none for a trainee who is not recommended.
pub(super) async fn recommended(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<TraineeId>,
) -> Result<Response, Problem> {
    let dossier = Dossier::load(&web, visit.signed_in()?, id).await?;
    if !matches!(dossier.state(), TraineeState::RecommendedForAward | TraineeState::Awarded) {
        return Err(Problem::NotFound);
    }
    let page = RecommendedPage {
        page: visit.page(),
        name: dossier.name(),
        award: dossier.award().to_string(),
        href: dossier.href(),
        list: LIST,
    };
    shown(&page, &Errors::default())
}
