//! Views against the log: rebuilt equals live, the past can be shown again, and what goes wrong goes wrong loudly.

mod as_of;
mod fencing;
mod hand_over_history;
mod history;
mod live;
mod lookups;
mod mail_history;
mod measured;
mod measured_trainees;
mod measures;
mod poison;
mod rebuilt;
mod told;
mod trainee_history;
mod trainee_measures;
mod writer;
