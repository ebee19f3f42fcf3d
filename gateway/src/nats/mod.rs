//! The NATS door: commands and queries by request and reply, commands by the work queue, published events.

pub mod accounts;
pub mod cloud_event;
pub mod subjects;
