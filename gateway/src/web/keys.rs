//! What the pages seal and sign with: keys derived from the service's one secret, each for one purpose.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use event_store::MasterKey;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use serde::{Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

/// Seals texts for browsers to keep, and signs.
pub(crate) struct Keys {
    sealing: LessSafeKey,
    signing: hmac::Key,
}

impl Keys {
    /// Derived, so that every process of the service has the same.
    pub(crate) fn derive(master: &MasterKey) -> Self {
        let sealing = UnboundKey::new(&AES_256_GCM, &master.subkey("web/sealing/v1")).expect("32 bytes");
        let signing = hmac::Key::new(hmac::HMAC_SHA256, &master.subkey("web/signing/v1"));
        Self { sealing: LessSafeKey::new(sealing), signing }
    }

    /// A value that a browser may keep or carry in an address but neither read nor change. Opens for `purpose` only.
    pub(crate) fn seal(&self, purpose: &'static str, value: &impl Serialize) -> String {
        let nonce: [u8; NONCE_LEN] = random();
        let mut bytes = serde_json::to_vec(value).expect("sealed values are plain JSON");
        let sealed = self.sealing.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(purpose.as_bytes()),
            &mut bytes,
        );
        sealed.expect("a short text can be sealed");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat())
    }

    /// The value, if it was sealed here for `purpose`.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: &'static str, sealed: &str) -> Option<T> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok().filter(|bytes| bytes.len() > NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(&bytes[..NONCE_LEN]).ok()?;
        let opened = self.sealing.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut bytes[NONCE_LEN..]);
        serde_json::from_slice(opened.ok()?).ok()
    }

    /// The signature of a text for `purpose`, as text.
    pub(crate) fn sign(&self, purpose: &'static str, text: &str) -> String {
        let mut context = hmac::Context::with_key(&self.signing);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the system has randomness");
    bytes
}

/// A fresh secret of 256 bits as text.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// How a secret is kept.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::derive(&MasterKey::from_bytes([1; 32]))
    }

    #[test]
    fn what_was_sealed_for_one_purpose_opens_for_no_other() {
        let sealed = keys().seal("one", &"text");
        assert_eq!(keys().open::<String>("one", &sealed).as_deref(), Some("text"));
        assert_eq!(keys().open::<String>("other", &sealed), None);
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let sealed = keys().seal("one", &"text");
        let changed = format!("{}{}", if sealed.starts_with('A') { "B" } else { "A" }, &sealed[1..]);
        for wrong in [changed.as_str(), "", "A", "=", &sealed[..20]] {
            assert_eq!(keys().open::<String>("one", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn signatures_of_different_purposes_differ() {
        assert_ne!(keys().sign("one", "text"), keys().sign("other", "text"));
    }
}
