//! Who signs people in.

use events_schema::actor::ActorKind;

use super::variables::{Misconfigured, Secret, Variables, pairs, required, secret, unusable};
use crate::web::sign_in::Mapping;

/// The OpenID Connect provider that signs people in.
#[derive(Debug, Clone)]
pub struct SignInConfig {
    /// Its address, as it names itself.
    pub issuer: String,
    /// The service's name there.
    pub client_id: String,
    /// Its password there.
    pub client_secret: Option<Secret>,
    /// How roles and organisations are called there.
    pub mapping: Mapping,
}

pub(super) fn read(variable: Variables<'_>, issuer: String) -> Result<SignInConfig, Misconfigured> {
    let roles = pairs(variable, "OIDC_ROLES")?.into_iter().map(|(code, kind)| {
        let found = ActorKind::ALL.into_iter().find(|known| known.token() == kind && *known != ActorKind::System);
        found.map(|known| (code, known)).ok_or_else(|| unusable("OIDC_ROLES", format!("{kind:?} is no role")))
    });
    let mapping =
        Mapping { roles: roles.collect::<Result<_, _>>()?, organisations: pairs(variable, "OIDC_ORGANISATIONS")? };
    Ok(SignInConfig {
        issuer,
        client_id: required(variable, "OIDC_CLIENT_ID")?.reveal().to_owned(),
        client_secret: secret(variable, "OIDC_CLIENT_SECRET")?,
        mapping,
    })
}
