//! A provider that signs fictional people in, for one machine: who opens it chooses whom to be. It speaks OpenID Connect
//! as the real one does, checks what it is sent, and is started by `up` and by tests only.

mod authorise;
mod people;
mod token;

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

pub use people::Person;

use super::{LocalFault, fresh_secret};
use crate::{
    config::{Secret, SignInConfig},
    web::sign_in::Mapping,
};

const CLIENT: &str = "training-ledger";

/// A running provider; it ends when it is dropped.
pub struct LocalSignIn {
    address: SocketAddr,
    secret: String,
    serving: JoinHandle<()>,
}

/// What its routes share.
#[derive(Clone)]
struct Desk(Arc<Inside>);

struct Inside {
    issuer: String,
    secret: String,
    key: Ed25519KeyPair,
    /// What each code stands for, until it is used.
    codes: Mutex<HashMap<String, Grant>>,
}

/// A person who was chosen for a request that is not yet answered.
struct Grant {
    person: Person,
    redirect: String,
    nonce: Option<String>,
    challenge: String,
}

impl LocalSignIn {
    /// Starts on a free port of the loopback address.
    pub async fn start() -> Result<Self, LocalFault> {
        let not_started = |source| LocalFault::NotRun { program: "the local sign-in".into(), source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(not_started)?;
        let address = listener.local_addr().map_err(not_started)?;
        let secret = fresh_secret();
        let desk = Desk::new(format!("http://{address}"), secret.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes(desk)).await {
                tracing::error!(%error, "the local sign-in ended");
            }
        });
        Ok(Self { address, secret, serving })
    }

    /// How the service is told of it.
    pub fn config(&self) -> SignInConfig {
        SignInConfig {
            issuer: self.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(self.secret.clone())),
            mapping: Mapping::default(),
        }
    }

    /// The same as variables of the environment.
    pub fn variables(&self) -> [(&'static str, String); 3] {
        [
            ("OIDC_ISSUER", self.issuer()),
            ("OIDC_CLIENT_ID", CLIENT.to_owned()),
            ("OIDC_CLIENT_SECRET", self.secret.clone()),
        ]
    }

    /// Its address, as it names itself.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for LocalSignIn {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Desk {
    fn new(issuer: String, secret: String) -> Self {
        let pkcs8 =
            Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).expect("the system has randomness");
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("just made");
        Self(Arc::new(Inside { issuer, secret, key, codes: Mutex::default() }))
    }

    /// A code that can be used once.
    fn grant(&self, grant: Grant) -> String {
        let code = fresh_secret();
        self.0.codes.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), grant);
        code
    }

    fn redeem(&self, code: &str) -> Option<Grant> {
        self.0.codes.lock().unwrap_or_else(PoisonError::into_inner).remove(code)
    }

    /// A signed token (JWS, Ed25519).
    fn signed(&self, claims: &Value) -> String {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "kid": "local", "typ": "JWT" }).to_string());
        let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.0.key.sign(text.as_bytes()));
        format!("{text}.{signature}")
    }
}

fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/keys", get(keys))
        .route("/authorise", get(authorise::choose).post(authorise::chosen))
        .route("/token", post(token::exchange))
        .with_state(desk)
}

async fn configuration(State(desk): State<Desk>) -> Json<Value> {
    let issuer = &desk.0.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorise"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "scopes_supported": ["openid", "profile", "email", "organisation"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(desk): State<Desk>) -> Json<Value> {
    let public = URL_SAFE_NO_PAD.encode(desk.0.key.public_key());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "local", "use": "sig", "alg": "EdDSA", "x": public });
    Json(json!({ "keys": [key] }))
}
