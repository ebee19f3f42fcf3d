//! Why a decision about the log's witness is not recorded: one function per code, each with its rule.

use crate::rejection::rejections;

rejections! {
    /// A decision has somebody who made it and a reason.
    decision_incomplete(field: &str), "log/accepting" =>
        format!("The {field} is missing; say who decided and why.");

    /// Both are written into the witness file, a line each.
    decision_not_one_line(field: &str, longest: usize), "log/accepting" =>
        format!("The {field} is longer than {longest} characters or than a line; write one short line.");
}
