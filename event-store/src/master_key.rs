//! The one secret of the store, and what is derived from it: a key for digests, a key that wraps people's keys.

use std::fmt;

use ring::{aead::Aad, hmac, pbkdf2};

use crate::sealing;

/// The secret under which people's keys are wrapped and commands are digested. Never printed.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// Keyed digest of a command's type and body: says "the same body" and nothing about the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

const STRETCHING: std::num::NonZeroU32 = std::num::NonZeroU32::new(100_000).expect("not zero");

impl MasterKey {
    /// A key made elsewhere: 32 random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key stretched from a configured secret, always the same for the same secret.
    pub fn derive(secret: &str) -> Self {
        let mut key = [0; 32];
        let salt = b"training-ledger/master-key/v1";
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, STRETCHING, salt, secret.as_bytes(), &mut key);
        Self(key)
    }

    /// The digest of a command's type and body under a key of its own.
    pub(crate) fn digest(&self, command_type: &str, canonical_json: &str) -> Digest {
        let mut context =
            hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.subkey("command-digest/v1")));
        context.update(&(command_type.len() as u64).to_be_bytes());
        context.update(command_type.as_bytes());
        context.update(canonical_json.as_bytes());
        Digest(bytes_of(context.sign()))
    }

    /// Seals a value of the rim for one purpose, bound to what it belongs to.
    pub fn seal(&self, purpose: &str, bound_to: &[u8], clear: &[u8]) -> Vec<u8> {
        sealing::encrypt(&sealing::key(&self.subkey(purpose)), Aad::from(bound_to.to_vec()), clear)
    }

    /// Opens what was sealed for the purpose and the same belonging; nothing if it was not, or was changed.
    pub fn open(&self, purpose: &str, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        sealing::decrypt(&sealing::key(&self.subkey(purpose)), Aad::from(bound_to.to_vec()), sealed)
    }

    /// A key for one purpose; keys of different purposes tell nothing of each other.
    pub fn subkey(&self, purpose: &str) -> [u8; 32] {
        bytes_of(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), purpose.as_bytes()))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}

fn bytes_of(tag: hmac::Tag) -> [u8; 32] {
    tag.as_ref().try_into().expect("HMAC-SHA256 is 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_the_secret_the_type_and_the_body() {
        let (one, other) = (MasterKey::from_bytes([1; 32]), MasterKey::from_bytes([2; 32]));
        let digest = one.digest("Confirm", "{}");
        assert_eq!(digest, one.digest("Confirm", "{}"));
        assert_ne!(digest, other.digest("Confirm", "{}"));
        assert_ne!(digest, one.digest("Confirm{", "}"));
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_belonging_alone() {
        let key = MasterKey::from_bytes([1; 32]);
        let sealed = key.seal("tokens", b"one", b"secret");
        assert_eq!(key.open("tokens", b"one", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert!(key.open("tokens", b"two", &sealed).is_none() && key.open("other", b"one", &sealed).is_none());
        assert!(MasterKey::from_bytes([2; 32]).open("tokens", b"one", &sealed).is_none());
    }

    #[test]
    fn a_master_key_does_not_print() {
        assert_eq!(format!("{:?}", MasterKey::derive("a secret")), "MasterKey(hidden)");
    }
}
