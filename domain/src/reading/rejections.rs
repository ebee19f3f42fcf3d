//! Why a reading is not recorded, and so nothing is given: one function per code, each with its rule.

use crate::rejection::rejections;

rejections! {
    /// Whoever reads says why.
    reason_missing(), "readings/reason" =>
        "Nothing is given without a reason for looking; say in a sentence why you need these records.";

    /// The reason is short.
    reason_too_long(longest: usize), "readings/reason" =>
        format!("The reason for looking has more than {longest} characters; say it shorter, and name nobody.");

    /// What is read has a name.
    reading_unnamed(), "readings/record" =>
        "The record of a reading does not say what was read; name the page, query, report or export.";

    /// Names and filters have bounds.
    reading_too_long(entries: usize, longest: usize), "readings/record" =>
        format!("A filter has at most {entries} entries, and each text at most {longest} characters; make them fewer.");

    /// A range runs forward.
    range_invalid(), "readings/record" =>
        "The range of positions runs backwards or below 0; give the positions between which the answer lies.";
}
