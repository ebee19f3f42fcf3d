//! Management information (DOMAIN 5). A measure is one file: what it counts, by what it can be split, and its facts.
//! A new one is a file, a `mod` line and a line in `MEASURES`. Standing reports that are no measure are in `REPORTS`.

mod answer;
mod catalogue;
mod changes;
mod charted;
mod choices;
mod dimension;
mod explain;
mod extract;
mod figure;
mod filter;
mod listing;
mod measure;
mod profile;
mod recruited;
mod session;
mod signals;
mod slices;
mod statement;
mod table;
mod trainees;

mod contested_schools;
mod delivery_partner_changes;
mod duplicate_attempts;
mod late_attempts;
mod no_contact;
mod notices_by_status;
mod reason_mix;
mod recipient_effect;
mod recruitments;
mod repeat_recruitment;
mod report_counts;
mod report_rate;
mod schools_left_free;
mod silent_expiry;
mod support_breaks;
mod support_cases;
mod time_to_report;
mod trust_clustering;
mod unrecognised_providers;
mod upload_quality;

mod bulk;
mod corrections;
mod deferred_then;
mod extended_then;
mod future_interest;
mod lateness_of_recommendation;
mod outcomes_of_start_year;
mod pre_empting;
mod refused_trainee_commands;
mod trainees_by_state;
mod vague_reasons;
mod wait_for_award;
mod withdrawals_by_reason;

mod overview;
mod partnerships;
mod refusals_by_code;

pub use catalogue::document;
pub use changes::{Change, Changes};
pub use choices::Choices;
pub use dimension::Dimension;
pub use explain::Evidence;
pub use extract::Report;
pub use figure::Figure;
pub use filter::{Filter, week_from};
pub use listing::Listing;
pub use measure::{About, CellOf, Measure};
pub use profile::PROFILE;
pub use signals::{Signal, SignalKind, SignalMethod, Signals, signals};
pub use table::{Cell, Column, ColumnKind, SUPPRESSED, Table};

use crate::fault::ViewFault;

/// Every measure, in the order of their numbers.
pub const MEASURES: &[&Measure] = &[
    &recruitments::MEASURE,
    &report_counts::MEASURE,
    &report_rate::MEASURE,
    &reason_mix::MEASURE,
    &time_to_report::MEASURE,
    &support_breaks::MEASURE,
    &late_attempts::MEASURE,
    &duplicate_attempts::MEASURE,
    &repeat_recruitment::MEASURE,
    &schools_left_free::MEASURE,
    &trust_clustering::MEASURE,
    &notices_by_status::MEASURE,
    &no_contact::MEASURE,
    &silent_expiry::MEASURE,
    &recipient_effect::MEASURE,
    &unrecognised_providers::MEASURE,
    &delivery_partner_changes::MEASURE,
    &contested_schools::MEASURE,
    &upload_quality::MEASURE,
    &support_cases::MEASURE,
    &trainees_by_state::MEASURE,
    &outcomes_of_start_year::MEASURE,
    &lateness_of_recommendation::MEASURE,
    &wait_for_award::MEASURE,
    &withdrawals_by_reason::MEASURE,
    &pre_empting::MEASURE,
    &vague_reasons::MEASURE,
    &extended_then::MEASURE,
    &deferred_then::MEASURE,
    &future_interest::MEASURE,
    &corrections::MEASURE,
    &bulk::MEASURE,
    &refused_trainee_commands::MEASURE,
];

/// Every standing report.
pub const REPORTS: &[Report] = &[overview::REPORT, refusals_by_code::REPORT, partnerships::REPORT];

/// A measure or a standing report.
#[derive(Clone, Copy)]
pub enum Asked {
    /// A measure, which can be split and explained.
    Measure(&'static Measure),
    /// A standing report.
    Report(&'static Report),
}

impl Asked {
    /// The measure or report of a name; a measure also goes by its number.
    pub fn named(name: &str) -> Result<Self, ViewFault> {
        let measure = MEASURES.iter().find(|it| it.name == name || it.number.to_string() == name);
        let report = || Report::named(name).map(Self::Report);
        measure.map(|it| Self::Measure(it)).or_else(report).ok_or_else(|| unknown(name))
    }
}

impl Report {
    /// The standing report of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        REPORTS.iter().find(|report| report.name == name)
    }
}

impl Measure {
    /// The measure of a name or number.
    pub fn named(name: &str) -> Result<&'static Self, ViewFault> {
        match Asked::named(name)? {
            Asked::Measure(measure) => Ok(measure),
            Asked::Report(_) => Err(unknown(name)),
        }
    }
}

fn unknown(name: &str) -> ViewFault {
    let measures = MEASURES.iter().map(|measure| measure.name);
    let known = measures.chain(REPORTS.iter().map(|report| report.name)).collect::<Vec<_>>().join(", ");
    ViewFault::UnknownReport { name: name.to_owned(), known }
}
