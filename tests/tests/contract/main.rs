//! The contract of the log, against a real Postgres: each module is one promise.

mod cancelled;
mod cqrs;
mod faults;
mod given;
mod idempotence;
mod order;
mod plans;
mod proxy;
mod reading;
mod released;
mod rights;
mod sealing;
mod tampering;
