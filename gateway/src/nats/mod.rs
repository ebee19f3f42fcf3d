//! The NATS door: commands and queries by request and reply, commands by the work queue, published events.

pub mod accounts;
pub mod cloud_event;
pub mod connection;
pub mod headers;
pub mod publisher;
pub mod queue;
pub mod service;
pub mod streams;
pub mod subjects;
