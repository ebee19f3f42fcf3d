//! If it is a rule, it is a test: the rules of the house that no compiler keeps.

mod crates;
mod files;
mod no_failing;
mod schemas;
mod service_rules;
mod source;
