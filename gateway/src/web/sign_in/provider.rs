//! The provider that signs people in: any that speaks OpenID Connect with authorisation codes and discovery.

use std::{
    pin::Pin,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use openidconnect::{
    AccessToken, AsyncHttpClient, AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};

use super::claims::Claims;
use crate::config::SignInConfig;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long what the provider says of itself, its keys included, is believed.
const BELIEVED_FOR: Duration = Duration::from_mins(10);

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Claims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type OidcClient = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the browser must bring back from the provider, sealed in a cookie of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) state: String,
    nonce: String,
    verifier: String,
}

/// Who the provider says it is.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    /// Issuer and subject: the same person for ever.
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) claims: Claims,
}

/// Why signing in did not come to an end. Holds nothing that a person typed.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotIdentified {
    #[error("the provider at {issuer} cannot be asked: {said}; check OIDC_ISSUER and that it answers")]
    Provider { issuer: String, said: String },
    #[error("the provider's answer cannot be believed: {0}")]
    Unbelievable(String),
}

/// A provider, and what it said of itself last.
pub(crate) struct Provider {
    config: SignInConfig,
    redirect: String,
    http: Http,
    metadata: RwLock<Option<(Instant, CoreProviderMetadata)>>,
}

impl Provider {
    /// The configured provider; asked for the first time when somebody signs in.
    pub(crate) fn new(config: SignInConfig, public_url: &str) -> Self {
        let redirect = format!("{public_url}{}", super::CALLBACK);
        Self { config, redirect, http: Http::new(), metadata: RwLock::default() }
    }

    pub(super) fn config(&self) -> &SignInConfig {
        &self.config
    }

    /// Where the browser goes now, and what it must bring back.
    pub(super) async fn begin(&self) -> Result<(String, Begun), NotIdentified> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in ["profile", "email", "organisation"] {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        let (address, state, nonce) = request.set_pkce_challenge(challenge).url();
        let begun =
            Begun { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok((address.to_string(), begun))
    }

    /// Exchanges the code for an identity; every claim is checked before it is believed.
    pub(super) async fn identify(&self, code: String, begun: Begun) -> Result<Identity, NotIdentified> {
        let client = self.client().await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| unbelievable(&error))?;
        let tokens = request.set_pkce_verifier(PkceCodeVerifier::new(begun.verifier)).request_async(&self.http).await;
        let tokens = tokens.map_err(|error| unbelievable(&error))?;
        let identity = match read(&client, &tokens, &begun.nonce) {
            Ok(identity) => identity,
            Err(_perhaps_new_keys) => read(&self.client_anew().await?, &tokens, &begun.nonce)?,
        };
        if identity.name.is_empty() || identity.claims == Claims::default() {
            return self.asked_for_more(&client, tokens.access_token(), identity).await;
        }
        Ok(identity)
    }

    /// Providers may keep what they know of a person out of the token, and tell it when asked.
    async fn asked_for_more(
        &self,
        client: &OidcClient,
        access: &AccessToken,
        known: Identity,
    ) -> Result<Identity, NotIdentified> {
        let Ok(request) = client.user_info(access.clone(), None) else { return Ok(known) };
        let told: UserInfoClaims<Claims, CoreGenderClaim> =
            request.request_async(&self.http).await.map_err(|error| unbelievable(&error))?;
        if subject(&self.config.issuer, told.subject().as_str()) != known.subject {
            return Err(NotIdentified::Unbelievable("it told of another person than was asked about".to_owned()));
        }
        let standard = told.standard_claims();
        Ok(Identity {
            name: full_name(standard.name(), standard.given_name(), standard.family_name()),
            email: standard.email().map(|email| email.to_string()).or(known.email),
            claims: told.additional_claims().clone(),
            subject: known.subject,
        })
    }

    /// The provider may have changed its keys since it was asked for them.
    async fn client_anew(&self) -> Result<OidcClient, NotIdentified> {
        *self.metadata.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.client().await
    }

    async fn client(&self) -> Result<OidcClient, NotIdentified> {
        let metadata = self.discovered().await?;
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(|error| self.cannot_ask(&error))?;
        let secret = self.config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let id = ClientId::new(self.config.client_id.clone());
        Ok(Client::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect))
    }

    async fn discovered(&self) -> Result<CoreProviderMetadata, NotIdentified> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|error| self.cannot_ask(&error))?;
        let told = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let told = told.map_err(|error| self.cannot_ask(&error))?;
        *self.metadata.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), told.clone()));
        Ok(told)
    }

    fn known(&self) -> Option<CoreProviderMetadata> {
        let metadata = self.metadata.read().unwrap_or_else(PoisonError::into_inner);
        metadata.as_ref().filter(|(since, _)| since.elapsed() < BELIEVED_FOR).map(|(_, known)| known.clone())
    }

    fn cannot_ask(&self, error: &dyn std::error::Error) -> NotIdentified {
        NotIdentified::Provider { issuer: self.config.issuer.clone(), said: with_causes(error) }
    }
}

fn read(client: &OidcClient, tokens: &Tokens, nonce: &str) -> Result<Identity, NotIdentified> {
    let token = tokens.id_token().ok_or_else(|| NotIdentified::Unbelievable("it holds no identity".to_owned()))?;
    // The provider's clock is the world's, whatever the clock of a trial shows.
    let claims = token.claims(&client.id_token_verifier(), &Nonce::new(nonce.to_owned()));
    let claims = claims.map_err(|error| unbelievable(&error))?;
    Ok(Identity {
        subject: subject(claims.issuer(), claims.subject()),
        name: full_name(claims.name(), claims.given_name(), claims.family_name()),
        email: claims.email().map(|email| email.to_string()),
        claims: claims.additional_claims().clone(),
    })
}

fn subject(issuer: &str, subject: &str) -> String {
    format!("{issuer} {subject}")
}

type Localized<T> = openidconnect::LocalizedClaim<T>;

fn full_name(
    whole: Option<&Localized<openidconnect::EndUserName>>,
    given: Option<&Localized<openidconnect::EndUserGivenName>>,
    family: Option<&Localized<openidconnect::EndUserFamilyName>>,
) -> String {
    if let Some(name) = whole.and_then(|name| name.get(None)) {
        return name.to_string();
    }
    let given = given.and_then(|name| name.get(None)).map(|name| name.to_string());
    let family = family.and_then(|name| name.get(None)).map(|name| name.to_string());
    [given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn unbelievable(error: &dyn std::error::Error) -> NotIdentified {
    NotIdentified::Unbelievable(with_causes(error))
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(because) = cause {
        said = format!("{said}: {because}");
        cause = because.source();
    }
    said
}

/// Our own way to ask: follows no redirects, which could lead inside.
struct Http(reqwest::Client);

impl Http {
    fn new() -> Self {
        let _chosen_before = async_nats::rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build();
        Self(client.expect("the system's certificates can be read"))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
        let answer = self.0.execute(request.try_into()?).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
