//! Why a person is not erased: one function per code, each with its rule.

use events_schema::codes::ErasureReason;

use crate::{rejection::rejections, text::listed};

rejections! {
    /// Nothing is sealed for such a person.
    unknown_person(), "people/erasing" =>
        "Nothing is kept of a person with this id; check it: of a trainee it is the record's.";

    /// An erasure has a reason.
    reason_missing(), "people/erasing" =>
        format!("No reason was given for erasing the person; give {}.", reasons());

    /// The reason is none of the list.
    reason_unknown(), "people/erasing" =>
        format!("The reason given is not known; give {}.", reasons());

    /// Somebody decided it.
    authority_missing(), "people/erasing" =>
        "Nobody is named who decided it; give an office and the number of its decision.";

    /// The authority is short.
    authority_too_long(longest: usize), "people/erasing" =>
        format!("The authority has more than {longest} characters; give an office and the number of its decision.");
}

fn reasons() -> String {
    listed(ErasureReason::ALL.iter().map(|reason| reason.code()))
}
