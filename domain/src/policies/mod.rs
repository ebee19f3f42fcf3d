//! Named rules with their values and versions. A value never changes under its version: a new rule is a new version.

pub mod dates;
pub mod routes;
pub mod withdrawal_reasons;
