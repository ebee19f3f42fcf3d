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

/// One function per code, named as the code, and `CODES`: every code of the file with its rule.
macro_rules! rejections {
    ($($(#[$doc:meta])* $code:ident($($argument:ident: $type:ty),*), $rule:literal => $message:expr;)+) => {
        $(
            $(#[$doc])*
            #[doc = concat!("\n\nRule: ", $rule)]
            pub fn $code($($argument: $type),*) -> $crate::rejection::Rejection {
                $crate::rejection::Rejection { code: stringify!($code), rule: $rule, message: $message.into() }
            }
        )+

        /// Every code of this file, with the rule it comes from.
        pub const CODES: &[(&str, &str)] = &[$((stringify!($code), $rule)),+];
    };
}
pub(crate) use rejections;
