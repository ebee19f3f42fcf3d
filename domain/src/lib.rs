//! What may happen: aggregates that decide and evolve, policies, permissions, processes.
//! Pure: no IO, no clock, no randomness, no async. Everything a decision needs is in the command and its facts.

pub mod aggregate;
pub mod command;
pub mod command_set;
pub mod facts;
pub mod hand_over;
pub mod log_witness;
pub mod notice;
pub mod permissions;
pub mod person;
pub mod policies;
pub mod processes;
pub mod reading;
pub mod reference;
pub mod rejection;
pub mod schemas;
pub mod school;
pub mod school_partnership;
pub mod support_case;
mod text;
pub mod trainee;
pub mod upload;

#[cfg(test)]
pub(crate) mod spec;
