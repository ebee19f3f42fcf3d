//! The contract of the log, against a real Postgres: each module is one promise.

mod cancelled;
mod cqrs;
mod faults;
mod flips;
mod given;
mod idempotence;
mod order;
mod outside;
mod plans;
mod proxy;
mod reading;
mod released;
mod rights;
mod sealing;
mod tampering;
