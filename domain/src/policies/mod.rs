//! Rules with values and versions, each a small named function: the dates, codes and lists of DOMAIN 3.

pub mod eligibility;
pub mod mistake_reasons;
pub mod programme_choice;
pub mod reporting_window;
