//! History as sentences: each event says in English what happened.

/// Says what happened in one sentence, without a full stop and without personal data that is sealed or erased.
pub trait Heading {
    /// The sentence.
    fn heading(&self) -> String;
}
