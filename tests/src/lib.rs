//! What the test binaries share.

pub mod reference;
pub mod schema_change;
pub mod servers;
pub mod world;
