//! The history, or the refused commands, as files: NDJSON, CSV, Parquet or Arrow in parts, with a manifest, so that the same request gives the same
//! bytes. An interrupted export goes on where it stopped. Personal fields say "sealed" unless they are asked for.

mod about;
mod analytics;
mod erasures;
mod fault;
mod folder;
mod known;
mod line;
mod manifest;
mod partnerships;
mod parts;
mod payload;
mod refusals;
mod refused;
mod request;
mod row;
mod run;
mod selection;
mod sink;
mod source;
mod table_file;

pub use erasures::Erasures;
pub use fault::ExportFault;
pub use line::COLUMNS;
pub use manifest::{Given, Manifest, Part, Tree};
pub use partnerships::PARTNERSHIP_COLUMNS;
pub use refused::REFUSAL_COLUMNS;
pub use request::{Encoding, Personal, Request, Shape};
pub use run::{Exported, Watch, export, export_to, rests_on, write};
pub use selection::{Clock, Selection};
