//! The five reasons for which a school may say that a recruitment is wrong (DOMAIN 3.4).

use events_schema::codes::MistakeReason;

use crate::{
    rejection::Rejection,
    school_partnership::rejections::{reason_missing, reason_unknown},
    text::present,
};

/// The reason as the school itself says it; the page lists them in the order of `MistakeReason::ALL`. To everybody else it
/// is said with [`MistakeReason::words`].
pub fn label(reason: MistakeReason) -> &'static str {
    match reason {
        MistakeReason::AnotherProvider => "We already have an agreement with another provider",
        MistakeReason::NotConfirmed => "We have not agreed to train with any provider",
        MistakeReason::DoNotRecognise => "We do not know this training provider",
        MistakeReason::NoEcts => "We will not have any early career teachers this year",
        MistakeReason::Mistake => "This looks like a mistake",
    }
}

/// The reason that was chosen: exactly one, by its code.
pub fn chosen(reason: Option<&str>) -> Result<MistakeReason, Rejection> {
    let code = present(reason).ok_or_else(reason_missing)?;
    MistakeReason::from_code(code).ok_or_else(reason_unknown)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_five_reasons_stand_in_their_order_each_with_a_label_of_its_own() {
        let codes: Vec<_> = MistakeReason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes, ["another_provider", "not_confirmed", "do_not_recognise", "no_ects", "mistake"]);
        let labels: BTreeSet<_> = MistakeReason::ALL.iter().copied().map(label).collect();
        assert_eq!(labels.len(), 5);
    }

    #[test]
    fn a_reason_is_chosen_by_its_code_alone() {
        assert_eq!(chosen(Some(" no_ects ")), Ok(MistakeReason::NoEcts));
        assert_eq!(chosen(Some("NO_ECTS")).map_err(|refusal| refusal.code), Err("reason_unknown"));
        for blank in [None, Some(""), Some(" \t\u{2003}")] {
            assert_eq!(chosen(blank).map_err(|refusal| refusal.code), Err("reason_missing"));
        }
    }
}
