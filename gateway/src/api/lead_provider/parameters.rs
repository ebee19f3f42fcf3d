//! Filters, order and page as this API writes them in the address: `filter[cohort]`, `sort`, `page[per_page]`.

use axum::http::Uri;
use chrono::{DateTime, Utc};
use events_schema::ids::{Cohort, DeliveryPartnerId, Parse};
use projections::lead_provider_api::{Slice, Sort};

use super::problem::Problem;
use crate::api::{
    instants,
    query::{Parameters, Sizes},
};

const SIZES: Sizes = Sizes { usual: 100, largest: 3_000 };
const COHORT: &str = "filter[cohort]";

/// What an address asks for.
pub(super) struct Asked(Parameters);

impl Asked {
    /// Reads an address; `filter` and `page` must have their parts in brackets.
    pub(super) fn of(address: &Uri) -> Result<Self, Problem> {
        let parameters = Parameters::of(address);
        for name in ["filter", "filter[]", "page", "page[]"] {
            if parameters.given(name).is_some() {
                let detail = format!("The parameter {name} is not an object; write it as filter[cohort]=2025.");
                return Err(Problem::bad_request("invalid_value", detail));
            }
        }
        Ok(Self(parameters))
    }

    /// The page, in its order.
    pub(super) fn slice(&self) -> Result<Slice, Problem> {
        let page = self.0.page(("page[page]", "page[per_page]"), &SIZES);
        let page = page.map_err(|detail| Problem::bad_request("invalid_value", detail))?;
        Ok(Slice { sort: self.sort()?, offset: page.offset(), limit: page.size })
    }

    fn sort(&self) -> Result<Sort, Problem> {
        match self.0.filled("sort") {
            None | Some("created_at") => Ok(Sort::Created),
            Some("-created_at") => Ok(Sort::CreatedLast),
            Some("updated_at") => Ok(Sort::Updated),
            Some("-updated_at") => Ok(Sort::UpdatedLast),
            Some(_) => {
                let detail = "The parameter sort is none of created_at, -created_at, updated_at and -updated_at.";
                Err(Problem::bad_request("invalid_value", detail))
            }
        }
    }

    /// The cohorts of a filter. What is no year is no cohort, and finds nothing.
    pub(super) fn cohorts(&self) -> Option<Vec<Cohort>> {
        Some(parsed(&self.0.list(COHORT)?))
    }

    /// The one cohort that must be given; nothing if there can be no such cohort.
    pub(super) fn cohort(&self) -> Result<Option<Cohort>, Problem> {
        let given = self.0.given(COHORT).filter(|cohort| !cohort.is_empty()).ok_or_else(|| {
            Problem::bad_request("missing_field", "The parameter filter[cohort] is missing; give a year such as 2025.")
        })?;
        Ok(Cohort::parse(given).ok())
    }

    /// The delivery partners of a filter.
    pub(super) fn delivery_partners(&self) -> Option<Vec<DeliveryPartnerId>> {
        Some(parsed(&self.0.list("filter[delivery_partner_id]")?))
    }

    /// The instant since which a record must have changed.
    pub(super) fn updated_since(&self) -> Result<Option<DateTime<Utc>>, Problem> {
        let read = |text| instants::read(text).ok_or_else(bad_instant);
        self.0.filled("filter[updated_since]").map(read).transpose()
    }
}

fn parsed<T: Parse>(texts: &[&str]) -> Vec<T> {
    texts.iter().filter_map(|text| T::parse(text).ok()).collect()
}

fn bad_instant() -> Problem {
    let detail =
        "The parameter filter[updated_since] is not an instant; write it in ISO 8601, as 2025-09-01T08:30:00Z.";
    Problem::bad_request("invalid_value", detail)
}
