//! Signed notes (C2SP signed-note) with Ed25519: a text, an empty line, and one line that a named key signed it with.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::tree::sha256;

/// The byte that says Ed25519 in keys and key ids.
const ED25519_KEY: u8 = 1;

/// A public key with its name: `<name>+<8 hexadecimal digits>+<base64>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl VerifierKey {
    /// Reads a key as `training-ledger witness key` prints it; says what is wrong with it otherwise.
    pub fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no verifier key such as ledger.example/log+1a2b3c4d+AbCd...");
        let (name, rest) = text.trim().split_once('+').ok_or_else(wrong)?;
        let (id, public) = rest.split_once('+').ok_or_else(wrong)?;
        let bytes = STANDARD.decode(public).map_err(|_| wrong())?;
        let (kind, public) = bytes.split_first().ok_or_else(wrong)?;
        let public: [u8; 32] = public.try_into().map_err(|_| wrong())?;
        if *kind != ED25519_KEY || name.is_empty() {
            return Err(wrong());
        }
        let key = Self { name: name.to_owned(), id: key_id(name, &public), public };
        if id == key.id.iter().map(|byte| format!("{byte:02x}")).collect::<String>() {
            Ok(key)
        } else {
            Err(format!("the verifier key {name} was mistyped: its id does not belong to it"))
        }
    }

    /// Its name, which is the origin of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of a note that this key and nobody else signed; says what is wrong with it otherwise.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, String> {
        let end = note.rfind("\n\n").ok_or("it has no empty line in front of a signature")?;
        let (text, signatures) = (&note[..=end], &note[end + 2..]);
        let line = signatures.strip_suffix('\n').ok_or("it does not end with a line break")?;
        if line.contains('\n') {
            return Err("it has more than one signature".to_owned());
        }
        let (name, signature) = line.strip_prefix("— ").and_then(|line| line.split_once(' ')).unwrap_or_default();
        let bytes = STANDARD.decode(signature).unwrap_or_default();
        let (id, signature) = bytes.split_at_checked(4).unwrap_or_default();
        if name != self.name || id != self.id {
            return Err(format!("it is not signed by {}", self.name));
        }
        let verified = UnparsedPublicKey::new(&ED25519, self.public).verify(text.as_bytes(), signature);
        verified.map_err(|_| format!("its signature is not that of {} under this text", self.name))?;
        Ok(text)
    }
}

fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[ED25519_KEY], public].concat());
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key and note of the tests of golang.org/x/mod/sumdb/note.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_of_the_reference_implementation_opens() {
        let key = VerifierKey::read(KEY).expect("a key");
        assert!(key.open(NOTE).expect("signed").ends_with("problem is.\n"));
    }

    #[test]
    fn a_changed_byte_anywhere_in_a_note_is_found() {
        let key = VerifierKey::read(KEY).expect("a key");
        for at in 0..NOTE.len() {
            let mut changed = NOTE.as_bytes().to_vec();
            changed[at] ^= 1;
            let opened =
                std::str::from_utf8(&changed).map_err(|error| error.to_string()).map(|note| key.open(note).is_ok());
            assert_ne!(opened, Ok(true), "byte {at}");
        }
    }

    #[test]
    fn a_mistyped_key_is_refused() {
        assert!(VerifierKey::read(&KEY.replace("c74f", "c74e")).is_err());
        assert!(VerifierKey::read("PeterNeumann").is_err());
    }
}
