//! Named rules with their values and versions. A value never changes under its version: a new rule is a new version.

pub mod contact;
pub mod dates;
pub mod eligibility;
pub mod erasure;
pub mod mistake_reasons;
pub mod programme_choice;
pub mod reporting_window;
pub mod routes;
pub mod state_labels;
pub mod suppression;
pub mod teaching_record;
pub mod withdrawal_reasons;
