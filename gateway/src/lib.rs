//! The rim: one gateway behind two doors, NATS and HTTP, and a command line. Decodes, checks who may, fills in facts,
//! executes, answers, publishes what was committed. No rule of the domain and no SQL against the log lives here.

pub mod access_tokens;
pub mod aggregates;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cqrs;
pub mod decoder;
pub mod erasure;
pub mod execute;
pub mod facts;
pub mod fault;
pub mod gateway;
pub mod gias;
pub mod http;
pub mod local;
pub mod logging;
pub mod mail;
pub mod names;
pub mod nats;
pub mod origin;
pub mod processes;
pub mod queries;
pub mod reference_files;
pub mod refusals;
pub mod reply;
pub mod serve;
pub mod sheet;
pub mod status;
pub mod strict;
mod support_list;
pub mod tables;
pub mod teaching_record;
pub mod upload_preview;
pub mod urn_file;
pub mod users;
pub mod web;
