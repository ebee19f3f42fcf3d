//! The record over HTTP: a bearer token, bounded waiting, no redirects. Nothing that is sent is ever logged.

use std::time::Duration;

use events_schema::codes::RecordAnswer;
use reqwest::{Client, RequestBuilder, redirect::Policy};
use serde::Deserialize;
use uuid::Uuid;

use super::{StatusWrite, TeachingRecordConfig, TrnAnswer, TrnRequest, answers};
use crate::fault::Fault;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// The version of the record's interface that is spoken.
const VERSION: (&str, &str) = ("X-Api-Version", "20250627");

/// The record at the end of a wire.
#[derive(Clone)]
pub struct HttpTeachingRecord {
    client: Client,
    config: TeachingRecordConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrnState {
    status: String,
    #[serde(default)]
    trn: Option<String>,
}

impl HttpTeachingRecord {
    /// A client of the record at this address.
    pub fn new(config: TeachingRecordConfig) -> Result<Self, Fault> {
        async_nats::rustls::crypto::ring::default_provider().install_default().ok();
        let builder = Client::builder().connect_timeout(CONNECT).timeout(config.timeout).redirect(Policy::none());
        let unusable = |error| Fault::Refused(format!("the client of the teaching record cannot be made: {error}"));
        Ok(Self { client: builder.build().map_err(unusable)?, config })
    }

    /// Tells the record how a trainee stands; its answer and its code.
    pub async fn tell(&self, write: &StatusWrite) -> (RecordAnswer, Option<u32>) {
        let path = format!("/v3/persons/{}/routes-to-professional-statuses/{}", write.trn.as_str(), write.reference);
        let sent = self.ready(self.client.put(self.address(&path))).json(write).send().await;
        let Ok(response) = sent else { return (RecordAnswer::Unanswered, None) };
        let status = response.status().as_u16();
        match response.bytes().await {
            Ok(body) => answers::of_write(write.status, status, &body),
            Err(_) => (RecordAnswer::Unanswered, None),
        }
    }

    /// Asks for a TRN. The same request twice is one.
    pub async fn ask_for_trn(&self, request: &TrnRequest) -> TrnAnswer {
        trn_answer(self.ready(self.client.post(self.address("/v3/trn-requests"))).json(request)).await
    }

    /// Asks how a request for a TRN stands.
    pub async fn poll(&self, request: Uuid) -> TrnAnswer {
        let query = format!("/v3/trn-requests?requestId={request}");
        trn_answer(self.ready(self.client.get(self.address(&query)))).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.config.url.trim_end_matches('/'))
    }

    fn ready(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.config.token.reveal()).header(VERSION.0, VERSION.1)
    }
}

async fn trn_answer(request: RequestBuilder) -> TrnAnswer {
    let Ok(response) = request.send().await else { return TrnAnswer::Unanswered };
    match response.status().as_u16() {
        200..=299 => response.json::<TrnState>().await.map_or(TrnAnswer::Unanswered, of_state),
        404 => TrnAnswer::NotAsked,
        400 | 409 | 410 | 422 => TrnAnswer::Refused,
        _ => TrnAnswer::Unanswered,
    }
}

/// A TRN counts, whatever the state beside it is called.
fn of_state(state: TrnState) -> TrnAnswer {
    match (state.trn.filter(|trn| !trn.is_empty()), state.status.to_ascii_lowercase().as_str()) {
        (Some(trn), _) => TrnAnswer::Received(trn),
        (None, "requested" | "pending" | "received" | "completed") => TrnAnswer::Requested,
        (None, _) => TrnAnswer::Refused,
    }
}
