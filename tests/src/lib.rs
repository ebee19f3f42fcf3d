//! What the test binaries share.

pub mod history;
pub mod mail_sink;
pub mod reference;
pub mod schema_change;
pub mod servers;
pub mod service;
pub mod world;
