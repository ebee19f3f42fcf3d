//! What became of notices: those of a partnership, schools that there is no contact for, windows that ended though no
//! notice had arrived.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use events_schema::{
    codes::{EmailType, NoContactReason, NotifyStatus},
    ids::{PartnershipId, Urn},
};
use projections::notices::{NoticeRow, WindowEndRow};

use super::{Desk, trail};
use crate::web::{
    Web,
    components::{Errors, Link, Pages},
    page::{Page, shown},
    paging::{Asked, Part},
    problem::Problem,
    times,
};

/// A mail about a partnership.
pub(super) struct Notice {
    pub(super) what: String,
    pub(super) to: String,
    pub(super) status: String,
    pub(super) at: String,
}

#[derive(Template)]
#[template(path = "support/notices.html")]
struct ListPage {
    page: Page,
    trail: Vec<Link>,
    title: &'static str,
    lead: &'static str,
    head: [&'static str; 4],
    lines: Vec<Line>,
    pages: Pages,
}

struct Line {
    href: String,
    school: String,
    cohort: String,
    why: String,
    age: String,
}

/// The mails about a partnership, in order.
pub(super) async fn of(web: &Web, partnership: PartnershipId) -> Result<Vec<Notice>, Problem> {
    Ok(web.views().notices_of(partnership).await?.iter().map(notice).collect())
}

/// Partnerships in force whose latest notice had nobody to go to.
pub(super) async fn no_contact(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let part = Part::of_page(asked.page);
    let mut rows = web.views().no_contact_queue(part.window_and_next()).await?;
    let pages = part.cut(&mut rows, "/support/no-contact?page=");
    let names = names(&web, rows.iter().map(|row| row.school_urn.clone())).await?;
    let now = web.clock().now();
    let line = |row: &NoticeRow| Line {
        href: address(row.partnership_id, &row.school_urn),
        school: named(&names, &row.school_urn),
        cohort: row.cohort.map(events_schema::ids::Cohort::academic_year).unwrap_or_default(),
        why: row.no_contact.map(NoContactReason::words).unwrap_or_default().to_owned(),
        age: times::age(row.created_at, now),
    };
    let page = ListPage {
        page: desk.page(),
        trail: trail(&[], "Schools we have no contact for"),
        title: "Schools we have no contact for",
        lead: "These schools were signed up, and nobody could be told. Find a contact and tell them.",
        head: ["School", "Academic year", "Why", "Age"],
        lines: rows.iter().map(line).collect(),
        pages,
    };
    shown(&page, &Errors::default())
}

/// Partnerships in force whose window ended though no notice had arrived.
pub(super) async fn never_delivered(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let part = Part::of_page(asked.page);
    let mut rows = web.views().never_delivered(part.window_and_next()).await?;
    let pages = part.cut(&mut rows, "/support/never-delivered?page=");
    let names = names(&web, rows.iter().map(|row| row.school_urn.clone())).await?;
    let now = web.clock().now();
    let line = |row: &WindowEndRow| Line {
        href: address(Some(row.partnership_id), &row.school_urn),
        school: named(&names, &row.school_urn),
        cohort: row.cohort.academic_year(),
        why: times::day(times::day_of(row.closes_at)),
        age: times::age(row.closes_at, now),
    };
    let page = ListPage {
        page: desk.page(),
        trail: trail(&[], "Notices that never arrived"),
        title: "Notices that never arrived",
        lead: "The time to report a mistake ended for these schools, and no notice is known to have reached them. \
               Ask them whether they agree.",
        head: ["School", "Academic year", "Last day to report", "Age"],
        lines: rows.iter().map(line).collect(),
        pages,
    };
    shown(&page, &Errors::default())
}

async fn names(web: &Web, urns: impl Iterator<Item = Urn>) -> Result<BTreeMap<String, String>, Problem> {
    Ok(web.views().school_names(&urns.collect::<Vec<_>>()).await?)
}

fn named(names: &BTreeMap<String, String>, urn: &Urn) -> String {
    format!("{}, URN {urn}", names.get(urn.as_str()).map_or("School", String::as_str))
}

fn address(partnership: Option<PartnershipId>, urn: &Urn) -> String {
    partnership.map_or_else(|| format!("/support/schools/{urn}"), |id| format!("/support/partnerships/{id}"))
}

fn notice(row: &NoticeRow) -> Notice {
    let to = match (row.contact, &row.mailbox) {
        (Some(rule), Some(mailbox)) => format!("{}, {mailbox}", rule.words()),
        (Some(rule), None) => rule.words().to_owned(),
        (None, _) => row.no_contact.map(NoContactReason::words).unwrap_or_default().to_owned(),
    };
    Notice {
        what: row.email_type.map_or("Not sent", EmailType::words).to_owned(),
        to,
        status: status(row),
        at: times::moment(row.delivered_at.unwrap_or(row.updated_at)),
    }
}

fn status(row: &NoticeRow) -> String {
    if let Some(withheld) = row.withheld {
        return format!("Not sent: {}", withheld.spoken());
    }
    let told = row.status.map_or("Nobody to send it to", NotifyStatus::words);
    if row.unknown_sends > 0 { format!("{told} (may have gone out more than once)") } else { told.to_owned() }
}
