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

/// Every code outside the trainee's record, with the rule it comes from.
pub fn codes() -> Vec<(&'static str, &'static str)> {
    [
        crate::school_partnership::rejections::CODES,
        crate::school::rejections::CODES,
        crate::support_case::rejections::CODES,
        crate::reference::rejections::CODES,
        crate::permissions::CODES,
    ]
    .concat()
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::codes;

    const PAGES: [(&str, &str); 2] = [
        ("partnerships", include_str!("../../docs/service-rules/partnerships.md")),
        ("permissions", include_str!("../../docs/service-rules/permissions.md")),
    ];

    #[test]
    fn no_code_stands_for_two_refusals() {
        let all = codes();
        let distinct: BTreeSet<_> = all.iter().map(|(code, _)| code).collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn the_page_that_a_rule_names_has_its_section_and_explains_its_code() {
        for (code, rule) in codes() {
            let (page, section) = rule.split_once('/').expect("page/section");
            let (_, text) = PAGES.iter().find(|(name, _)| *name == page).expect("a page of docs/service-rules");
            let chapter = chapter(text, section).unwrap_or_else(|| panic!("{page} has no section {section}"));
            assert!(chapter.contains(&format!("| `{code}` |")), "{page}, section {section}, does not explain {code}");
        }
    }

    #[test]
    fn the_pages_explain_no_code_that_is_never_used() {
        let known: BTreeSet<_> = codes().into_iter().map(|(code, _)| code).collect();
        for (page, text) in PAGES {
            for row in text.lines().filter(|line| line.starts_with("| `")) {
                let code = row.split('`').nth(1).expect("a code in its row");
                assert!(known.contains(code), "{page} explains {code}, which nothing refuses with");
            }
        }
    }

    /// From the heading that ends in "(3.4)" to the next heading.
    fn chapter<'a>(text: &'a str, section: &str) -> Option<&'a str> {
        text.split("\n## ")
            .find(|chapter| chapter.lines().next().is_some_and(|head| head.ends_with(&format!("({section})"))))
    }
}
