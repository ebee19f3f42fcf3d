//! What every page's template needs of its visit: who looks, where they may go, the token of its forms, what was wrong.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use uuid::Uuid;

use super::{
    assets,
    components::{Errors, Link},
    problem::Problem,
    viewer::Viewer,
};

/// The field `page` of every page's template, which `templates/layout.html` reads.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The viewer's own pages.
    pub links: Vec<Link>,
    /// What was wrong with the form that was sent.
    pub errors: Errors,
    /// The anti-forgery token of its forms.
    pub csrf: String,
    /// An id for the command that a form of this page becomes.
    pub command_id: Uuid,
    /// Where this page is.
    pub path: String,
}

impl Page {
    /// The page with what was wrong.
    #[must_use]
    pub fn with(self, errors: Errors) -> Self {
        Self { errors, ..self }
    }

    #[expect(clippy::unused_self, reason = "templates ask the page")]
    pub(crate) fn service(&self) -> &'static str {
        "Training Ledger"
    }

    #[expect(clippy::unused_self, reason = "templates ask the page")]
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    pub(crate) fn is_at(&self, href: impl AsRef<str>) -> bool {
        self.path == href.as_ref() || self.path.strip_prefix(href.as_ref()).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// A page as an answer: 200, or 422 when its form had errors.
pub fn shown<T: Template>(page: &T, errors: &Errors) -> Result<Response, Problem> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = page.render().map_err(|error| Problem::broken(&error))?;
    Ok((status, Html(html)).into_response())
}
