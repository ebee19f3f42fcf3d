//! The log: append, load, read, the ledger of commands, sealing, the Merkle proof.
//! The only code that names the log's tables. It knows events, not what may happen or what is shown.

pub mod append;
pub mod audit;
pub mod bundle;
pub mod checkpoint;
pub mod command_leaf;
pub mod connection;
mod copy;
pub mod cqrs;
mod evaluate;
pub mod fault;
mod insert;
mod json;
mod kind;
mod known;
pub mod leaf;
pub mod ledger;
pub mod log;
pub mod master_key;
pub mod merkle;
mod newer;
pub mod note;
mod prepare;
pub mod proof;
mod root;
mod rows;
mod scan;
mod sealing;
pub mod standing;
mod store;
mod transaction;
mod vault;
mod verify;
pub mod witness;
mod writer;

pub use append::{Append, Appended, CommandRecord, Decided, Receipt, StreamWrite};
pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use connection::{Role, assert_durable, connect, connect_as, migrate};

pub use cqrs::{CqrsStore, Recordable};
pub use fault::Fault;
pub use leaf::Leaf;
pub use ledger::{Command, Refusal};
pub use log::{Head, Log};
pub use master_key::{Digest, MasterKey};
pub use note::SigningKey;
pub use proof::{Consistency, Inclusion, Proofs};
pub use rows::Origins;
pub use scan::Scan;
pub use standing::Standing;
pub use store::{EventStore, StoreOptions};
pub use vault::Vault;
pub use verify::Verdict;
pub use witness::WitnessFolder;
