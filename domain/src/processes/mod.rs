//! What follows from what happened: pure functions from an outcome to the next command.

pub mod hand_over;
pub mod late_report;
pub mod trainee_tasks;
