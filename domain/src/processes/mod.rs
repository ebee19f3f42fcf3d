//! What follows from what happened: pure functions from an outcome to the next command.

pub mod hand_over;
pub mod late_report;
pub mod notices;
pub mod process;
pub mod trainee_tasks;

pub use process::{Begins, Deadline, Follows, Process, no_deadlines};
