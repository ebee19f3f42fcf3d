//! What to show: views derived from the log, and reports on them. All of it can be thrown away and rebuilt.

pub mod audit_trail;
pub mod cell;
pub mod checkpoint;
pub mod digest;
pub mod fault;
pub mod fill;
mod given;
pub mod migrate;
mod page;
pub mod projection;
pub mod rebuild;
pub mod recruitment_mi;
pub mod reference;
pub mod replay;
pub mod reports;
pub mod row;
pub mod runner;
pub mod school_partnerships;
mod time;
pub mod trainee_mi;
pub mod trainees;
pub mod view;
pub mod views;

pub use audit_trail::{AuditEntry, Subject};
pub use checkpoint::{Checkpoint, ProjectionStatus};
pub use digest::TableDigest;
pub use fault::ViewFault;
pub use fill::{Progress, Watch};
pub use migrate::migrate;
pub use rebuild::{Rebuilt, RebuiltTable, RebuiltView, rebuild};
pub use replay::{End, ScratchSchema, drop_scratch, replay_as_of};
pub use runner::Runner;
pub use school_partnerships::{PartnershipRow, PartnershipState};
pub use trainees::TraineeRow;
pub use view::{VIEWS, View};
pub use views::{CohortSetUp, RecruitmentReference, SchoolPartnershipRow, Views};
