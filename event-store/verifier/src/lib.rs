//! Checks the log of Training Ledger from outside: bundles, receipts and witness files in, a verdict out. It shares no
//! code with the service and needs no database; `docs/proof.md` says in words what it does, so that it can be redone.

pub mod bundle;
pub mod commands;
pub mod event;
pub mod note;
pub mod receipt;
pub mod tree;
pub mod verdict;
pub mod witness;

pub use note::VerifierKey;
pub use verdict::{Proved, Verdict, Wrong};
pub use witness::Witness;
