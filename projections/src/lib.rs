//! What to show: views derived from the log, and reports on them. All of it can be thrown away and rebuilt.

pub mod cell;
pub mod checkpoint;
pub mod fault;
pub mod log;
pub mod migrate;
mod page;
pub mod projection;
pub mod reference;
pub mod row;
pub mod runner;
pub mod school_partnerships;
pub mod trainees;
pub mod view;
pub mod views;

pub use checkpoint::{Checkpoint, ProjectionStatus};
pub use fault::ViewFault;
pub use migrate::migrate;
pub use runner::Runner;
pub use school_partnerships::{PartnershipRow, PartnershipState};
pub use trainees::TraineeRow;
pub use view::{VIEWS, View};
pub use views::{CohortSetUp, RecruitmentReference, SchoolPartnershipRow, Views};
