//! The rim: one gateway behind two doors, NATS and HTTP. Decodes, checks who may, fills in facts, executes, answers,
//! and publishes what was committed. No rule of the domain and no SQL against the log lives here.

pub mod clock;
pub mod decoder;
pub mod names;
pub mod strict;
