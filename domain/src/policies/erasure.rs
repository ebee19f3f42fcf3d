//! Why a person may be erased, as codes that people type.

use events_schema::codes::ErasureReason;

/// Every reason, in the order of the list.
pub const REASONS: [&str; 4] = ["person_asked", "no_longer_needed", "unlawfully_kept", "legal_obligation"];

const _: () = assert!(REASONS.len() == ErasureReason::ALL.len());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_codes() {
        assert!(ErasureReason::ALL.iter().map(|reason| reason.code()).eq(REASONS));
    }
}
