//! Lists that are shown page by page.

use serde::Deserialize;

use super::components::Pages;

/// The entries of one page where nothing else is said.
const USUAL: usize = 20;

/// Which page an address asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) page: usize,
}

/// The part of a list that one page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    number: usize,
    size: usize,
}

impl Part {
    /// The part on page `number`, from 1.
    pub(super) fn of_page(number: usize) -> Self {
        Self::sized(number, USUAL)
    }

    /// The part on page `number`, from 1, where a page has `size` entries.
    pub(super) fn sized(number: usize, size: usize) -> Self {
        Self { number: number.max(1), size }
    }

    /// How many entries come before it.
    pub(super) fn before(self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    /// How many entries there are up to its end.
    pub(super) fn end(self) -> usize {
        self.number.saturating_mul(self.size)
    }

    /// What is asked of a list whose length is told: how many entries to leave out, and how many to give.
    pub(super) fn window(self) -> (i64, i64) {
        (whole(self.before()), whole(self.size))
    }

    /// What is asked of a list whose length nobody tells: one entry more, which says whether there is another page.
    pub(super) fn window_and_next(self) -> (i64, i64) {
        (whole(self.before()), whole(self.size + 1))
    }

    /// Cuts what such a list gave to the page.
    pub(super) fn cut<T>(self, list: &mut Vec<T>, href: impl Into<String>) -> Pages {
        let last = self.number + usize::from(list.len() > self.size);
        list.truncate(self.size);
        Pages { current: self.number, last, href: href.into() }
    }

    /// Where it stands in a list of `count` entries.
    pub(super) fn among(self, count: i64, href: impl Into<String>) -> Pages {
        let last = usize::try_from(count).unwrap_or_default().div_ceil(self.size).max(self.number);
        Pages { current: self.number, last, href: href.into() }
    }

    /// Takes it from a list that is there as a whole; after the end stands the last page.
    pub(super) fn taken<T>(self, list: Vec<T>, href: impl Into<String>) -> (Vec<T>, Pages) {
        let last = list.len().div_ceil(self.size).max(1);
        let part = Self { number: self.number.min(last), ..self };
        let taken = list.into_iter().skip(part.before()).take(part.size).collect();
        (taken, Pages { current: part.number, last, href: href.into() })
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_to_a_page_and_says_whether_there_is_another() {
        assert_eq!((Part::of_page(0).window_and_next(), Part::of_page(3).window_and_next()), ((0, 21), (40, 21)));
        let mut full: Vec<usize> = (0..21).collect();
        assert_eq!((Part::of_page(1).cut(&mut full, "/x?page=").last, full.len()), (2, 20));
        let mut rest: Vec<usize> = (0..20).collect();
        assert_eq!((Part::of_page(2).cut(&mut rest, "/x?page=").last, rest.len()), (2, 20));
        assert_eq!(Part::of_page(usize::MAX).window().0, i64::MAX);
    }

    #[test]
    fn a_whole_list_is_shown_page_by_page() {
        let list: Vec<usize> = (0..41).collect();
        let shown = |number| Part::of_page(number).taken(list.clone(), "/x?page=");
        assert_eq!((shown(0).0.len(), shown(1).1.last, shown(3).0), (20, 3, vec![40]));
        assert_eq!((shown(99).1.current, Part::of_page(7).taken(Vec::<u8>::new(), "").1.last), (3, 1));
    }

    #[test]
    fn a_page_of_a_counted_list_stands_among_the_others() {
        let pages = |number, count| Part::sized(number, 50).among(count, "/x?page=");
        assert_eq!((pages(1, 51).last, pages(1, 50).last, pages(1, 0).last), (2, 1, 1));
        assert_eq!((pages(9, 51).current, pages(9, 51).last), (9, 9));
        assert_eq!(Part::sized(3, 50).window(), (100, 50));
    }
}
