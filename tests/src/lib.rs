//! What the test binaries share.

pub mod api;
pub mod heard;
pub mod history;
pub mod mail_sink;
pub mod notices;
pub mod partnership_life;
pub mod people;
pub mod reference;
pub mod schema_change;
pub mod servers;
pub mod service;
pub mod trainee_table;
pub mod trainees;
pub mod visitor;
pub mod world;
