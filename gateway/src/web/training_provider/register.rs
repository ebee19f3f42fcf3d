//! Registering a trainee and changing a record: one form with the fields that a TRN and a recommendation need. What is
//! left empty can be added later; what is missing for the next step the record's own page says.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{Datelike, NaiveDate};
use domain::policies::routes::route_label;
use events_schema::{
    actor::ActorKind,
    codes::Route,
    events::trainee::Placement,
    ids::{Parse, TraineeId, Urn},
    personal::Personal,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    LIST,
    answers::Answers,
    dossier::{Dossier, href, open},
    journey::{Field, Kind},
};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{By, act, unexplained},
        components::{Choice, DateGiven, Errors},
        page::{Page, shown},
        problem::Problem,
        viewer::{Viewer, Visit},
    },
};

#[derive(Template)]
#[template(path = "training_provider/record.html")]
struct RecordPage {
    page: Page,
    title: &'static str,
    action: String,
    back: String,
    button: &'static str,
    fields: Vec<Field>,
    refusal: String,
}

/// What the form is for.
enum For<'a> {
    New,
    /// Support says whose the trainee is.
    NewOfAProvider,
    Record(&'a Dossier),
}

/// `GET` the empty form.
pub(super) async fn new(visit: Visit) -> Result<Response, Problem> {
    let is_for = may_register(visit.signed_in()?)?;
    show(&visit, &is_for, (&Answers::default(), "", Errors::default()))
}

/// `POST` a new record.
pub(super) async fn register(
    visit: Visit,
    State(web): State<Web>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let is_for = may_register(visit.signed_in()?)?;
    let answers = Answers::new(form);
    if let Some(errors) = unreadable(&answers) {
        return show(&visit, &is_for, (&answers, "date_invalid", errors));
    }
    let mut body = json!({ "route": answers.text("route"), "details": details(&answers) });
    if answers.text("route").is_empty() {
        return show(&visit, &is_for, (&answers, "route_missing", Errors::one("route", "Select a route")));
    }
    names(&mut body, &answers);
    if matches!(is_for, For::NewOfAProvider)
        && let Some(code) = answers.given("provider")
    {
        body["provider"] = code.trim().to_uppercase().into();
    }
    match act(&web, by(&visit, &answers)?, ("RegisterTrainee", body)).await {
        Outcome::Accepted(kept) | Outcome::NothingToDo(kept) => {
            let id: TraineeId = kept.id.and_then(|id| id.parse().ok()).ok_or(Problem::Broken)?;
            Ok(Redirect::to(&format!("{}?done=registered", href(id))).into_response())
        }
        other => refused(&visit, &is_for, (&answers, other)),
    }
}

/// `GET` the form with what the record says.
pub(super) async fn edit(visit: Visit, State(web): State<Web>, Path(id): Path<TraineeId>) -> Result<Response, Problem> {
    let dossier = Dossier::load(&web, visit.signed_in()?, id).await?;
    if !dossier.offers("AmendTraineeDetails") {
        return Err(Problem::NotAllowed);
    }
    show(&visit, &For::Record(&dossier), (&as_answers(&dossier), "", Errors::default()))
}

/// `POST` what changed.
pub(super) async fn amend(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<TraineeId>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let dossier = Dossier::load(&web, visit.signed_in()?, id).await?;
    let answers = Answers::new(form);
    if let Some(errors) = unreadable(&answers) {
        return show(&visit, &For::Record(&dossier), (&answers, "date_invalid", errors));
    }
    let mut body = json!({ "trainee_id": id, "route": answers.text("route"), "details": details(&answers) });
    names(&mut body, &answers);
    match act(&web, by(&visit, &answers)?, ("AmendTraineeDetails", body)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => {
            Ok(Redirect::to(&format!("{}?done=updated", dossier.href())).into_response())
        }
        other => refused(&visit, &For::Record(&dossier), (&answers, other)),
    }
}

/// A new record is a provider's own; support says whose it is.
fn may_register<'a>(viewer: &Viewer) -> Result<For<'a>, Problem> {
    match viewer.kind() {
        ActorKind::TrainingProvider => Ok(For::New),
        ActorKind::Support => Ok(For::NewOfAProvider),
        ActorKind::TrainingProviderReader | ActorKind::TrainingPartner | ActorKind::Auditor => Err(Problem::NotAllowed),
        _ => Err(Problem::NotFound),
    }
}

fn by(visit: &Visit, answers: &Answers) -> Result<By, Problem> {
    let form = Uuid::parse_str(answers.text("command_id")).map_err(|_| Problem::FormExpired)?;
    Ok(By::viewer(visit.signed_in()?, form))
}

fn refused(visit: &Visit, is_for: &For<'_>, (answers, outcome): (&Answers, Outcome)) -> Result<Response, Problem> {
    match outcome {
        Outcome::Rejected(refusal) if refusal.code != "not_permitted" => {
            let field = match refusal.code.as_str() {
                "names_missing" => "first_names",
                "provider_missing" | "provider_unknown" => "provider",
                "too_many_subjects" => "subjects",
                "end_date_not_later" | "later_end_date_is_extension" => "expected_end_date",
                "date_before_itt_start" => "trainee_start_date",
                _ => "",
            };
            show(visit, is_for, (answers, &refusal.code, Errors::one(field, refusal.message)))
        }
        Outcome::Malformed(malformed) if malformed.message.contains("hesa_id") => {
            show(visit, is_for, (answers, malformed.code, Errors::one("hesa_id", "HESA ID must be 13 or 17 digits")))
        }
        Outcome::Malformed(malformed) if malformed.message.contains("employing_school") => {
            let error = Errors::one("employing_school", "Employing school must be the school’s URN, up to 7 digits");
            show(visit, is_for, (answers, malformed.code, error))
        }
        Outcome::Malformed(malformed) if malformed.message.contains("training provider code") => {
            let error = Errors::one("provider", "Training provider’s code must be up to 8 letters and digits");
            show(visit, is_for, (answers, malformed.code, error))
        }
        other => Err(unexplained(&other)),
    }
}

fn show(
    visit: &Visit,
    is_for: &For<'_>,
    (answers, refusal, errors): (&Answers, &str, Errors),
) -> Result<Response, Problem> {
    let (title, button) = match is_for {
        For::New | For::NewOfAProvider => ("Register a trainee", "Register trainee"),
        For::Record(_) => ("Change the trainee’s details", "Save changes"),
    };
    let (action, back) = match is_for {
        For::New | For::NewOfAProvider => (format!("{LIST}/new"), LIST.to_owned()),
        For::Record(dossier) => (format!("{}/edit", dossier.href()), dossier.href()),
    };
    let page = visit.page().with(errors.clone());
    let refusal = refusal.to_owned();
    let whose = matches!(is_for, For::NewOfAProvider)
        .then(|| Field::text("provider", "Training provider’s code", answers).hinted("For example, 1TA"));
    let fields = whose.into_iter().chain(fields(answers)).collect();
    shown(&RecordPage { page, title, action, back, button, fields, refusal }, &errors)
}

const DATES: [(&str, &str); 4] = [
    ("date_of_birth", "Date of birth"),
    ("itt_start_date", "ITT start date"),
    ("trainee_start_date", "Trainee start date"),
    ("expected_end_date", "Expected end date"),
];

fn fields(answers: &Answers) -> Vec<Field> {
    let routes = Route::ALL.iter().map(|route| Choice::new(route.code(), route_label(*route)));
    let routes = std::iter::once(Choice::new("", "Select a route")).chain(routes).collect();
    let route = Field { kind: Kind::Select, ..Field::radios("route", "Route", routes, answers) };
    let date = |at: usize| Field::date(DATES[at].0, DATES[at].1, answers).hinted("For example, 27 3 2026");
    vec![
        Field::text("first_names", "First names", answers),
        Field::text("last_names", "Last names", answers),
        date(0),
        Field::text("email", "Email", answers),
        Field::text("provider_trainee_id", "Trainee ID", answers).hinted("Your own number for the trainee"),
        Field::text("hesa_id", "HESA ID (optional)", answers),
        route,
        Field::text("phase", "Phase", answers).hinted("For example, Secondary"),
        Field::text("age_range", "Age range", answers).hinted("For example, 11 to 16"),
        Field::lines("subjects", "Subjects, one to a line", answers).hinted("Up to 3"),
        Field::text("training_partner", "Training partner (optional)", answers),
        Field::text("employing_school", "Employing school’s URN (optional)", answers).hinted("For example, 100120"),
        date(1),
        date(2),
        date(3),
        Field::lines("degrees", "Degrees, one to a line", answers).hinted("Subject, then a comma, then where"),
        Field::lines("placements", "Placement schools, one to a line", answers)
            .hinted("Add the school's number if you know it: Example School (URN 100120)"),
    ]
}

/// Dates that are no days: they cannot become a command at all.
fn unreadable(answers: &Answers) -> Option<Errors> {
    let mut errors = Errors::default();
    for (name, label) in DATES {
        if answers.day(name).is_some() && answers.real_day(name).is_none() {
            errors.add(name, format!("{label} must be a real date"));
        }
    }
    (!errors.is_empty()).then_some(errors)
}

fn names(body: &mut Value, answers: &Answers) {
    body["first_names"] = answers.text("first_names").into();
    body["last_names"] = answers.text("last_names").into();
}

fn details(answers: &Answers) -> Value {
    let mut details = Map::new();
    for name in ["email", "provider_trainee_id", "phase", "age_range", "training_partner"] {
        details.insert(name.to_owned(), answers.text(name).into());
    }
    for name in ["hesa_id", "employing_school"] {
        if let Some(number) = answers.given(name) {
            details.insert(name.to_owned(), number.into());
        }
    }
    for (name, _) in DATES {
        if let Some(day) = answers.real_day(name) {
            details.insert(name.to_owned(), json!(day));
        }
    }
    let lines = |name| answers.text(name).lines().map(str::trim).filter(|line| !line.is_empty());
    details.insert("subjects".to_owned(), lines("subjects").collect());
    details.insert("degrees".to_owned(), lines("degrees").map(degree).collect());
    details.insert("placements".to_owned(), lines("placements").map(placement).collect());
    Value::Object(details)
}

fn degree(line: &str) -> Value {
    let (subject, institution) = line.split_once(',').unwrap_or((line, ""));
    json!({ "subject": subject.trim(), "institution": institution.trim() })
}

/// A line of the form: the school's name, and its number where it is known.
fn placement(line: &str) -> Value {
    let numbered = line.strip_suffix(')').and_then(|line| line.rsplit_once("(URN "));
    match numbered.and_then(|(name, urn)| Some((name, Urn::parse(urn).ok()?))) {
        Some((name, urn)) => json!({ "school_urn": urn, "school_name": name.trim() }),
        None => json!({ "school_name": line }),
    }
}

fn placement_line(placement: &Placement) -> String {
    let Placement { school_urn, school_name } = placement;
    school_urn.as_ref().map_or_else(|| school_name.clone(), |urn| format!("{school_name} (URN {urn})"))
}

/// What the record says, as its form would say it.
fn as_answers(dossier: &Dossier) -> Answers {
    let record = dossier.record();
    let (person, training) = (&record.person, &record.training);
    let degrees = training.degrees.iter().map(|it| format!("{}, {}", it.subject, it.institution));
    let placements = training.placements.iter().map(placement_line);
    let mut fields = vec![
        ("first_names", person.first_names.shown()),
        ("last_names", person.last_names.shown()),
        ("email", open(person.email.as_ref()).unwrap_or_default()),
        ("provider_trainee_id", open(person.provider_trainee_id.as_ref()).unwrap_or_default()),
        ("hesa_id", open(person.hesa_id.as_ref()).unwrap_or_default()),
        ("route", training.route.code().to_owned()),
        ("phase", training.phase.clone().unwrap_or_default()),
        ("age_range", training.age_range.clone().unwrap_or_default()),
        ("training_partner", training.training_partner.clone().unwrap_or_default()),
        ("employing_school", training.employing_school.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("subjects", training.subjects.join("\n")),
        ("degrees", degrees.collect::<Vec<_>>().join("\n")),
        ("placements", placements.collect::<Vec<_>>().join("\n")),
    ];
    fields.retain(|(_, value)| !value.is_empty());
    let born = person.date_of_birth.as_ref().and_then(Personal::value).copied();
    let days = [born, training.itt_start_date, training.trainee_start_date, training.expected_end_date];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    let dates = DATES.iter().zip(days).filter_map(|((name, _), day)| Some((*name, day?))).flat_map(typed);
    Answers::new(fields.chain(dates).collect())
}

fn typed((name, day): (&'static str, NaiveDate)) -> [(String, String); 3] {
    let DateGiven { day, month, year } =
        DateGiven { day: day.day().to_string(), month: day.month().to_string(), year: day.year().to_string() };
    [("day", day), ("month", month), ("year", year)].map(|(part, value)| (format!("{name}-{part}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placement_keeps_its_schools_number_through_the_form() {
        for (urn, name) in [(Some("100120"), "Example (Upper) School"), (None, "Example School (URN unknown)")] {
            let before =
                Placement { school_urn: urn.map(|urn| Urn::parse(urn).expect("fit")), school_name: name.into() };
            let after = placement(&placement_line(&before));
            assert_eq!(serde_json::from_value::<Placement>(after).expect("a placement"), before);
        }
    }
}
