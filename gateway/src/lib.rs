//! The rim: doors, imports, the command line.

pub mod cli;
pub mod gias;
pub mod reference_files;
pub mod sheet;
pub mod upload_preview;
pub mod urn_file;
