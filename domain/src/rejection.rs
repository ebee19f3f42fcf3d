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
        crate::reference::rejections::CODES,
        crate::trainee::rejections::CODES,
        crate::permissions::CODES,
    ]
    .concat()
}

/// One function per code, named as the code, and `CODES`: every code of the file with each of its rules.
/// A code that falls under one of several rules is told which by whoever refuses, in the first argument.
macro_rules! rejections {
    ($($(#[$doc:meta])* $code:ident($($argument:ident: $type:ty),*), $(one of [$($either:literal),+])? $($rule:literal)?
        => $message:expr;)+) => {
        $($crate::rejection::refuse! {
            $(#[$doc])* $code($($argument: $type),*), $(one of [$($either),+])? $($rule)? => $message
        })+

        /// Every code of this file, with each rule that it can be refused under.
        pub const CODES: &[(&str, &str)] =
            &[$($($((stringify!($code), $either),)+)? $((stringify!($code), $rule),)?)+];
    };
}
pub(crate) use rejections;

/// The function of one code.
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
pub(crate) use refuse;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::codes;

    const PAGES: [(&str, &str); 3] = [
        ("partnerships", include_str!("../../docs/service-rules/partnerships.md")),
        ("permissions", include_str!("../../docs/service-rules/permissions.md")),
        ("trainees", include_str!("../../docs/service-rules/trainees.md")),
    ];

    #[test]
    fn no_code_stands_for_two_refusals_under_one_rule() {
        let all = codes();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn the_page_that_a_rule_names_has_its_section_and_explains_its_code() {
        for (code, rule) in codes() {
            let (page, section) = rule.split_once('/').expect("page/section");
            let (_, text) = PAGES.iter().find(|(name, _)| *name == page).expect("a page of docs/service-rules");
            let chapter = chapter(text, section).unwrap_or_else(|| panic!("{page} has no section {section}"));
            let explained = explained(chapter).any(|explained| explained == code);
            assert!(explained, "{page}, section {section}, does not explain {code}");
        }
    }

    #[test]
    fn the_pages_explain_no_code_that_is_never_used() {
        let known: BTreeSet<_> = codes().into_iter().map(|(code, _)| code).collect();
        for (page, text) in PAGES {
            for code in explained(text) {
                assert!(known.contains(code), "{page} explains {code}, which nothing refuses with");
            }
        }
    }

    /// What stands as code in the rows of the tables.
    fn explained(text: &str) -> impl Iterator<Item = &str> {
        text.lines().filter(|line| line.starts_with("| ")).flat_map(|row| row.split('`').skip(1).step_by(2))
    }

    /// From the heading that ends in "(3.4)" to the next heading.
    fn chapter<'a>(text: &'a str, section: &str) -> Option<&'a str> {
        text.split("\n## ")
            .find(|chapter| chapter.lines().next().is_some_and(|head| head.ends_with(&format!("({section})"))))
    }
}
