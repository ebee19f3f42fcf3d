//! Nothing is changed for a form that was not made for this very browser: each form holds a token that is signed over
//! the browser's own cookie, for anonymous visitors too. What browsers say of a request's origin is a second line.

use axum::{
    Form,
    body::{Body, Bytes, to_bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{
        HeaderMap, Method,
        header::{CONTENT_TYPE, HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Web, cookies, keys, problem::Problem};

/// The name of the field that holds the token; in a form with files it must come first.
pub(super) const FIELD: &str = "csrf";
/// The longest form without files, in bytes.
const LONGEST_FORM: usize = 64 * 1024;
/// The longest form with a file, in bytes.
const LONGEST_FILE: usize = 10 * 1024 * 1024;
const PURPOSE: &str = "csrf";

/// The browser that asks, as far as forms need to know.
#[derive(Debug, Clone)]
pub(super) struct Visitor(String);

impl Visitor {
    /// A browser that was never here.
    pub(super) fn fresh() -> Self {
        Self(keys::secret())
    }

    /// The token of the forms made for this browser.
    pub(super) fn token(&self, web: &Web) -> String {
        web.keys().sign(PURPOSE, &self.0)
    }

    /// Has the browser remember who it is.
    pub(super) fn keep(&self, headers: &mut HeaderMap) {
        cookies::keep(headers, cookies::VISITOR, self.0.clone());
    }
}

/// Lets a request through that changes nothing, or whose form was made for this browser.
pub(super) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let known = cookies::read(request.headers(), cookies::VISITOR).filter(|text| text.len() == 43);
    let is_new = known.is_none();
    let visitor = known.map_or_else(Visitor::fresh, Visitor);
    request.extensions_mut().insert(visitor.clone());
    let checked = match *request.method() {
        Method::GET | Method::HEAD | Method::OPTIONS => Ok(request),
        _ => checked(&web, &visitor, request).await,
    };
    let mut response = match checked {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    if is_new && cookies::is_unset(response.headers(), cookies::VISITOR) {
        visitor.keep(response.headers_mut());
    }
    response
}

async fn checked(web: &Web, visitor: &Visitor, request: Request) -> Result<Request, Problem> {
    if !is_from_here(request.headers(), web.public_url()) {
        return Err(Problem::FormExpired);
    }
    let (parts, body) = request.into_parts();
    let with_file = kind(&parts.headers).starts_with("multipart/form-data");
    let longest = if with_file { LONGEST_FILE } else { LONGEST_FORM };
    let bytes = to_bytes(body, longest).await.map_err(|_too_long_or_cut_off| Problem::TooLarge)?;
    let copy = copy(&parts.headers, &bytes);
    let given = if with_file { first_field(copy).await } else { field(copy).await };
    if given.is_some_and(|given| keys::same(&given, &visitor.token(web))) {
        return Ok(Request::from_parts(parts, Body::from(bytes)));
    }
    Err(Problem::FormExpired)
}

/// What the browser says, where it says something. Pages send no `Referer`, and for forms of such pages browsers send
/// `Origin: null`; then `Sec-Fetch-Site` tells, which every browser of today sends.
fn is_from_here(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match text(ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            origin == public_url || host.is_some() && host == text(HOST.as_str())
        }
    }
}

fn kind(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The same form once more, for reading the token out of it.
fn copy(headers: &HeaderMap, bytes: &Bytes) -> Request {
    let mut copy = Request::new(Body::from(bytes.clone()));
    *copy.method_mut() = Method::POST;
    copy.headers_mut().clone_from(headers);
    // The extractors' own limit is lower than that of a form with a file, which was kept to when it was read.
    DefaultBodyLimit::disable().apply(&mut copy);
    copy
}

async fn field(form: Request) -> Option<String> {
    let Form(pairs) = Form::<Vec<(String, String)>>::from_request(form, &()).await.ok()?;
    pairs.into_iter().find(|(name, _)| name == FIELD).map(|(_, value)| value)
}

async fn first_field(form: Request) -> Option<String> {
    let mut form = Multipart::from_request(form, &()).await.ok()?;
    let first = form.next_field().await.ok().flatten().filter(|field| field.name() == Some(FIELD))?;
    first.text().await.ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn from_here(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_from_here(&headers.collect(), "https://ledger.example")
    }

    #[test]
    fn what_the_browser_says_of_another_site_is_believed() {
        assert!(from_here(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!from_here(&[("sec-fetch-site", "cross-site")]));
        assert!(!from_here(&[("sec-fetch-site", "same-site"), ("origin", "https://ledger.example")]));
        assert!(!from_here(&[("origin", "https://evil.example"), ("host", "ledger.example")]));
        assert!(from_here(&[("origin", "https://ledger.example")]));
        assert!(from_here(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
    }

    #[tokio::test]
    async fn in_a_form_with_a_file_the_token_comes_first() {
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=x"));
        for (parts, expected) in [
            (part("csrf", "token") + &part("file", "a,b"), Some("token".to_owned())),
            (part("file", "a,b") + &part("csrf", "token"), None),
        ] {
            let bytes = Bytes::from(parts + "--x--\r\n");
            assert_eq!(first_field(copy(&headers, &bytes)).await, expected);
        }
    }
}
