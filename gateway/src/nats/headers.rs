//! Headers of NATS messages, found whatever the case of their names; and where an answer may go.

use async_nats::{HeaderMap, HeaderValue};

use crate::{reply::Reply, status::Status};

/// The first value of a header.
pub fn find<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    let mut all = headers?.iter();
    all.find(|(known, _)| AsRef::<str>::as_ref(known).eq_ignore_ascii_case(name))
        .and_then(|(_, values)| values.first())
        .map(HeaderValue::as_str)
}

/// Headers of an answer: none with a yes, the service error with a no.
pub fn of_reply(reply: &Reply) -> HeaderMap {
    of_status(reply.status())
}

/// Headers that go with a status.
pub fn of_status(status: Status) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if status != Status::OK {
        headers.insert("Nats-Service-Error", status.title());
        headers.insert("Nats-Service-Error-Code", status.code().to_string().as_str());
    }
    headers
}

/// Whether an answer may be sent there. A caller's inbox, or the server's way back through an import; never a subject
/// that means something, or a request could make the service speak in its own name.
pub fn may_answer(reply: &str) -> bool {
    reply.starts_with("_INBOX") || reply.starts_with("_R_.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_never_goes_to_a_subject_that_means_something() {
        for hostile in ["$JS.API.STREAM.DELETE.LEDGER_EVENTS", "ledger.v1.event.a.b", "$JS.ACK.x", "$SRV.PING", "x"] {
            assert!(!may_answer(hostile), "{hostile}");
        }
        assert!(may_answer("_INBOX.abc.def") && may_answer("_R_.abc"));
    }

    #[test]
    fn a_header_is_found_whatever_its_case() {
        let mut headers = HeaderMap::new();
        headers.insert("nats-msg-id", "7");
        assert_eq!(find(Some(&headers), "Nats-Msg-Id"), Some("7"));
        assert_eq!(find(None, "Nats-Msg-Id"), None);
    }
}
