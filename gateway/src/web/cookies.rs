//! Cookies of the pages. The prefix `__Host-` makes browsers keep them from other hosts and from plain connections;
//! on a laptop, `localhost` and 127.0.0.1 count as safe.

use axum::http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// Who is signed in.
pub(super) const SESSION: &str = "__Host-session";
/// Which browser asked for a form, signed in or not.
pub(super) const VISITOR: &str = "__Host-visitor";
/// What a browser that signs in must bring back.
pub(super) const SIGN_IN: &str = "__Host-sign-in";

/// The value of a cookie that came with a request.
pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// Has the browser keep a value until it is closed.
pub(super) fn keep(headers: &mut HeaderMap, name: &'static str, value: String) {
    set(headers, &cookie(name, value));
}

/// Has the browser drop a value.
pub(super) fn drop_it(headers: &mut HeaderMap, name: &'static str) {
    let mut cookie = cookie(name, String::new());
    cookie.make_removal();
    set(headers, &cookie);
}

/// Whether an answer says nothing of a cookie yet.
pub(super) fn is_unset(headers: &HeaderMap, name: &str) -> bool {
    let set = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.split('=').next() == Some(name));
    !headers.get_all(SET_COOKIE).iter().any(set)
}

fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}

fn set(headers: &mut HeaderMap, cookie: &Cookie<'static>) {
    let value = HeaderValue::try_from(cookie.to_string()).expect("our cookies are plain text");
    headers.append(SET_COOKIE, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_to_this_host_alone_and_to_no_script() {
        let mut headers = HeaderMap::new();
        keep(&mut headers, SESSION, "value".to_owned());
        let set = headers[SET_COOKIE].to_str().expect("text");
        assert_eq!(set, "__Host-session=value; HttpOnly; SameSite=Lax; Secure; Path=/");
    }

    #[test]
    fn a_dropped_cookie_is_named_as_it_was_kept() {
        let mut headers = HeaderMap::new();
        drop_it(&mut headers, SESSION);
        let set = headers[SET_COOKIE].to_str().expect("text");
        assert!(set.starts_with("__Host-session=;") && set.contains("Max-Age=0") && set.contains("Secure"), "{set}");
    }
}
