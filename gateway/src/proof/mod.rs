//! The proof of the log towards those outside: who signs checkpoints and when, what start-up refuses, receipts.

mod accept;
mod commands;
mod notary;
mod publish;
mod signing_key;

pub use accept::{Accepted, Decision};
pub use notary::Notary;
pub(crate) use notary::folder_fault;
pub(crate) use publish::ATTESTATION;
pub use publish::publish;
pub use signing_key::signing_key;
