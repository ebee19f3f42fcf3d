//! What the test binaries share.

pub mod schema_change;
pub mod servers;
