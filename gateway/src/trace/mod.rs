//! Traces: why something happened, told in sentences from the log and the ledger alone. Gathering reads, telling is pure;
//! the command line and the pages show the same sentences.

mod archive;
mod asked;
mod attempts;
pub mod command;
mod decided;
mod mails;
pub mod opened;
mod partnership;
pub mod sentence;
pub mod spoken;
mod story;
mod trainee;
mod who;

pub use archive::Archive;
pub use sentence::{Point, Sentence, Source, Trace};
pub use story::Story;
pub use trainee::{Act, Life};
pub use who::Names;
