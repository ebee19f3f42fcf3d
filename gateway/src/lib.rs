//! The rim: one gateway behind two doors, NATS and HTTP, and a command line. Decodes, checks who may, fills in facts,
//! executes, answers, publishes what was committed. No rule of the domain and no SQL against the log lives here.

pub mod cli;
pub mod clock;
pub mod decoder;
pub mod gias;
pub mod local;
pub mod names;
pub mod reference_files;
pub mod sheet;
pub mod strict;
pub mod upload_preview;
pub mod urn_file;
