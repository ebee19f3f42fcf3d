//! Why the domain says no: a stable code, the rule it comes from, and one sentence for people.

/// A refusal. The code is counted in MI and never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// Stable code: `window_closed`.
    pub code: &'static str,
    /// The service rule it comes from: a page of `docs/service-rules` and its DOMAIN section, such as "partnerships/3.4".
    pub rule: &'static str,
    /// What happened, to what, what to do next; no personal data.
    pub message: String,
}

/// Every code of the domain with each rule that it can be refused under.
pub fn codes() -> Vec<(&'static str, &'static str)> {
    [
        crate::school_partnership::rejections::CODES,
        crate::school::rejections::CODES,
        crate::support_case::rejections::CODES,
        crate::notice::rejections::CODES,
        crate::reference::rejections::CODES,
        crate::trainee::rejections::CODES,
        crate::hand_over::rejections::CODES,
        crate::person::rejections::CODES,
        crate::log_witness::rejections::CODES,
        crate::reading::rejections::CODES,
        crate::upload::rejections::CODES,
        crate::permissions::CODES,
    ]
    .concat()
}

/// One function per code, named as the code, and `CODES`: every code of the file with each of its rules.
/// A code that falls under one of several rules is told which by whoever refuses, in the first argument.
#[macro_export]
macro_rules! rejections {
    ($($(#[$doc:meta])* $code:ident($($argument:ident: $type:ty),*), $(one of [$($either:literal),+])? $($rule:literal)?
        => $message:expr;)+) => {
        $($crate::refuse! {
            $(#[$doc])* $code($($argument: $type),*), $(one of [$($either),+])? $($rule)? => $message
        })+

        /// Every code of this file, with each rule that it can be refused under.
        pub const CODES: &[(&str, &str)] =
            &[$($($((stringify!($code), $either),)+)? $((stringify!($code), $rule),)?)+];
    };
}
pub use rejections;

/// The function of one code.
#[doc(hidden)]
#[macro_export]
macro_rules! refuse {
    ($(#[$doc:meta])* $code:ident($($argument:ident: $type:ty),*), $rule:literal => $message:expr) => {
        $(#[$doc])*
        #[doc = concat!("\n\nRule: ", $rule)]
        pub fn $code($($argument: $type),*) -> $crate::rejection::Rejection {
            $crate::rejection::Rejection { code: stringify!($code), rule: $rule, message: $message.into() }
        }
    };
    ($(#[$doc:meta])* $code:ident($($argument:ident: $type:ty),*), one of [$($rule:literal),+] => $message:expr) => {
        $(#[$doc])*
        #[doc = concat!("\n\nRules:", $(" ", $rule),+)]
        pub fn $code(rule: &'static str $(, $argument: $type)*) -> $crate::rejection::Rejection {
            debug_assert!([$($rule),+].contains(&rule), "{} does not fall under {rule}", stringify!($code));
            $crate::rejection::Rejection { code: stringify!($code), rule, message: $message.into() }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::codes;

    #[test]
    fn no_code_stands_for_two_refusals_under_one_rule() {
        let all = codes();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
