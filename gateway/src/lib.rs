//! The rim: one gateway behind two doors, NATS and HTTP. Decodes, checks who may, fills in facts, executes, answers,
//! and publishes what was committed. No rule of the domain and no SQL against the log lives here.

pub mod aggregates;
pub mod clock;
pub mod config;
pub mod decoder;
pub mod execute;
pub mod local;
pub mod names;
pub mod nats;
pub mod origin;
pub mod reply;
pub mod status;
pub mod strict;
