//! The five reasons for which a school may say that a recruitment is wrong (DOMAIN 3.4).

use events_schema::codes::MistakeReason;

use crate::{
    rejection::Rejection,
    school_partnership::rejections::{reason_missing, reason_unknown},
    text::present,
};

/// The reason in the words of the page; the page lists them in the order of `MistakeReason::ALL`.
pub fn label(reason: MistakeReason) -> &'static str {
    match reason {
        MistakeReason::AnotherProvider => "Our school has already agreed to work with another provider",
        MistakeReason::NotConfirmed => "Our school has not agreed to work with any provider",
        MistakeReason::DoNotRecognise => "We do not know this training provider",
        MistakeReason::NoEcts => "We do not have any early career teachers this year",
        MistakeReason::Mistake => "This looks like a mistake",
    }
}

/// The reason that was chosen: exactly one, by its code.
pub fn chosen(reason: Option<&str>) -> Result<MistakeReason, Rejection> {
    let code = present(reason).ok_or_else(reason_missing)?;
    MistakeReason::from_code(code).ok_or_else(reason_unknown)
}
