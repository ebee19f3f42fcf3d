//! What was written down, for ever: events, identifiers, the recorded envelope, upcasters.
//! Pure: no IO, no clock, no async. Everything here is a storage format; change it by adding a version.

pub mod actor;
pub mod codes;
pub mod envelope;
pub mod events;
pub mod heading;
pub mod ids;
pub mod personal;
pub mod register;
pub mod upcast;
pub mod words;
