//! What the test binaries share.

pub mod history;
pub mod schema_change;
pub mod servers;
pub mod service;
