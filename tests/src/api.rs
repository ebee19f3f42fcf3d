//! A system of a provider that calls the APIs over HTTP, with a bearer token of its own.

use serde_json::{Value, json};

use crate::world::{Answer, World};

/// A caller with a token.
pub struct Caller<'w> {
    world: &'w World,
    http: reqwest::Client,
}

impl World {
    /// The system of an actor.
    pub async fn caller(&self, actor: &str) -> Caller<'_> {
        Caller { world: self, http: self.http(actor).await }
    }

    /// What somebody without a token gets.
    pub async fn stranger(&self, path: &str) -> reqwest::Response {
        async_nats::rustls::crypto::ring::default_provider().install_default().ok();
        reqwest::get(self.url(path)).await.expect("the service answers")
    }

    /// The 2025 recruitment of a school by the API, and its partnership's id.
    pub async fn confirmed(&self, lead_provider: &str, urn: u32) -> String {
        let answer = self.caller(lead_provider).await.post("/api/v3/partnerships/ecf", confirmation(urn)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"]["id"].as_str().expect("an id").to_owned()
    }
}

/// The body that confirms a school for 2025.
pub fn confirmation(urn: u32) -> Value {
    confirmation_of(&json!({ "cohort": "2025", "school_id": urn.to_string(), "delivery_partner_id": "a-hub" }))
}

/// The body that confirms what the attributes say.
pub fn confirmation_of(attributes: &Value) -> Value {
    json!({ "data": { "type": "ecf-partnership", "attributes": attributes } })
}

/// The body that puts another delivery partner in place.
pub fn change(delivery_partner: &str) -> Value {
    let attributes = json!({ "delivery_partner_id": delivery_partner });
    json!({ "data": { "type": "ecf-partnership-update", "attributes": attributes } })
}

impl Caller<'_> {
    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.world.url(path))).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.http.post(self.world.url(path)).json(&body)).await
    }

    /// `PUT` of JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.http.put(self.world.url(path)).json(&body)).await
    }

    /// `PATCH` of JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.http.patch(self.world.url(path)).json(&body)).await
    }

    /// `POST` of anything, numbered.
    pub async fn post_as(&self, id: uuid::Uuid, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let sent = self.http.post(self.world.url(path)).header("Idempotency-Key", id.to_string());
        self.send(sent.header("Content-Type", "application/json").body(body)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("the service answers");
        let status = response.status().as_u16();
        Answer { status, body: response.json().await.unwrap_or_default() }
    }
}
