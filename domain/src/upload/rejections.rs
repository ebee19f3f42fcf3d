//! Why the check of a file is not put on record: one function per code, each with its rule.

use crate::rejection::rejections;

rejections! {
    /// Another provider has an upload of this id.
    not_yours(), "partnerships/3.7" =>
        "This upload is another provider's; give each upload an id of its own.";

    /// The rows do not add up.
    row_counts_differ(), "partnerships/3.7" =>
        "The valid rows and those of each code, each named once, do not add up to all rows; count them again.";

    /// A code of the rows is none.
    row_code_invalid(longest: usize, most: usize), "partnerships/3.7" =>
        format!("The rows are given by codes of at most {longest} small letters, digits and underscores, at most {most} of them; mend them.");

    /// The rows of a file of recommendations do not add up.
    checked_rows_differ(), "trainees/4.12" =>
        "The rows recommended, left out and wrong do not add up to all rows, or the checks do not fit those that are wrong; count them again.";
}
