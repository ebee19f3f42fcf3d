//! A school says that it was signed up incorrectly (DOMAIN 3.4): by the link in its notice without signing in, or
//! signed in. Too late, or reported already, leads to DfE support and never to a dead end.

mod ask_support;
mod ended;
mod pages;
mod report;
mod token;
mod way_in;

use axum::{Router, routing::get};

use super::Web;

/// Where the link of a notice leads.
pub const PATH: &str = "/report-incorrect-partnership";
/// Where the form that asks DfE support for something is.
pub const ASK_SUPPORT: &str = "/ask-support";

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(report::show).post(report::send))
        .route("/report-incorrect-partnership/submitted", get(ended::submitted))
        .route("/report-incorrect-partnership/passed-to-support", get(ended::passed_to_support))
        .route(ended::RECEIPT, get(ended::receipt))
        .route(ASK_SUPPORT, get(ask_support::show).post(ask_support::send))
        .route("/ask-support/sent", get(ended::asked))
}
