//! Pages that say why there is no page: in plain words, with what to do next, and without what went wrong inside.

use std::fmt::Write;

use askama::Template;
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{Html, IntoResponse, Redirect, Response},
};
use projections::ViewFault;

use super::page::Page;
use crate::{fault::Fault, trainee_list::Unready};

/// Why a visitor does not get the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing here, or nothing that concerns this viewer.
    NotFound,
    /// The viewer may look but not do this.
    NotAllowed,
    /// Somebody must sign in first, and comes back to this path then.
    SignIn(String),
    /// The form's anti-forgery token is missing, old or somebody else's.
    FormExpired,
    /// The form or file is larger than is read.
    TooLarge,
    /// The address or form is none that this service writes.
    Unreadable,
    /// Too many links that lead nowhere were opened from there.
    TooManyWrongLinks,
    /// Signing in did not come to an end.
    NotSignedIn,
    /// The account says nothing of an organisation or role that this service knows.
    NoRole,
    /// The account has no mail address.
    NoEmail,
    /// The account is a school's that is not in the register.
    UnknownSchool,
    /// Something that the service stands on does not answer now.
    Unavailable,
    /// The service has a fault.
    Broken,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    title: &'static str,
    lines: &'static [&'static str],
}

impl Problem {
    /// A fault of ours, logged here once.
    pub fn broken(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a page was not answered");
        Self::Broken
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::UnknownSchool => StatusCode::NOT_FOUND,
            Self::NotAllowed | Self::FormExpired | Self::NoRole | Self::NoEmail => StatusCode::FORBIDDEN,
            Self::SignIn(_) => StatusCode::SEE_OTHER,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyWrongLinks => StatusCode::TOO_MANY_REQUESTS,
            Self::Unreadable | Self::NotSignedIn => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "Page not found",
            Self::NotAllowed => "You cannot do this",
            Self::SignIn(_) => "Sign in",
            Self::FormExpired => "This form is out of date",
            Self::TooLarge => "The file is too large",
            Self::Unreadable => "We could not read that",
            Self::TooManyWrongLinks => "Try again in a moment",
            Self::NotSignedIn => "You are not signed in",
            Self::NoRole => "Your account cannot use this service",
            Self::NoEmail => "Your account has no email address",
            Self::UnknownSchool => "We cannot find your school",
            Self::Unavailable => "Sorry, the service is unavailable",
            Self::Broken => "Sorry, there is a problem with the service",
        }
    }

    fn lines(&self) -> &'static [&'static str] {
        match self {
            Self::NotFound => &[
                "If you typed the web address, check it is correct.",
                "If you pasted the web address, check you copied the whole of it.",
                "If you followed a link in an email, ask for a new email. What it leads to may belong to another account, or may not be there.",
            ],
            Self::NotAllowed => &["Your role lets you look at this but not change it."],
            Self::SignIn(_) => &["You need to sign in to see this page."],
            Self::FormExpired => &[
                "Nothing was changed.",
                "Go back, load the page again and send the form once more. Your browser must accept cookies.",
            ],
            Self::TooLarge => &["Nothing was changed.", "Send a smaller file, or several."],
            Self::Unreadable => &[
                "Something in the web address or the form is not as this service writes it. Nothing was changed.",
                "If you typed the web address, check it is correct. Otherwise go back and try again.",
            ],
            Self::TooManyWrongLinks => &[
                "Many links that are not valid were opened from your network, so we are slowing down.",
                "Wait a few seconds, then open the link in your email again. Nothing was changed.",
            ],
            Self::NotSignedIn => &["Signing in did not work or took too long.", "Go to the start page and try again."],
            Self::NoRole => &[
                "Your account is not linked to an organisation or role that this service knows.",
                "Ask the person who looks after accounts at your organisation to give you a role.",
            ],
            Self::NoEmail => &[
                "You are not signed in: this service needs an email address so that it can write to you.",
                "Add an email address to the account you sign in with, then sign in again.",
            ],
            Self::UnknownSchool => &[
                "Your account is linked to a school that is not in our copy of the register of schools. It may have \
                 opened, closed or changed its number a short time ago.",
                "Ask the person who looks after accounts at your school to check which school your account is linked to. \
                 If it is right, try again in a few days: new schools are added from the register.",
            ],
            Self::Unavailable => &["You can use the service later.", "Try again in a few minutes. Nothing was lost."],
            Self::Broken => &["Try again later.", "The people who run the service have been told."],
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::SignIn(return_to) = &self {
            let query = query_value(return_to);
            return Redirect::to(&format!("/sign-in?return={query}")).into_response();
        }
        let page = ProblemPage { page: Page::default(), title: self.title(), lines: self.lines() };
        let html = page.render().unwrap_or_else(|_| self.title().to_owned());
        let mut response = (self.status(), Html(html)).into_response();
        if matches!(self, Self::Unavailable | Self::TooManyWrongLinks) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// Gives a visitor a page where a request could not be read: of that axum tells in plain text.
pub(super) async fn instead_of_text(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if is_text => Problem::TooLarge.into_response(),
        status if is_text && status.is_client_error() => Problem::Unreadable.into_response(),
        _ => response,
    }
}

/// A text as one value of a query.
pub(crate) fn query_value(text: &str) -> String {
    text.bytes().fold(String::new(), |mut query, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            query.push(char::from(byte));
        } else {
            write!(query, "%{byte:02X}").expect("writing to a string cannot fail");
        }
        query
    })
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if fault.retry() {
            tracing::warn!(error = %fault, "a page was not answered");
            return Self::Unavailable;
        }
        Self::broken(&fault)
    }
}

impl From<Unready> for Problem {
    fn from(unready: Unready) -> Self {
        match unready {
            Unready::Behind(behind) => {
                tracing::warn!(error = %behind, "a page was not answered");
                Self::Unavailable
            }
            Unready::Log(fault) => fault.into(),
        }
    }
}

impl From<ViewFault> for Problem {
    fn from(fault: ViewFault) -> Self {
        Fault::from(fault).into()
    }
}

impl From<event_store::Fault> for Problem {
    fn from(fault: event_store::Fault) -> Self {
        Fault::from(fault).into()
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::warn!(%error, "a page could not read or write its tables");
        Self::Unavailable
    }
}
