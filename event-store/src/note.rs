//! Signed notes (C2SP signed-note) with Ed25519: a text, an empty line, and a line that a named key signs it with.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};

/// The byte that says Ed25519 in keys and key ids.
const ED25519_KEY: u8 = 1;

/// A key that signs notes, with its name, which is the origin of the log. Never printed.
pub struct SigningKey {
    name: String,
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

/// A text that is no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key is not one that `training-ledger witness new-key` makes; check that it was copied whole")]
pub struct NoKey;

impl SigningKey {
    /// A new key of this name.
    pub fn generate(name: &str) -> Result<Self, NoKey> {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).expect("the operating system always has random bytes");
        Self::from_seed(name, seed)
    }

    /// The key of a name and a secret seed. A name holds neither blanks nor plus signs.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, NoKey> {
        if name.is_empty() || name.len() > 100 || !name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+') {
            return Err(NoKey);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| NoKey)?;
        Ok(Self { name: name.to_owned(), seed, pair })
    }

    /// Reads what [`SigningKey::secret`] wrote.
    pub fn read(text: &str) -> Result<Self, NoKey> {
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(NoKey)?;
        let (name, rest) = rest.split_once('+').ok_or(NoKey)?;
        let (id, secret) = rest.split_once('+').ok_or(NoKey)?;
        let bytes = STANDARD.decode(secret).map_err(|_| NoKey)?;
        let seed = bytes.strip_prefix(&[ED25519_KEY]).and_then(|seed| seed.try_into().ok()).ok_or(NoKey)?;
        let key = Self::from_seed(name, seed)?;
        if key.id_as_text() == id { Ok(key) } else { Err(NoKey) }
    }

    /// The key as text, in the form of golang.org/x/mod/sumdb/note. Whoever has it can sign.
    pub fn secret(&self) -> String {
        let encoded = STANDARD.encode([&[ED25519_KEY][..], &self.seed].concat());
        format!("PRIVATE+KEY+{}+{}+{encoded}", self.name, self.id_as_text())
    }

    /// Its name: the origin of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key as text, for whoever verifies.
    pub fn verifier_key(&self) -> String {
        let encoded = STANDARD.encode([&[ED25519_KEY][..], self.public()].concat());
        format!("{}+{}+{encoded}", self.name, self.id_as_text())
    }

    /// Signs a text that ends with a line break.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.pair.sign(text.as_bytes());
        let encoded = STANDARD.encode([&self.id()[..], signature.as_ref()].concat());
        format!("{text}\n— {} {encoded}\n", self.name)
    }

    /// The text of a note, if this key signed it and nobody changed it since.
    pub fn open<'n>(&self, note: &'n str) -> Option<&'n str> {
        let end = note.rfind("\n\n")?;
        let line = note[end + 2..].strip_suffix('\n')?.strip_prefix("— ")?;
        let encoded = line.strip_prefix(&self.name)?.strip_prefix(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let signature = bytes.strip_prefix(&self.id())?;
        let text = &note[..=end];
        UnparsedPublicKey::new(&ED25519, self.public()).verify(text.as_bytes(), signature).ok().map(|()| text)
    }

    fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn id(&self) -> [u8; 4] {
        let hashed = digest(&SHA256, &[self.name.as_bytes(), b"\n", &[ED25519_KEY], self.public()].concat());
        hashed.as_ref()[..4].try_into().expect("SHA-256 has more than four bytes")
    }

    fn id_as_text(&self) -> String {
        format!("{:08x}", u32::from_be_bytes(self.id()))
    }
}

impl fmt::Debug for SigningKey {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.verifier_key()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_seed("ledger.example/log", [3; 32]).expect("a name")
    }

    #[test]
    fn a_key_survives_being_written_and_read() {
        let read = SigningKey::read(&key().secret()).expect("as written");
        assert_eq!((read.verifier_key(), read.name()), (key().verifier_key(), "ledger.example/log"));
        assert!(SigningKey::read(&key().secret().replace("ledger", "lodger")).is_err());
        assert!(SigningKey::from_seed("a name", [0; 32]).is_err());
    }

    #[test]
    fn a_signed_text_opens_and_a_changed_one_does_not() {
        let note = key().sign("one\ntwo\n");
        assert_eq!(key().open(&note), Some("one\ntwo\n"));
        assert_eq!(key().open(&note.replace("two", "too")), None);
        let other = SigningKey::from_seed("ledger.example/log", [4; 32]).expect("a name");
        assert_eq!(other.open(&note), None);
    }

    #[test]
    fn the_secret_does_not_print() {
        assert!(!format!("{:?}", key()).contains("PRIVATE"));
    }
}
