//! The rim: NATS, HTTP, the command line, and the servers of a private trial.

pub mod local;
