//! Bodies of the APIs with the headers that go with them, and what every fault looks like from outside.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// A body: kept by nobody on its way, and taken for nothing else than it says it is.
pub(super) fn body(content: &impl Serialize, media_type: &'static str) -> Response {
    let mut response = Json(content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A no: what would make it a yes stands in the headers.
pub(super) fn refusal(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Whoever calls an API learns of a fault only that there was one; what it was goes into the log.
macro_rules! unavailable_after {
    ($problem:ty: $($fault:ty),+) => { $(impl From<$fault> for $problem {
        fn from(fault: $fault) -> Self {
            tracing::error!(error = %fault, "a caller of an API was not answered");
            Self::unavailable()
        }
    })+ };
}

pub(super) use unavailable_after;
