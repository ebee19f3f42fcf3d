//! What would become of each row of an uploaded file, for many rows at a time: two queries for each ten thousand, and
//! the domain's own answer for every one. Nothing is reserved.

use std::collections::HashMap;

use domain::{
    facts::{Circumstances, CohortFacts, RecruitmentFacts},
    school_partnership::{Partnership, SchoolPartnership},
};
use events_schema::{
    events::school_partnership::{NamedDeliveryPartner, NamedLeadProvider, ReportingWindow},
    ids::{Cohort, UploadId, Urn},
};
use projections::{PartnershipRow, SchoolInCohort};
use serde_json::Value;
use uuid::Uuid;

use super::{
    desk::{Desk, Partner},
    uploads::Uploads,
};
use crate::{
    reply::Outcome,
    upload_preview::{self, CheckedRow, KnownSchool, Tally, Upload},
    urn_file::UrnCell,
    web::{
        Web,
        act::{By, act, unexplained},
        problem::Problem,
    },
};

/// Rows checked and written at once; with the register's entries of so many schools they take a few tens of megabytes.
const AT_ONCE: usize = 10_000;

/// What became of a file.
pub(super) enum Kept {
    /// It is kept under this number.
    Upload(UploadId),
    /// No row of it could be confirmed, whatever the school: why.
    Refused(String),
}

/// Checks every row and keeps all of them, or none if something goes wrong in between.
pub(super) async fn keep(
    web: &Web,
    desk: &Desk,
    (cohort, partner): &(Cohort, Partner),
    cells: Vec<UrnCell>,
) -> Result<Kept, Problem> {
    web.caught_up().await?;
    let upload = upload(web, desk, *cohort, partner).await?;
    if let Some(refusal) = upload_preview::refusal_of_the_whole(&upload) {
        return Ok(Kept::Refused(refusal.message));
    }
    let uploads = Uploads::of(web, desk);
    let mut incoming = uploads.begin(*cohort, partner).await?;
    let (mut cells, mut tally) = (cells.into_iter().peekable(), Tally::default());
    while cells.peek().is_some() {
        let rows = check(web, &upload, cells.by_ref().take(AT_ONCE).collect()).await?;
        tally.add(&rows);
        incoming.add(&rows).await?;
    }
    let record = tally.record(incoming.id(), (*cohort, &partner.0));
    on_record(web, By::viewer(desk.viewer(), incoming.id().0), record).await?;
    Ok(Kept::Upload(incoming.keep().await?))
}

/// The quality of files is counted from the log.
async fn on_record(web: &Web, by: By, record: Value) -> Result<(), Problem> {
    match act(web, by, ("RecordUploadPreview", record)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(()),
        other => Err(unexplained(&other)),
    }
}

/// What would become of one school whose URN was typed.
pub(super) async fn one(
    web: &Web,
    desk: &Desk,
    (cohort, partner): &(Cohort, Partner),
    typed: &str,
) -> Result<CheckedRow, Problem> {
    web.caught_up().await?;
    let upload = upload(web, desk, *cohort, partner).await?;
    let digits = typed.trim().to_owned();
    let cell = UrnCell { row: 1, place: 1, held: digits.clone(), digits };
    let mut rows = check(web, &upload, vec![cell]).await?;
    rows.pop().ok_or_else(|| Problem::broken(&"one cell gave no row"))
}

async fn check(web: &Web, upload: &Upload, cells: Vec<UrnCell>) -> Result<Vec<CheckedRow>, Problem> {
    let urns: Vec<Urn> = cells.iter().filter_map(upload_preview::urn).collect();
    let found = web.views().schools_in_cohort(&urns, upload.cohort).await?;
    let mut known: HashMap<Urn, KnownSchool> =
        found.into_iter().map(|school| (school.urn.clone(), known_school(school))).collect();
    let school = |urn: &Urn| known.remove(urn).unwrap_or_default();
    Ok(checked(cells, upload, school))
}

fn checked(cells: Vec<UrnCell>, upload: &Upload, mut known: impl FnMut(&Urn) -> KnownSchool) -> Vec<CheckedRow> {
    cells.into_iter().map(|cell| upload_preview::check(cell, upload, &mut known)).collect()
}

async fn upload(web: &Web, desk: &Desk, cohort: Cohort, (partner, _): &Partner) -> Result<Upload, Problem> {
    let known = web.views().recruitment(Some(&desk.lead_provider), partner, None, cohort).await?;
    let reference = RecruitmentFacts {
        cohort: known.cohort.map(|it| CohortFacts { cohort: it.cohort, window_not_before: it.window_not_before }),
        lead_provider: known.lead_provider_name.map(|name| (desk.lead_provider.clone(), name)),
        delivery_partner: known.delivery_partner_name.map(|name| (partner.clone(), name)),
        paired: known.paired,
        ..RecruitmentFacts::default()
    };
    // When and under which id a row would be confirmed decides nothing about whether it can be.
    let actor = desk.viewer().actor.clone();
    let circumstances = Circumstances { actor, received_at: web.clock().now(), new_id: Uuid::nil() };
    Ok(Upload { cohort, delivery_partner_id: partner.clone(), circumstances, reference })
}

fn known_school(school: SchoolInCohort) -> KnownSchool {
    KnownSchool {
        entry: Some(school.entry),
        partnerships: school.partnership.map(in_force).unwrap_or_default(),
        held_last_cohort: school.held_last_cohort,
        programme_choice: school.programme_choice,
    }
}

/// The school's partnership as the domain knows it; those broken before decide nothing.
fn in_force(row: PartnershipRow) -> SchoolPartnership {
    let current = Partnership {
        id: row.partnership_id,
        school_urn: row.school_urn.clone(),
        cohort: row.cohort,
        window: window(&row),
        window_ended: false,
        lead_provider: NamedLeadProvider { id: row.lead_provider_id, name: row.lead_provider_name },
        delivery_partner: NamedDeliveryPartner { id: row.delivery_partner_id, name: row.delivery_partner_name },
    };
    SchoolPartnership::Active { current, earlier: Vec::new() }
}

fn window(row: &PartnershipRow) -> Option<ReportingWindow> {
    Some(ReportingWindow {
        policy_version: row.window_policy_version?.try_into().ok()?,
        days: row.window_days?.try_into().ok()?,
        not_before: row.window_not_before,
        last_day: row.window_last_day?,
        closes_at: row.window_closes_at?,
    })
}
