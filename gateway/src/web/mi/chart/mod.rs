//! Charts as SVG, drawn by the server: widths in per cent of the page, letters in their own size, so that they can be read
//! on a telephone and on paper. No meaning hangs on colour: patterns, shapes and words tell things apart.

mod bars;
mod course;

pub(super) use bars::{Bars, Pair};
pub(super) use course::Course;

use chrono::NaiveDate;

/// A chart.
pub(super) enum Chart {
    /// A bar for each row.
    Bars(Bars),
    /// One mark after the other in time.
    Course(Course),
}

/// What a chart says beside its drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// What its ids begin with; one page has several charts.
    pub(super) id: String,
    /// What is drawn.
    pub(super) title: String,
    /// What it is drawn by: "lead provider".
    pub(super) by: String,
}

/// A number to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// What it is of.
    pub(super) name: String,
    /// Its day, where the chart follows the weeks.
    pub(super) day: Option<NaiveDate>,
    /// How much; nothing where there is no number.
    pub(super) value: Option<f64>,
    /// The number, as the table has it.
    pub(super) text: String,
    /// Whether it can still change.
    pub(super) is_provisional: bool,
}

/// A number as part of a drawing: at most three places after the point.
fn drawn(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The largest value.
fn largest<'m>(marks: impl IntoIterator<Item = &'m Mark>) -> f64 {
    marks.into_iter().filter_map(|mark| mark.value).fold(0.0, f64::max)
}

/// The drawing in a sentence or two.
fn described(told: &Told, kind: &str, marks: &[Mark]) -> String {
    let numbers = || marks.iter().filter_map(|mark| mark.value.map(|value| (value, mark)));
    let highest = numbers().max_by(|one, other| one.0.total_cmp(&other.0));
    let lowest = numbers().min_by(|one, other| one.0.total_cmp(&other.0));
    let (Some((_, highest)), Some((_, lowest))) = (highest, lowest) else {
        return format!("There is nothing to draw for {}.", told.title);
    };
    format!(
        "{kind} of {} by {}. Highest: {}, {}. Lowest: {}, {}. The table below has the same numbers.",
        told.title, told.by, highest.name, highest.text, lowest.name, lowest.text
    )
}

/// A text in lines of at most so many letters, cut between words where that is possible.
fn in_lines(text: &str, longest: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= longest => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let letters: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    letters.iter().flat_map(|line| line.chunks(longest).map(|part| part.iter().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_broken_between_words_and_words_only_when_they_must() {
        assert_eq!(in_lines("Ark Teaching School Hub", 12), ["Ark Teaching", "School Hub"]);
        assert_eq!(in_lines("Incomprehensibilities", 12), ["Incomprehens", "ibilities"]);
        assert_eq!(in_lines("", 12), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_drawn_short() {
        assert_eq!([drawn(72.0), drawn(0.0), drawn(33.333_333)], ["72", "0", "33.333"]);
    }
}
