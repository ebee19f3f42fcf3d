//! The list of trainees, with filters, search and pages.

use std::{collections::HashMap, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::policies::{
    dates::shown as day_shown,
    routes::{route_label, route_policy},
    state_labels::state_label,
};
use events_schema::{
    actor::ActorKind,
    codes::{AwardType, Route, TraineeState},
};

use super::{LIST, answers::Answers, dossier};
use crate::{
    trainee_list::{Entry, Filter, Order, Scope},
    web::{
        Web,
        components::{Choice, Errors, Pages},
        page::{Page, shown},
        problem::{Problem, query_value},
        viewer::Visit,
    },
};

/// How long a page waits for the list to have what the log has.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Template)]
#[template(path = "training_provider/list.html")]
struct ListPage {
    page: Page,
    title: String,
    words: String,
    states: Vec<Choice>,
    chosen_states: Vec<String>,
    routes: Vec<Choice>,
    route: String,
    years: Vec<Choice>,
    year: String,
    orders: Vec<Choice>,
    order: String,
    filtered: bool,
    registers: bool,
    rows: Vec<Row>,
    pages: Pages,
}

/// A trainee on the list.
struct Row {
    href: String,
    name: String,
    status: String,
    tag: &'static str,
    facts: Vec<(&'static str, String)>,
}

/// `GET` the list.
pub(super) async fn list(
    visit: Visit,
    State(web): State<Web>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let scope = dossier::scope(&web, visit.signed_in()?).await?;
    let asked = Answers::new(asked);
    let filter = filter(&asked);
    let trainees = web.trainees();
    trainees.caught_up(PATIENCE).await?;
    let found = trainees.search(&scope, &filter);
    let entries = trainees.still_known(found.entries).await?;
    let providers = providers(&web, &scope, &entries).await?;
    let page = ListPage {
        page: visit.page(),
        title: counted(found.total),
        states: TraineeState::ALL.iter().map(|state| state_choice(*state)).collect(),
        chosen_states: asked.all("state"),
        routes: choices(
            "All routes",
            Route::ALL.iter().map(|route| (route.code().to_owned(), route_label(*route).to_owned())),
        ),
        route: asked.text("route").to_owned(),
        years: choices("All years", trainees.start_years(&scope).into_iter().map(year_choice)),
        year: asked.text("year").to_owned(),
        orders: vec![Choice::new("name", "Last name"), Choice::new("updated", "Last updated")],
        order: asked.given("order").unwrap_or("name").to_owned(),
        filtered: !asked.hidden(&["page"]).iter().all(|(_, value)| value.trim().is_empty()),
        registers: [ActorKind::TrainingProvider, ActorKind::Support].contains(&visit.signed_in()?.kind()),
        rows: entries.iter().map(|entry| row(entry, &providers)).collect(),
        pages: pages(&asked, &filter, found.total),
        words: filter.words,
    };
    shown(&page, &Errors::default())
}

/// The names of the providers on a page, for those who see more than their own trainees.
async fn providers(web: &Web, scope: &Scope, entries: &[Arc<Entry>]) -> Result<HashMap<String, String>, Problem> {
    if matches!(scope, Scope::Provider(_)) {
        return Ok(HashMap::new());
    }
    let codes: Vec<&str> = entries.iter().map(|entry| entry.record().provider.as_str()).collect();
    Ok(web.views().names_of_training_providers(&codes).await?.into_iter().collect())
}

fn filter(asked: &Answers) -> Filter {
    Filter {
        words: asked.text("q").chars().take(200).collect(),
        states: asked.all("state").iter().filter_map(|code| TraineeState::from_code(code)).collect(),
        routes: asked.all("route").iter().filter_map(|code| Route::from_code(code)).collect(),
        start_year: asked.text("year").parse().ok(),
        order: if asked.text("order") == "updated" { Order::Updated } else { Order::Name },
        page: asked.text("page").parse().unwrap_or(1).max(1),
        ..Filter::default()
    }
}

fn pages(asked: &Answers, filter: &Filter, total: usize) -> Pages {
    let kept = asked.hidden(&["page"]).into_iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<_> = kept.map(|(name, value)| format!("{}={}", query_value(&name), query_value(&value))).collect();
    let query = if query.is_empty() { String::new() } else { format!("{}&", query.join("&")) };
    Pages { current: filter.page, last: total.div_ceil(filter.per_page).max(1), href: format!("{LIST}?{query}page=") }
}

fn counted(total: usize) -> String {
    if total == 1 { "1 trainee".to_owned() } else { format!("{total} trainees") }
}

fn choices(all: &str, each: impl Iterator<Item = (String, String)>) -> Vec<Choice> {
    std::iter::once(Choice::new("", all)).chain(each.map(|(value, text)| Choice::new(value, text))).collect()
}

fn year_choice(year: i32) -> (String, String) {
    (year.to_string(), format!("{year} to {}", year + 1))
}

/// The two statuses stand together in the filter, where the route is not known.
fn state_choice(state: TraineeState) -> Choice {
    Choice::new(state.code(), state_label(state, AwardType::Qts).replace("QTS", "QTS or EYTS"))
}

fn row(entry: &Entry, providers: &HashMap<String, String>) -> Row {
    let record = entry.record();
    let award = record.recommendation.as_ref().map_or(route_policy(record.training.route).award, |it| it.award);
    let facts = [
        ("Provider", providers.get(record.provider.as_str()).cloned()),
        ("TRN", entry.trn().map(str::to_owned)),
        ("Trainee ID", entry.provider_trainee_id().map(str::to_owned)),
        ("Route", Some(route_label(record.training.route).to_owned())),
        ("ITT start date", record.training.itt_start_date.map(day_shown)),
        ("Updated", Some(super::who::moment(entry.updated_at))),
    ];
    Row {
        href: dossier::href(entry.id()),
        name: entry.name(),
        status: state_label(entry.state(), award),
        tag: tag(entry.state()),
        facts: facts.into_iter().filter_map(|(what, fact)| Some((what, fact?))).collect(),
    }
}

/// The colour of a state's tag.
pub(super) fn tag(state: TraineeState) -> &'static str {
    match state {
        TraineeState::Draft => "govuk-tag--grey",
        TraineeState::SubmittedForTrn => "govuk-tag--turquoise",
        TraineeState::TrnReceived => "govuk-tag--blue",
        TraineeState::RecommendedForAward => "govuk-tag--purple",
        TraineeState::Awarded => "govuk-tag--green",
        TraineeState::Deferred => "govuk-tag--yellow",
        TraineeState::Withdrawn => "govuk-tag--red",
    }
}
