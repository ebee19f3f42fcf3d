//! One school as support sees it: its entry in the register, its tutor, all its partnerships and cases.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use events_schema::ids::{Parse, Urn};
use projections::{CaseRow, PartnershipRow, reference::SchoolRow};

use super::{Desk, trail, wording};
use crate::web::{
    Web,
    components::{Action, Entry, Errors, Link},
    page::{Page, shown},
    problem::Problem,
    school::tutor::{self, Tutor},
    times,
};

#[derive(Template)]
#[template(path = "support/school.html")]
struct SchoolPage {
    page: Page,
    trail: Vec<Link>,
    name: String,
    entries: Vec<Entry>,
    partnerships: Vec<Partnership>,
    cases: Vec<Case>,
}

struct Partnership {
    href: String,
    cohort: String,
    providers: String,
    state: &'static str,
}

struct Case {
    href: String,
    subject: &'static str,
    opened: String,
    state: &'static str,
}

/// Shows a school.
pub(super) async fn show(State(web): State<Web>, desk: Desk, Path(urn): Path<String>) -> Result<Response, Problem> {
    let urn = Urn::parse(&urn).map_err(|_| Problem::NotFound)?;
    let school = web.views().school(&urn).await?.ok_or(Problem::NotFound)?;
    let now = web.clock().now();
    let partnerships = web.views().partnerships_of_school(&urn).await?;
    let cases = web.views().cases_of_school(&urn).await?;
    let page = SchoolPage {
        page: desk.page(),
        trail: trail(&[("/support/search", "Find a school")], &school.name),
        name: school.name.clone(),
        entries: entries(&school, tutor::of(&web, &urn).await?),
        partnerships: partnerships.iter().map(|row| partnership(row, now)).collect(),
        cases: cases.iter().map(case).collect(),
    };
    shown(&page, &Errors::default())
}

fn entries(school: &SchoolRow, tutor: Option<Tutor>) -> Vec<Entry> {
    let entry = &school.entry;
    let or_none = |text: &str| if text.is_empty() { "None".to_owned() } else { text.to_owned() };
    let mut entries = vec![
        Entry::new("URN", school.urn.to_string()),
        Entry::new("Local authority", or_none(&school.la_name)),
        Entry::new("Trust", school.trust_name.clone().unwrap_or_else(|| "None known".to_owned())),
        Entry::new("Type", &entry.type_name),
        Entry::new("Status", &entry.status_name),
        Entry::new("Main email", or_none(&entry.main_email)),
        Entry::new("Alternative email", or_none(&entry.alternative_email)),
    ];
    entries.push(tutor_entry(tutor, &school.urn));
    entries
}

fn tutor_entry(tutor: Option<Tutor>, urn: &Urn) -> Entry {
    let nominate = Action {
        href: format!("/nominate-induction-tutor/details?school={urn}"),
        text: "Change".to_owned(),
        hidden: "induction tutor".to_owned(),
    };
    match tutor {
        None => Entry::new("Induction tutor", "None").with(nominate),
        Some(tutor) => {
            let erase = Action {
                href: format!("/support/erase?person={}", tutor.person_id),
                text: "Erase".to_owned(),
                hidden: "induction tutor".to_owned(),
            };
            let since = times::day(times::day_of(tutor.since));
            let told = format!("{}, {}, since {since}", tutor.name, tutor.email);
            Entry::new("Induction tutor", told).with(nominate).with(erase)
        }
    }
}

fn partnership(row: &PartnershipRow, now: DateTime<Utc>) -> Partnership {
    Partnership {
        href: format!("/support/partnerships/{}", row.partnership_id),
        cohort: row.cohort.academic_year(),
        providers: format!("{} with {}", row.lead_provider_name, row.delivery_partner_name),
        state: wording::state(row.state(now)),
    }
}

fn case(row: &CaseRow) -> Case {
    Case {
        href: format!("/support/cases/{}", row.case_id),
        subject: wording::subject(&row.subject),
        opened: times::day(times::day_of(row.opened_at)),
        state: if row.resolved_at.is_some() { "Resolved" } else { "Open" },
    }
}
