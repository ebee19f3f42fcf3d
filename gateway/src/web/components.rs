//! What templates hand to the component macros of `templates/components/`.

#[cfg(test)]
mod tests;

use events_schema::words::capitalised;

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
}

/// One of several answers: a radio, a checkbox or an option.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub text: String,
    /// A further explanation; empty = none.
    pub hint: String,
}

/// A row of a summary list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What can be done about it.
    pub actions: Vec<Action>,
}

/// A link behind a row of a summary list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Action {
    /// Where it leads.
    pub href: String,
    /// What it says: "Change".
    pub text: String,
    /// What a screen reader says after that: "delivery partner".
    pub hidden: String,
}

/// A date as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateGiven {
    /// Day of the month.
    pub day: String,
    /// Month, as a number.
    pub month: String,
    /// Year.
    pub year: String,
}

/// One field of a date.
pub struct DatePart<'a> {
    /// What the field's name ends in.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// How many digits it shows.
    pub width: u8,
    /// What was typed.
    pub value: &'a str,
}

/// What was wrong with a form: each message with the field that it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<FieldError>);

/// One message; without a field it is about the whole form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// One sentence.
    pub message: String,
}

/// Which page of how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// The page shown, from 1.
    pub current: usize,
    /// How many there are.
    pub last: usize,
    /// The address up to the page's number: `/lead-provider?page=`.
    pub href: String,
}

/// A place in the list of pages; without a number, a gap.
pub struct PageItem {
    /// Which page.
    pub number: Option<usize>,
    /// Where it is.
    pub href: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

impl Link {
    /// A link.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }
}

impl Choice {
    /// An answer without further explanation.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), hint: String::new() }
    }

    /// The first has the field's own name, so that the error summary can link to it.
    pub fn id(&self, name: impl AsRef<str>, index: impl std::borrow::Borrow<usize>) -> String {
        let (name, index) = (name.as_ref(), *index.borrow());
        if index == 1 { name.to_owned() } else { format!("{name}-{index}") }
    }

    /// Whether this answer was given.
    pub fn is(&self, value: impl AsRef<str>) -> bool {
        !value.as_ref().is_empty() && self.value == value.as_ref()
    }

    /// Whether this answer was among those given.
    pub fn is_among<T: AsRef<str>>(&self, values: &[T]) -> bool {
        values.iter().any(|value| self.is(value))
    }
}

impl Entry {
    /// A row that nothing can be done about.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into(), actions: Vec::new() }
    }

    /// The row with one thing more to be done about it.
    #[must_use]
    pub fn with(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Others have links, this one has none.
    pub fn lacks_action(&self, all: &[Self]) -> bool {
        self.actions.is_empty() && all.iter().any(|entry| !entry.actions.is_empty())
    }
}

impl DateGiven {
    /// Its three fields in the order of the form.
    pub fn parts(&self) -> [DatePart<'_>; 3] {
        [
            DatePart { name: "day", label: "Day", width: 2, value: &self.day },
            DatePart { name: "month", label: "Month", width: 2, value: &self.month },
            DatePart { name: "year", label: "Year", width: 4, value: &self.year },
        ]
    }
}

impl Errors {
    /// One message about one field.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a message about a field, or with an empty name about the whole form.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// A text that must be there, with at most so many characters; `what` is what it says, such as "who decided it".
    pub fn text(&mut self, field: &str, given: &str, (what, longest): (&str, usize)) {
        if given.trim().is_empty() {
            self.add(field, format!("Enter {what}"));
        } else if given.chars().count() > longest {
            self.add(field, format!("{} must be {} characters or fewer", capitalised(what), in_thousands(longest)));
        }
    }

    /// Whether all is well.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order of the page.
    pub fn list(&self) -> &[FieldError] {
        &self.0
    }

    /// The message about a field; empty if there is none.
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|error| error.field == field).map_or("", |error| &error.message)
    }
}

/// "2,000".
fn in_thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

impl Pages {
    /// Whether there is more than one page.
    pub fn is_needed(&self) -> bool {
        self.last > 1
    }

    /// Where the page before is.
    pub fn previous(&self) -> Option<String> {
        (self.current > 1).then(|| self.at(self.current - 1))
    }

    /// Where the page after is.
    pub fn next(&self) -> Option<String> {
        (self.current < self.last).then(|| self.at(self.current + 1))
    }

    /// The first, the last, the present one with its neighbours, and gaps between them.
    pub fn items(&self) -> Vec<PageItem> {
        let shown = |page: &usize| *page == 1 || *page == self.last || page.abs_diff(self.current) <= 1;
        let mut items = Vec::new();
        let mut before = 0;
        for page in (1..=self.last).filter(shown) {
            if page > before + 1 {
                items.push(PageItem { number: None, href: String::new(), current: false });
            }
            items.push(PageItem { number: Some(page), href: self.at(page), current: page == self.current });
            before = page;
        }
        items
    }

    fn at(&self, page: usize) -> String {
        format!("{}{page}", self.href)
    }
}
