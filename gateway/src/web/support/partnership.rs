//! One partnership as support sees it: who, until when the school may report, what became of it, its whole history.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::MistakeReason,
    ids::{Parse, PartnershipId},
    words::capitalised,
};
use projections::{AuditEntry, PartnershipRow, PartnershipState, Subject};

use super::{
    Desk,
    case::News,
    notices::{self, Notice},
    trail, wording,
};
use crate::web::{
    Web,
    components::{Action, Entry, Errors, Link, Pages},
    page::{Page, shown},
    paging::Part,
    problem::Problem,
    times,
};

#[derive(Template)]
#[template(path = "support/partnership.html")]
struct PartnershipPage {
    page: Page,
    trail: Vec<Link>,
    id: PartnershipId,
    title: String,
    state: &'static str,
    colour: &'static str,
    can_be_broken: bool,
    can_be_reported: bool,
    news: &'static str,
    entries: Vec<Entry>,
    notices: Vec<Notice>,
    history: Vec<Sentence>,
    history_pages: Pages,
}

/// An entry of the audit trail.
pub(super) struct Sentence {
    pub(super) what: String,
    pub(super) at: String,
    pub(super) who: String,
}

impl From<&AuditEntry> for Sentence {
    fn from(entry: &AuditEntry) -> Self {
        let what = entry.sentence.trim_end_matches('.').to_owned();
        Self { what, at: times::moment(entry.at), who: named(&entry.actor) }
    }
}

/// "lead provider teach-first", "DfE support".
fn named(actor: &str) -> String {
    match Actor::parse(actor) {
        Ok(actor) if actor.kind == ActorKind::Support => "DfE support".to_owned(),
        Ok(actor) if actor.kind == ActorKind::System => format!("the service ({})", actor.id),
        Ok(actor) => format!("{} {}", actor.kind.token().replace('-', " "), actor.id),
        Err(_) => actor.to_owned(),
    }
}

/// Shows a partnership.
pub(super) async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Query(news): Query<News>,
) -> Result<Response, Problem> {
    let row = find(&web, &id).await?;
    let now = web.clock().now();
    let state = row.state(now);
    let history = web.views().audit(&Subject::Partnership(row.partnership_id)).await?;
    let href = format!("/support/partnerships/{}?history=", row.partnership_id);
    let (history, history_pages) = Part::of_page(news.history).taken(history, href);
    let page = PartnershipPage {
        page: desk.page(),
        trail: trail(&[(&format!("/support/schools/{}", row.school_urn), &row.school_name)], "Partnership"),
        id: row.partnership_id,
        title: format!("{} in {}", row.school_name, row.cohort.academic_year()),
        state: wording::state(state),
        colour: wording::colour(state),
        can_be_broken: state != PartnershipState::Broken,
        can_be_reported: state == PartnershipState::Open,
        news: told(&news.done, state),
        entries: entries(&row, now),
        notices: notices::of(&web, row.partnership_id).await?,
        history: history.iter().map(Sentence::from).collect(),
        history_pages,
    };
    shown(&page, &Errors::default())
}

/// The partnership of an address.
pub(super) async fn find(web: &Web, id: &str) -> Result<PartnershipRow, Problem> {
    let id = PartnershipId::parse(id).map_err(|_| Problem::NotFound)?;
    web.views().partnership(id).await?.ok_or(Problem::NotFound)
}

fn told(done: &str, state: PartnershipState) -> &'static str {
    match (done, state) {
        ("broken", PartnershipState::Broken) => "The partnership is broken. The lead provider will be told.",
        ("before", PartnershipState::Broken) => "The partnership was broken already. What you sent was not kept.",
        _ => "",
    }
}

fn entries(row: &PartnershipRow, now: DateTime<Utc>) -> Vec<Entry> {
    let school = Action {
        href: format!("/support/schools/{}", row.school_urn),
        text: "View".to_owned(),
        hidden: "school".to_owned(),
    };
    let mut entries = vec![
        Entry::new("School", format!("{}, URN {}", row.school_name, row.school_urn)).with(school),
        Entry::new("Academic year", row.cohort.academic_year()),
        Entry::new("Lead provider", &row.lead_provider_name),
        Entry::new("Delivery partner", &row.delivery_partner_name),
        Entry::new("Confirmed", format!("{}, by {}", times::moment(row.confirmed_at), named(&row.confirmed_by))),
        Entry::new("Last day to report", last_day(row)),
    ];
    if row.state(now) != PartnershipState::Broken {
        entries.push(Entry::new("Why it stands so", sentence(&row.why(now))));
    }
    entries.extend(broken(row));
    entries
}

fn last_day(row: &PartnershipRow) -> String {
    match (row.window_last_day, row.window_closes_at) {
        (Some(day), Some(at)) => {
            format!("{} (to the instant {})", times::day(day), at.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
        }
        _ => "None: only support can break it".to_owned(),
    }
}

fn broken(row: &PartnershipRow) -> Vec<Entry> {
    let Some(at) = row.broken_at else { return vec![] };
    let by = if row.broken_by.as_deref() == Some("support") { "DfE support" } else { "the school" };
    let mut entries = vec![
        Entry::new("Broken", format!("{}, by {by}", times::moment(at))),
        Entry::new("Reason", row.reason.map(MistakeReason::words).unwrap_or_default()),
    ];
    let told = |key, value: &Option<String>| value.as_ref().map(|value| Entry::new(key, value));
    entries.extend(row.came_by.map(|came_by| Entry::new("How the person came", came_by.words())));
    entries.extend(told("Why support acted", &row.audit_reason));
    entries.extend(told("Authorised by", &row.authorised_by));
    entries
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    capitalised(text) + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_named_in_words() {
        assert_eq!(named("lead-provider_teach-first"), "lead provider teach-first");
        assert_eq!(named("support_desk"), "DfE support");
        assert_eq!(named("system_notices"), "the service (notices)");
        assert_eq!(sentence("the school may report"), "The school may report.");
    }
}
