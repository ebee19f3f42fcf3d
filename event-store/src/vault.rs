//! Sealing of what is kept for a while beside the log and is not an event: an uploaded file that waits to be confirmed.
//! One key for each purpose, derived from the master key; what is sealed is bound to the id it is kept under.

use std::sync::Arc;

use ring::aead::{Aad, LessSafeKey};
use uuid::Uuid;

use crate::{
    master_key::MasterKey,
    sealing::{decrypt, encrypt, key},
};

/// Seals and opens bytes for one purpose.
#[derive(Clone)]
pub struct Vault {
    key: Arc<LessSafeKey>,
}

impl Vault {
    /// For a purpose; what was sealed for another does not open.
    pub fn new(master_key: &MasterKey, purpose: &str) -> Self {
        Self { key: Arc::new(key(&master_key.subkey(purpose))) }
    }

    /// Ciphertext of bytes that are kept under an id.
    pub fn seal(&self, id: Uuid, clear: &[u8]) -> Vec<u8> {
        encrypt(&self.key, Aad::from(id.as_bytes().to_vec()), clear)
    }

    /// The bytes, if they were sealed for this purpose and id.
    pub fn open(&self, id: Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
        decrypt(&self.key, Aad::from(id.as_bytes().to_vec()), sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_purpose_and_under_its_id() {
        let master_key = MasterKey::from_bytes([7; 32]);
        let (one, other) = (Vault::new(&master_key, "one/v1"), Vault::new(&master_key, "other/v1"));
        let (id, another) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = one.seal(id, b"Ada Example");
        assert!(!sealed.windows(3).any(|bytes| bytes == b"Ada"));
        assert_eq!(one.open(id, &sealed).as_deref(), Some(b"Ada Example".as_slice()));
        assert_eq!(one.open(another, &sealed), None);
        assert_eq!(other.open(id, &sealed), None);
    }
}
