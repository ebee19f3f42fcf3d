//! The contract of the log, against a real Postgres: each module is one promise.

mod given;
mod idempotence;
