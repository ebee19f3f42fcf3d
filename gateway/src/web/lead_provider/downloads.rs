//! Tables that a lead provider takes home as CSV: its active schools, the rows of an upload that have errors. No cell
//! runs as a formula.

use axum::{
    Router,
    extract::{Path, State},
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use projections::OwnSchoolFilter;

use super::desk::Desk;
use crate::{
    formula::harmless,
    web::{Web, problem::Problem},
};

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/lead-provider/downloads/{file}", get(active_schools))
}

/// `schools-[year].csv`: the schools with a partnership in force.
async fn active_schools(State(web): State<Web>, desk: Desk, Path(file): Path<String>) -> Result<Response, Problem> {
    let year = file.strip_prefix("schools-").and_then(|rest| rest.strip_suffix(".csv")).ok_or(Problem::NotFound)?;
    let cohort = desk.cohort(&web, Some(year)).await?;
    let filter = OwnSchoolFilter { active_only: true, ..OwnSchoolFilter::default() };
    let schools = web.views().own_schools((&desk.lead_provider, cohort), &filter, (0, None)).await?;
    let mut file = CsvFile::new(["urn", "name", "delivery_partner"])?;
    for school in &schools {
        file.row([school.urn.as_str(), &school.name, &school.delivery_partner])?;
    }
    file.attached(&format!("schools-{cohort}.csv"))
}

/// A table as a file to keep, written row by row.
pub(super) struct CsvFile(csv::Writer<Vec<u8>>);

impl CsvFile {
    /// A file with headings.
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Result<Self, Problem> {
        let mut file = Self(csv::Writer::from_writer(Vec::new()));
        file.row(head)?;
        Ok(file)
    }

    /// Adds a row; its cells are made harmless.
    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) -> Result<(), Problem> {
        self.0.write_record(cells.map(harmless)).map_err(|error| Problem::broken(&error))
    }

    /// The whole, for a browser to keep under a name.
    pub(super) fn attached(self, name: &str) -> Result<Response, Problem> {
        let bytes = self.0.into_inner().map_err(|error| Problem::broken(&error))?;
        let attached = format!("attachment; filename=\"{name}\"");
        let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, attached)];
        Ok((headers, bytes).into_response())
    }
}
