//! The query of an address as pairs, and the pages that callers ask for in it.

use std::collections::BTreeMap;

use axum::{extract::Query, http::Uri};

/// The last page that can be asked for.
const LAST_PAGE: i64 = 1_000_000;

/// The parameters of an address; of one that stands twice, the last counts.
pub(super) struct Parameters(BTreeMap<String, String>);

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    /// Which, from 1.
    pub(super) number: i64,
    /// How many records it holds.
    pub(super) size: i64,
}

/// How large pages are.
pub(super) struct Sizes {
    /// Unless asked otherwise.
    pub(super) usual: i64,
    /// At most; who asks for more gets so many.
    pub(super) largest: i64,
}

impl Page {
    /// How many records come before it.
    pub(super) fn offset(self) -> i64 {
        (self.number - 1) * self.size
    }
}

impl Parameters {
    /// Those of an address.
    pub(super) fn of(address: &Uri) -> Self {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(address).map(|Query(pairs)| pairs);
        Self(pairs.unwrap_or_default().into_iter().collect())
    }

    /// A parameter as it was given, blank or not.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter, unless it is blank.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.given(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The parts of a comma list, unless it is blank.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let parts = self.filled(name)?.split(',').map(str::trim).filter(|part| !part.is_empty());
        Some(parts.collect()).filter(|parts: &Vec<_>| !parts.is_empty())
    }

    /// The page asked for by two parameters; one sentence if there can be no such page.
    pub(super) fn page(&self, (number, size): (&str, &str), sizes: &Sizes) -> Result<Page, String> {
        let number = match self.filled(number) {
            Some(text) => at_least_1(text).filter(|page| *page <= LAST_PAGE).ok_or_else(|| no_page(number))?,
            None => 1,
        };
        let size = match self.filled(size) {
            Some(text) => at_least_1(text).ok_or_else(|| no_page(size))?,
            None => sizes.usual,
        };
        Ok(Page { number, size: size.min(sizes.largest) })
    }
}

fn at_least_1(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().unwrap_or(i64::MAX));
    number.filter(|number| *number >= 1)
}

fn no_page(name: &str) -> String {
    format!("The parameter {name} is not a whole number from 1 up to what is allowed; give another one.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { usual: 100, largest: 3_000 };

    fn page(query: &str) -> Option<(i64, i64)> {
        let address = format!("/?{query}").parse().expect("an address");
        let page = Parameters::of(&address).page(("page[page]", "page[per_page]"), &SIZES).ok()?;
        Some((page.offset(), page.size))
    }

    #[test]
    fn pages_begin_at_1_and_hold_no_more_than_the_largest() {
        assert_eq!(page(""), Some((0, 100)));
        assert_eq!(page("page[page]=3&page[per_page]=10"), Some((20, 10)));
        assert_eq!(page("page%5Bper_page%5D=3000"), Some((0, 3_000)));
        assert_eq!(page("page[per_page]=99999999999999999999999"), Some((0, 3_000)));
        for query in ["page[page]=0", "page[page]=-1", "page[page]=x", "page[page]=99999999999", "page[per_page]=0"] {
            assert_eq!(page(query), None, "{query}");
        }
    }

    #[test]
    fn a_list_is_cut_at_its_commas_and_a_blank_one_is_none() {
        let address = "/?a=1,%202,&b=,&c=%2B+x".parse().expect("an address");
        let parameters = Parameters::of(&address);
        assert_eq!(parameters.list("a"), Some(vec!["1", "2"]));
        assert_eq!((parameters.list("b"), parameters.list("z")), (None, None));
        assert_eq!(parameters.given("c"), Some("+ x"));
    }
}
