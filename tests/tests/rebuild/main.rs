//! Views against the log: rebuilt equals live, the past can be shown again, and what goes wrong goes wrong loudly.

mod analysis;
mod as_of;
mod exports;
mod fencing;
mod hand_over_history;
mod history;
mod kept_replay;
mod live;
mod lookups;
mod mail_history;
mod measured;
mod measured_trainees;
mod measures;
mod own_projections;
mod poison;
mod publications;
mod rebuilt;
mod refusal_exports;
mod refusals_counted;
mod row_alone;
mod signals;
mod told;
mod trainee_history;
mod trainee_measures;
mod what_ifs;
mod writer;
