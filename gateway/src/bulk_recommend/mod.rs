//! Recommending many trainees with one file (DOMAIN 4.12): the files given out, the file that comes back, what would
//! become of each row, and the recommendations themselves, one command to a row.

mod check;
mod column;
mod confirm;
mod date;
mod given_out;
mod matching;
mod preview;
mod reason;
mod sheet;
mod uploads;

pub use check::{CheckedRow, Checking, Counts, RowOutcome, check};
pub use column::Column;
pub use confirm::{Chosen, Confirmed, Confirming, command_id, confirm};
pub use given_out::{prepopulated, template, with_errors};
pub use matching::Trainees;
pub use preview::preview;
pub use reason::Reason;
pub use sheet::{LARGEST, Refused, RowKind, Sheet, SheetRow, read};
pub use uploads::{Upload, Uploads};
