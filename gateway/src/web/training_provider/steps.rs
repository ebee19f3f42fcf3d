//! The pages of every journey: shown by GET, answered by POST. Nothing is changed before the check page is sent, and
//! then every rule is checked once more by the command itself.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use events_schema::ids::TraineeId;
use serde_json::json;
use uuid::Uuid;

use super::{
    JOURNEYS,
    answers::Answers,
    dossier::Dossier,
    journey::{Asking, CHECK, Check, Journey, Question},
    said::said,
};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{By, act, unexplained},
        components::{Errors, Link},
        page::{Page, shown},
        problem::Problem,
        viewer::Visit,
    },
};

/// Two routes for each journey.
pub(super) fn routes() -> Router<Web> {
    JOURNEYS.iter().fold(Router::new(), |router, journey| {
        let path = format!("{}/{{id}}/{}", super::LIST, journey.path);
        let shown = move |visit, web, id| begin(journey, visit, web, id);
        let sent = move |visit, web, id, form| answer(journey, (visit, web, id), form);
        router.route(&path, get(shown).post(sent))
    })
}

#[derive(Template)]
#[template(path = "training_provider/question.html")]
struct QuestionPage {
    page: Page,
    name: String,
    back: String,
    action: String,
    hidden: Vec<(String, String)>,
    question: Question,
    duplicates: Vec<Link>,
    refusal: String,
}

#[derive(Template)]
#[template(path = "training_provider/check.html")]
struct CheckPage {
    page: Page,
    name: String,
    back: String,
    action: String,
    hidden: Vec<(String, String)>,
    rows: Vec<CheckRow>,
    check: Check,
    duplicates: Vec<Link>,
    refusal: String,
}

/// A row of the check page; without a step it cannot be changed.
struct CheckRow {
    key: String,
    value: String,
    step: &'static str,
}

/// A refusal on its way to a page: its code, and its words beside the field.
#[derive(Default)]
struct Told {
    code: String,
    errors: Errors,
}

/// One journey of one visitor through one record.
struct Walk<'a> {
    journey: &'static Journey,
    visit: &'a Visit,
    dossier: &'a Dossier,
    answers: &'a Answers,
}

async fn begin(
    journey: &'static Journey,
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<TraineeId>,
) -> Result<Response, Problem> {
    let dossier = load(journey, &web, (&visit, id)).await?;
    let answers = Answers::default();
    let walk = Walk { journey, visit: &visit, dossier: &dossier, answers: &answers };
    walk.is_open()?;
    walk.after("", Told::default())
}

async fn answer(
    journey: &'static Journey,
    (visit, State(web), Path(id)): (Visit, State<Web>, Path<TraineeId>),
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let dossier = load(journey, &web, (&visit, id)).await?;
    let answers = Answers::new(fields);
    let walk = Walk { journey, visit: &visit, dossier: &dossier, answers: &answers };
    let step = answers.text("step");
    if let Some(change) = answers.given("change") {
        return walk.at(change, Told::default());
    }
    if step == CHECK {
        return walk.act(&web).await;
    }
    walk.is_open()?;
    match walk.refusal() {
        Some((place, told)) if walk.is_by_then(place, step) => walk.at(place, told),
        _ => walk.after(step, Told::default()),
    }
}

/// Whoever is about to be withdrawn is looked for a second time: a duplicate must not be withdrawn.
async fn load(journey: &Journey, web: &Web, (visit, id): (&Visit, TraineeId)) -> Result<Dossier, Problem> {
    let viewer = visit.signed_in()?;
    let dossier = Dossier::load(web, viewer, id).await?;
    if journey.command == "WithdrawTrainee" { dossier.with_duplicates(web, viewer).await } else { Ok(dossier) }
}

impl Walk<'_> {
    fn asking(&self) -> Asking<'_> {
        Asking { dossier: self.dossier, answers: self.answers }
    }

    fn questions(&self) -> Vec<Question> {
        (self.journey.questions)(&self.asking())
    }

    fn action(&self) -> String {
        format!("{}/{}", self.dossier.href(), self.journey.path)
    }

    /// A journey that nobody offers is not begun: whoever may not act is told so, everybody else sees no such page.
    fn is_open(&self) -> Result<(), Problem> {
        if self.dossier.offers(self.journey.command) {
            return Ok(());
        }
        let refusal = self.dossier.would_refuse(self.journey.command, json!({}));
        let not_allowed = refusal.is_some_and(|it| ["not_permitted", "support_only"].contains(&it.code));
        Err(if not_allowed { Problem::NotAllowed } else { Problem::NotFound })
    }

    /// What the domain says to the answers so far, and on which page.
    fn refusal(&self) -> Option<(&'static str, Told)> {
        if let Some(stopped) = self.stopped() {
            return Some(stopped);
        }
        let refusal = self.journey.refusal(&self.asking())?;
        Some(self.placed(refusal.code, &refusal.message))
    }

    /// What an answer stops before any command is made of it.
    fn stopped(&self) -> Option<(&'static str, Told)> {
        let ((step, field), refusal) = (self.journey.stops)(&self.asking())?;
        Some((step, Told { code: refusal.code.to_owned(), errors: Errors::one(field, refusal.message) }))
    }

    fn placed(&self, code: &str, message: &str) -> (&'static str, Told) {
        let asking = self.asking();
        let (step, field) = (self.journey.place)(&asking, code).unwrap_or((CHECK, ""));
        let what = (self.journey.what)(&asking);
        let message = said(code, message, (&what, self.dossier));
        (step, Told { code: code.to_owned(), errors: Errors::one(field, message) })
    }

    /// Whether a refusal is about the page just sent, or one before it.
    fn is_by_then(&self, place: &str, step: &str) -> bool {
        let questions = self.questions();
        let at = |step: &str| questions.iter().position(|question| question.step == step);
        at(place).is_some_and(|place| at(step).is_some_and(|step| place <= step))
    }

    /// The page of a step.
    fn at(&self, step: &str, told: Told) -> Result<Response, Problem> {
        match self.questions().into_iter().find(|question| question.step == step) {
            Some(question) => self.ask(question, told),
            None => self.check(told),
        }
    }

    /// The page behind a step; the first one behind none.
    fn after(&self, step: &str, told: Told) -> Result<Response, Problem> {
        let mut questions = self.questions().into_iter();
        if !step.is_empty() {
            questions.by_ref().find(|question| question.step == step);
        }
        match questions.next() {
            Some(question) => self.ask(question, told),
            None => self.check(told),
        }
    }

    fn ask(&self, question: Question, told: Told) -> Result<Response, Problem> {
        let page = QuestionPage {
            page: self.visit.page().with(told.errors.clone()),
            name: self.dossier.name(),
            back: self.dossier.href(),
            action: self.action(),
            hidden: self.answers.hidden(&question.names()),
            question,
            duplicates: self.dossier.duplicates.clone(),
            refusal: told.code,
        };
        shown(&page, &told.errors)
    }

    fn check(&self, told: Told) -> Result<Response, Problem> {
        let check = (self.journey.check)(&self.asking());
        let asked = self.questions();
        let asked = asked.iter().flat_map(|question| {
            let row = |(key, value): &(String, String)| CheckRow {
                key: key.clone(),
                value: value.clone(),
                step: question.step,
            };
            question.answered.iter().map(row).collect::<Vec<_>>()
        });
        let told_rows =
            check.told.iter().map(|(key, value)| CheckRow { key: key.clone(), value: value.clone(), step: "" });
        let page = CheckPage {
            page: self.visit.page().with(told.errors.clone()),
            name: self.dossier.name(),
            back: self.dossier.href(),
            action: self.action(),
            hidden: self.answers.hidden(&[]),
            rows: told_rows.chain(asked).collect(),
            check,
            duplicates: self.dossier.duplicates.clone(),
            refusal: told.code,
        };
        shown(&page, &told.errors)
    }

    /// Sends the command; a refusal leads back to the page that it is about.
    async fn act(&self, web: &Web) -> Result<Response, Problem> {
        if let Some((step, told)) = self.stopped() {
            return self.at(step, told);
        }
        let form = Uuid::parse_str(self.answers.text("command_id")).map_err(|_| Problem::FormExpired)?;
        let by = By::viewer(self.visit.signed_in()?, form);
        let mut body = (self.journey.body)(&self.asking());
        body["trainee_id"] = json!(self.dossier.id());
        match act(web, by, (self.journey.command, body)).await {
            Outcome::Accepted(_) | Outcome::NothingToDo(_) => {
                Ok(Redirect::to(&format!("{}{}", self.dossier.href(), self.journey.done)).into_response())
            }
            Outcome::Rejected(refusal) if refusal.code != "not_permitted" => {
                let (step, told) = self.placed(&refusal.code, &refusal.message);
                self.at(step, told)
            }
            other => Err(unexplained(&other)),
        }
    }
}
