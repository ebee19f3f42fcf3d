//! 'Trainee details': where the trainee stands, what is known, and what can be done now.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use domain::policies::{dates::shown as day, routes::route_label};
use events_schema::{codes::TraineeState, events::trainee::TraineeEvent, ids::TraineeId};
use serde_json::json;

use super::{
    JOURNEYS,
    answers::Answers,
    dossier::{Dossier, open},
    list::tag,
    who::moment,
};
use crate::web::{
    Web,
    components::{Entry, Errors, Link},
    page::{Page, shown},
    problem::Problem,
    viewer::Visit,
};

#[derive(Template)]
#[template(path = "training_provider/details.html")]
struct DetailsPage {
    page: Page,
    title: String,
    name: String,
    status: String,
    tag: &'static str,
    award: String,
    done: &'static str,
    recommend: Option<String>,
    why_not: String,
    actions: Vec<Link>,
    cards: Vec<Card>,
    timeline: String,
    list: &'static str,
}

/// Facts that belong together.
struct Card {
    title: String,
    entries: Vec<Entry>,
}

/// `GET` a trainee's page.
pub(super) async fn details(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<TraineeId>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let dossier = Dossier::load(&web, visit.signed_in()?, id).await?;
    let status = dossier.state_label();
    let (recommend, why_not) = recommendable(&dossier);
    let provider = web.views().training_provider_name(&dossier.record().provider).await?;
    let provider = provider.unwrap_or_else(|| dossier.record().provider.to_string());
    let page = DetailsPage {
        page: visit.page(),
        title: format!("Trainee details - {status}"),
        name: dossier.name(),
        tag: tag(dossier.state()),
        award: dossier.award().to_string(),
        done: done(Answers::new(asked).text("done")),
        recommend,
        why_not,
        actions: actions(&dossier),
        cards: [
            status_card(&dossier),
            Some(progress(&dossier)),
            Some(person(&dossier)),
            Some(programme(&dossier, provider)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        timeline: format!("{}/timeline", dossier.href()),
        list: super::LIST,
        status,
    };
    shown(&page, &Errors::default())
}

fn done(code: &str) -> &'static str {
    match code {
        "deferred" => "Trainee deferred",
        "reinstated" => "Trainee reinstated",
        "extended" => "Training extended",
        "withdrawn" => "Trainee withdrawn",
        "undone" => "Withdrawal undone",
        "rescinded" => "Taken back. The teaching record must be corrected too",
        "updated" => "Record updated",
        "registered" => "Trainee registered",
        "submitted" => "Trainee submitted for a TRN",
        _ => "",
    }
}

/// The address of the recommendation, or why there is none yet.
fn recommendable(dossier: &Dossier) -> (Option<String>, String) {
    const NOT_YET: [&str; 4] = ["itt_not_started", "record_incomplete", "degree_missing", "placements_missing"];
    let today = json!({ "qts_standards_met_date": dossier.today() });
    match dossier.would_refuse("RecommendForQts", today) {
        Some(refusal) if NOT_YET.contains(&refusal.code) => (None, refusal.message),
        _ if dossier.offers("RecommendForQts") => (Some(format!("{}/recommend", dossier.href())), String::new()),
        _ => (None, String::new()),
    }
}

fn actions(dossier: &Dossier) -> Vec<Link> {
    let offered = JOURNEYS.iter().filter(|journey| journey.path != "recommend" && dossier.offers(journey.command));
    let deferred = dossier.record().defer_date.is_some() && dossier.state() == TraineeState::Deferred;
    let fits = offered.filter(|journey| journey.path != "deferral-date" || deferred).map(|journey| journey.path);
    let amends = dossier.offers("AmendTraineeDetails").then_some("edit");
    fits.chain(amends).map(|path| Link::new(format!("{}/{path}", dossier.href()), action(path, dossier))).collect()
}

fn action(path: &str, dossier: &Dossier) -> &'static str {
    match path {
        "defer" => "Defer this trainee",
        "reinstate" => "Reinstate this trainee",
        "extend" => "Give them more time (extend training)",
        "withdraw" => "Withdraw this trainee",
        "deferral-date" => "Correct the deferral date",
        "undo-withdrawal" => "Undo the withdrawal",
        "rescind" if dossier.state() == TraineeState::Awarded => "Take the award back",
        "rescind" => "Take the recommendation back",
        "edit" => "Change their details",
        _ => "Submit for a TRN",
    }
}

/// What is particular to a state: an award that is pending or held, a deferral, a withdrawal.
fn status_card(dossier: &Dossier) -> Option<Card> {
    let award = dossier.award();
    let met = dossier
        .record()
        .recommendation
        .map(|it| Entry::new(format!("Date {award} standards met"), day(it.outcome_date)));
    match dossier.state() {
        TraineeState::RecommendedForAward => {
            let pending =
                Entry::new(format!("{award} award"), "Pending. DfE usually awards within 3 to 5 working days");
            Some(Card { title: format!("{award} details"), entries: met.into_iter().chain([pending]).collect() })
        }
        TraineeState::Awarded => {
            let held = dossier.last(|event| matches!(event, TraineeEvent::QtsAwarded(_)));
            let held = held.and_then(|recorded| match &recorded.event {
                TraineeEvent::QtsAwarded(awarded) => {
                    Some(Entry::new(format!("{award} held since"), day(awarded.awarded_at)))
                }
                _ => None,
            });
            Some(Card { title: format!("{award} details"), entries: met.into_iter().chain(held).collect() })
        }
        _ => None,
    }
}

fn progress(dossier: &Dossier) -> Card {
    let record = dossier.record();
    let trn = open(record.trn.as_ref()).unwrap_or_else(|| {
        let submitted = dossier.last(|event| matches!(event, TraineeEvent::TraineeSubmittedForTrn(_)));
        submitted
            .map_or_else(|| "Not asked for yet".to_owned(), |it| format!("Submitted on {}", moment(it.happened_at)))
    });
    let mut entries = vec![
        Entry::new("Trainee ID", or_none(open(record.person.provider_trainee_id.as_ref()))),
        Entry::new("TRN", trn),
    ];
    entries.extend(status_date(dossier));
    let last = dossier.events.last().map(|recorded| moment(recorded.happened_at));
    let first = dossier.events.first().map(|recorded| moment(recorded.happened_at));
    entries.push(Entry::new("Last updated", or_none(last)));
    entries.push(Entry::new("Record created", or_none(first)));
    entries.push(Entry::new("Trainee start date", or_none(record.training.trainee_start_date.map(day))));
    Card { title: "Trainee progress".to_owned(), entries }
}

fn status_date(dossier: &Dossier) -> Option<Entry> {
    match dossier.state() {
        TraineeState::Deferred => {
            let date = dossier.record().defer_date.map_or_else(|| "Before they started".to_owned(), day);
            Some(Entry::new("Deferral date", date))
        }
        TraineeState::Withdrawn => {
            let withdrawn = dossier.last(|event| matches!(event, TraineeEvent::TraineeWithdrawn(_)))?;
            let TraineeEvent::TraineeWithdrawn(it) = &withdrawn.event else { return None };
            Some(Entry::new("Date of withdrawal", day(it.withdrawal_date)))
        }
        _ => None,
    }
}

fn person(dossier: &Dossier) -> Card {
    let person = &dossier.record().person;
    let born =
        person.date_of_birth.as_ref().map(|field| field.value().map_or_else(|| field.shown(), |born| day(*born)));
    let entries = vec![
        Entry::new("First names", person.first_names.shown()),
        Entry::new("Last names", person.last_names.shown()),
        Entry::new("Date of birth", or_none(born)),
        Entry::new("Email", or_none(open(person.email.as_ref()))),
        Entry::new("HESA ID", or_none(open(person.hesa_id.as_ref()))),
    ];
    Card { title: "Personal details".to_owned(), entries }
}

fn programme(dossier: &Dossier, provider: String) -> Card {
    let training = &dossier.record().training;
    let listed = |each: Vec<String>| or_none(Some(each.join("; ")).filter(|text| !text.is_empty()));
    let degrees = training.degrees.iter().map(|degree| format!("{}, {}", degree.subject, degree.institution));
    let placements = training.placements.iter().map(|placement| placement.school_name.clone());
    let employing = training.employing_school.as_ref().map(|urn| format!("URN {urn}"));
    let entries = vec![
        Entry::new("Training provider", provider),
        Entry::new("Route", route_label(training.route)),
        Entry::new("QTS or EYTS", dossier.award().to_string()),
        Entry::new("Phase", or_none(training.phase.clone())),
        Entry::new("Age range", or_none(training.age_range.clone())),
        Entry::new("Subjects", listed(training.subjects.clone())),
        Entry::new("Training partner", or_none(training.training_partner.clone())),
        Entry::new("Employing school", or_none(employing)),
        Entry::new("ITT start date", or_none(training.itt_start_date.map(day))),
        Entry::new("Expected end date", or_none(training.expected_end_date.map(day))),
        Entry::new("Degrees", listed(degrees.collect())),
        Entry::new("Placements", listed(placements.collect())),
    ];
    Card { title: "Programme details".to_owned(), entries }
}

fn or_none(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "Not given".to_owned())
}
