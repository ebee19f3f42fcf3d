//! The school's own page: each year with its providers and what can be done about them, and the induction tutor.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use events_schema::{codes::ProgrammeChoice, ids::Cohort};
use projections::{PartnershipRow, PartnershipState};
use serde::Deserialize;

use super::{
    OwnSchool, cohorts,
    tutor::{self, Tutor},
};
use crate::web::{
    Web,
    components::{Action, Entry, Errors},
    page::{Page, shown},
    problem::Problem,
    times,
};

#[derive(Template)]
#[template(path = "school/home.html")]
struct HomePage {
    page: Page,
    school: String,
    urn: String,
    news: &'static str,
    years: Vec<Year>,
    tutor: Vec<Entry>,
    has_tutor: bool,
}

/// A school year.
struct Year {
    name: String,
    entries: Vec<Entry>,
    /// Where a mistake is reported, while it may be.
    report: Option<String>,
    /// Where support is asked, once it may not.
    support: Option<String>,
    task: Option<Task>,
}

/// What the school has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// A partnership was broken: sign up again.
    SignUpAgain,
    /// Nobody signed the school up.
    SignUp,
    /// Nobody is to be trained this year.
    Nothing,
}

impl Task {
    fn is(self, name: &str) -> bool {
        name == match self {
            Self::SignUpAgain => "again",
            Self::SignUp => "first",
            Self::Nothing => "nothing",
        }
    }
}

/// What happened just before.
#[derive(Deserialize)]
pub(super) struct News {
    #[serde(default)]
    done: String,
}

/// Shows the school.
pub(super) async fn show(
    State(web): State<Web>,
    own: OwnSchool,
    Query(news): Query<News>,
) -> Result<Response, Problem> {
    let school = web.views().school(&own.urn).await?.ok_or(Problem::NotFound)?;
    let partnerships = web.views().partnerships_of_school(&own.urn).await?;
    let choices = web.views().programme_choices_of(&own.urn).await?;
    let now = web.clock().now();
    let years = cohorts(&web, &partnerships).await?.into_iter().map(|cohort| {
        let row = partnerships.iter().find(|row| row.cohort == cohort && row.latest);
        let choice = choices.iter().find(|row| row.cohort == cohort).map(|row| row.choice);
        year(cohort, (row, choice), now)
    });
    let tutor = tutor::of(&web, &own.urn).await?;
    let page = HomePage {
        page: own.page(),
        school: school.name,
        urn: own.urn.to_string(),
        news: if news.done == "programme" { "Your choice is saved." } else { "" },
        years: years.collect(),
        has_tutor: tutor.is_some(),
        tutor: tutor_entries(tutor),
    };
    shown(&page, &Errors::default())
}

/// After a break no provider is shown, and signing up is a task to do again (DOMAIN 3.2).
fn year(cohort: Cohort, (row, choice): (Option<&PartnershipRow>, Option<ProgrammeChoice>), now: DateTime<Utc>) -> Year {
    let state = row.map(|row| row.state(now));
    let in_force = row.filter(|_| state != Some(PartnershipState::Broken));
    let mut entries = in_force.map(providers).unwrap_or_default();
    entries.push(programme_entry(cohort, choice, in_force.is_none()));
    let can_report = state == Some(PartnershipState::Open);
    let (report, support) = in_force.map_or((None, None), |row| ways(row, can_report));
    Year { name: cohort.academic_year(), entries, report, support, task: task(state, choice) }
}

fn task(state: Option<PartnershipState>, choice: Option<ProgrammeChoice>) -> Option<Task> {
    match (state, choice) {
        (Some(PartnershipState::Open | PartnershipState::Settled), _) | (None, Some(ProgrammeChoice::SchoolLed)) => {
            None
        }
        (_, Some(ProgrammeChoice::NoEarlyCareerTeachers)) => Some(Task::Nothing),
        (Some(PartnershipState::Broken), _) => Some(Task::SignUpAgain),
        (None, _) => Some(Task::SignUp),
    }
}

fn providers(row: &PartnershipRow) -> Vec<Entry> {
    let mut entries = vec![
        Entry::new("Lead provider", &row.lead_provider_name),
        Entry::new("Delivery partner", &row.delivery_partner_name),
    ];
    entries.extend(row.window_last_day.map(|day| Entry::new("Last day to report a mistake", times::day(day))));
    entries
}

fn ways(row: &PartnershipRow, can_report: bool) -> (Option<String>, Option<String>) {
    let way = |path: &str| Some(format!("{path}?partnership={}", row.partnership_id));
    if can_report { (way("/report-incorrect-partnership"), None) } else { (None, way("/ask-support")) }
}

fn programme_entry(cohort: Cohort, choice: Option<ProgrammeChoice>, can_choose: bool) -> Entry {
    let entry = Entry::new("Your choice for the year", choice.map_or("Not chosen yet", ProgrammeChoice::words));
    if !can_choose {
        return entry;
    }
    let text = if choice.is_some() { "Change" } else { "Choose" };
    let href = format!("/school/programme?cohort={cohort}");
    entry.with(Action { href, text: text.to_owned(), hidden: format!("programme for {}", cohort.academic_year()) })
}

fn tutor_entries(tutor: Option<Tutor>) -> Vec<Entry> {
    let Some(tutor) = tutor else { return vec![Entry::new("Induction tutor", "Nobody is nominated yet")] };
    vec![Entry::new("Name", tutor.name), Entry::new("Email address", tutor.email)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_do_follows_from_the_partnership_and_the_choice() {
        use PartnershipState::{Broken, Open, Settled};
        use ProgrammeChoice::{NoEarlyCareerTeachers, ProviderLed, SchoolLed};
        for (state, choice, expected) in [
            (Some(Open), Some(ProviderLed), None),
            (Some(Settled), Some(NoEarlyCareerTeachers), None),
            (Some(Broken), Some(ProviderLed), Some(Task::SignUpAgain)),
            (Some(Broken), Some(NoEarlyCareerTeachers), Some(Task::Nothing)),
            (None, None, Some(Task::SignUp)),
            (None, Some(SchoolLed), None),
        ] {
            assert_eq!(task(state, choice), expected, "{state:?} {choice:?}");
        }
    }
}
