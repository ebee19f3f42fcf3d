//! What the templates of `report_mistake/` show.

use askama::Template;
use chrono::NaiveDate;
use domain::policies::mistake_reasons::label;
use events_schema::codes::MistakeReason;

use super::way_in::WayIn;
use crate::web::{
    components::{Choice, Entry},
    page::Page,
};

/// Who signed the school up, with whom, and for which year.
pub(super) struct Named {
    pub(super) school: String,
    pub(super) entries: Vec<Entry>,
}

/// The five radios, or one page later the same for a report that comes late.
#[derive(Template)]
#[template(path = "report_mistake/report.html")]
pub(super) struct ReportPage {
    page: Page,
    named: Named,
    way: Way,
    open: bool,
    last_day: String,
    reasons: Vec<Choice>,
}

/// Somebody was faster.
#[derive(Template)]
#[template(path = "report_mistake/already_reported.html")]
pub(super) struct AlreadyReportedPage {
    page: Page,
    named: Named,
    way: Way,
}

/// The way in, as hidden fields and as a query.
pub(super) struct Way {
    pub(super) token: String,
    pub(super) partnership: String,
    pub(super) query: String,
}

impl Named {
    /// As the log has them: nothing of it comes from an address.
    pub(super) fn of(way_in: &WayIn) -> Self {
        let row = &way_in.partnership;
        let entries = vec![
            Entry::new("School", format!("{} (URN {})", row.school_name, row.school_urn)),
            Entry::new("Lead provider", row.lead_provider_name.clone()),
            Entry::new("Delivery partner", row.delivery_partner_name.clone()),
            Entry::new("Academic year", row.cohort.academic_year()),
        ];
        Self { school: row.school_name.clone(), entries }
    }
}

impl Way {
    /// Of a way in; a token hides the partnership's id.
    pub(super) fn of(way_in: &WayIn) -> Self {
        let by_token = !way_in.token.is_empty();
        let partnership = way_in.partnership.partnership_id.to_string();
        Self {
            token: way_in.token.clone(),
            partnership: if by_token { String::new() } else { partnership },
            query: way_in.query(),
        }
    }
}

impl ReportPage {
    pub(super) fn new(page: Page, way_in: &WayIn, open: bool) -> Self {
        let last_day = way_in.partnership.window_last_day.map(day).unwrap_or_default();
        Self { page, named: Named::of(way_in), way: Way::of(way_in), open, last_day, reasons: reasons() }
    }
}

impl AlreadyReportedPage {
    pub(super) fn new(page: Page, way_in: &WayIn) -> Self {
        Self { page, named: Named::of(way_in), way: Way::of(way_in) }
    }
}

/// A day as people read it: "15 June 2021".
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn reasons() -> Vec<Choice> {
    MistakeReason::ALL.iter().map(|reason| Choice::new(reason.code(), label(*reason))).collect()
}
