//! The carrier GOV.UK Notify, by its HTTP API. One template on its side holds `((subject))` and `((body))`, so that every
//! word stands here. Each mail goes with our id as its reference, by which a lost answer is looked up before sending.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use events_schema::{codes::NotifyStatus, ids::NoticeId};
use reqwest::{Client, RequestBuilder, StatusCode};
use ring::hmac;
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use super::carrier::{Answer, Carried, Carrier, LookedUp, Mail};
use crate::{
    config::{NotifyConfig, Secret},
    fault::Fault,
};

/// 3,000 requests a minute are allowed.
const APART: Duration = Duration::from_millis(20);
/// A key ends in two UUIDs: the service's, and the secret.
const UUID_LENGTH: usize = 36;

/// Notify, as one of its services.
pub(super) struct Notify {
    client: Client,
    url: String,
    template_id: String,
    service_id: String,
    secret: Secret,
    next: Mutex<Instant>,
}

#[derive(Deserialize)]
struct Sent {
    id: String,
}

#[derive(Deserialize)]
struct Page {
    notifications: Vec<Notification>,
}

#[derive(Deserialize)]
struct Notification {
    id: String,
    status: String,
    #[serde(default)]
    completed_at: Option<DateTime<Utc>>,
}

/// The status in Notify's words; nothing for one that this release does not know.
pub(super) fn status(word: &str) -> Option<NotifyStatus> {
    match word {
        "pending" => Some(NotifyStatus::Sending),
        other => NotifyStatus::from_code(other),
    }
}

impl Notify {
    /// With the API key of a service.
    pub(super) fn new(config: &NotifyConfig) -> Result<Self, Fault> {
        let refused = |what| Fault::Refused(format!("GOV.UK Notify cannot be used: {what}"));
        let key = config.api_key.reveal();
        let (service_id, secret) = key_parts(key).ok_or_else(|| refused("NOTIFY_API_KEY is not one of its keys"))?;
        // Somebody else may have installed the same one before.
        let _installed = async_nats::rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Ok(Self {
            client: client.map_err(|_| refused("no HTTP client can be made"))?,
            url: config.url.trim_end_matches('/').to_owned(),
            template_id: config.template_id.clone(),
            service_id,
            secret,
            next: Mutex::new(Instant::now()),
        })
    }

    /// Sends a request at its turn, signed for this moment. Tokens are good for 30 seconds by Notify's clock, so the
    /// system's clock signs them, not the service's, which development may set.
    async fn ask(&self, request: RequestBuilder) -> reqwest::Result<reqwest::Response> {
        self.turn().await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        request.bearer_auth(signed(&self.service_id, &self.secret, now)).send().await
    }

    async fn turn(&self) {
        let mut next = self.next.lock().await;
        let at = (*next).max(Instant::now());
        *next = at + APART;
        drop(next);
        sleep_until(at).await;
    }
}

#[async_trait]
impl Carrier for Notify {
    async fn send(&self, mail: &Mail) -> Answer {
        let body = json!({
            "email_address": mail.to,
            "template_id": self.template_id,
            "personalisation": { "subject": mail.letter.subject, "body": mail.letter.text() },
            "reference": mail.reference.to_string(),
        });
        let request = self.client.post(format!("{}/v2/notifications/email", self.url)).json(&body);
        match self.ask(request).await {
            Ok(response) => answer(response).await,
            Err(error) if error.is_connect() => Answer::NotNow("it cannot be reached".into(), None),
            Err(error) => Answer::Unclear(without_address(error)),
        }
    }

    async fn look_up(&self, reference: NoticeId) -> LookedUp {
        let request = self.client.get(format!("{}/v2/notifications?reference={reference}", self.url));
        let found = match self.ask(request).await {
            Ok(response) if response.status() == StatusCode::OK => response.json::<Page>().await,
            Ok(response) => return LookedUp::NotNow(format!("it answered {}", response.status())),
            Err(error) => Err(error),
        };
        match found {
            Ok(page) => page.notifications.into_iter().next().map_or(LookedUp::Missing, known),
            Err(error) => LookedUp::NotNow(without_address(error)),
        }
    }
}

/// A status that we do not know says at least that the carrier has the mail.
fn known(it: Notification) -> LookedUp {
    let status = status(&it.status).unwrap_or(NotifyStatus::Sending);
    LookedUp::Found(Carried { id: Some(it.id), status, at: it.completed_at })
}

async fn answer(response: reqwest::Response) -> Answer {
    let code = response.status();
    let after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let said = format!("it answered {code}");
    match code {
        StatusCode::CREATED => match response.json::<Sent>().await {
            Ok(sent) => Answer::Accepted(Carried { id: Some(sent.id), status: NotifyStatus::Sending, at: None }),
            Err(_) => Answer::Unclear("it answered 201 without an id".into()),
        },
        StatusCode::TOO_MANY_REQUESTS => Answer::NotNow(said, after.map(Duration::from_secs)),
        // A wrong key or a wrong clock is for operators to mend; the mail is not at fault.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Answer::NotNow(said, None),
        code if code.is_client_error() => Answer::Refused(NotifyStatus::TechnicalFailure, said),
        _ => Answer::Unclear(said),
    }
}

/// The last two UUIDs of a key: `name-<service>-<secret>`.
fn key_parts(key: &str) -> Option<(String, Secret)> {
    let secret = key.get(key.len().checked_sub(UUID_LENGTH)?..)?;
    let service = key.get(key.len().checked_sub(2 * UUID_LENGTH + 1)?..key.len() - UUID_LENGTH - 1)?;
    let are_uuids = [secret, service].iter().all(|part| uuid::Uuid::try_parse(part).is_ok());
    are_uuids.then(|| (service.to_owned(), Secret::new(secret)))
}

/// A JSON Web Token: HMAC-SHA256 over its header and claims.
fn signed(service_id: &str, secret: &Secret, now: u64) -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims =
        format!("{}.{}", part(json!({ "typ": "JWT", "alg": "HS256" })), part(json!({ "iss": service_id, "iat": now })));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, claims.as_bytes()));
    format!("{claims}.{signature}")
}

fn without_address(error: reqwest::Error) -> String {
    error.without_url().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_name_a_service_and_a_secret() {
        let (service, secret) = ("26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0");
        let (found, held) = key_parts(&format!("my-key-{service}-{secret}")).expect("a key");
        assert_eq!((found.as_str(), held.reveal()), (service, secret));
        for wrong in ["", "my-key", secret, "é-26785a09-ab16-4eb0-8407-a37497a57506"] {
            assert!(key_parts(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn every_word_of_notify_has_a_status() {
        for word in ["created", "sending", "pending", "delivered", "permanent-failure", "technical-failure"] {
            assert!(status(word).is_some(), "{word}");
        }
        assert_eq!(status("validation-failed"), None);
    }
}
