//! Bars beneath each other: the name above its bar, the number at its end.

use super::{Mark, Told, described, drawn, in_lines, largest};

/// How far the longest bar goes, in per cent; its number stands behind it.
const FULL: f64 = 72.0;
/// Letters of a name on one line of the narrowest screen.
const LETTERS: usize = 34;
const LINE: usize = 20;
const STRIP: usize = 24;
const GAP: usize = 14;
/// What stands above the bars where a line is drawn for all together.
const HEAD: usize = 26;

/// A chart of bars.
pub(in crate::web::mi) struct Bars {
    pub(in crate::web::mi) told: Told,
    pub(in crate::web::mi) desc: String,
    /// In pixels.
    pub(in crate::web::mi) height: usize,
    pub(in crate::web::mi) rows: Vec<Row>,
    /// Where all together would end.
    pub(in crate::web::mi) line: Option<Line>,
    /// Whether a bar is hatched.
    pub(in crate::web::mi) is_hatched: bool,
}

/// A name with its bars.
pub(in crate::web::mi) struct Row {
    pub(in crate::web::mi) names: Vec<Text>,
    pub(in crate::web::mi) strips: Vec<Strip>,
}

/// A line of letters.
pub(in crate::web::mi) struct Text {
    pub(in crate::web::mi) y: usize,
    pub(in crate::web::mi) text: String,
}

/// A bar.
pub(in crate::web::mi) struct Strip {
    pub(in crate::web::mi) y: usize,
    /// In per cent.
    pub(in crate::web::mi) width: String,
    pub(in crate::web::mi) text_y: usize,
    /// The number, as the table has it.
    pub(in crate::web::mi) text: String,
    /// What follows the number.
    pub(in crate::web::mi) suffix: &'static str,
    /// `solid`, `hatch` or `dots`.
    pub(in crate::web::mi) fill: &'static str,
}

/// The line of all together.
pub(in crate::web::mi) struct Line {
    /// In per cent.
    pub(in crate::web::mi) x: String,
    pub(in crate::web::mi) text: String,
}

/// A number of one beside that of all.
pub(in crate::web::mi) struct Pair {
    pub(in crate::web::mi) one: Mark,
    pub(in crate::web::mi) all: Mark,
}

impl Bars {
    /// A bar for each mark, and a line for all together if there is a number for them.
    pub(in crate::web::mi) fn new(told: Told, marks: &[Mark], all: Option<&Mark>) -> Self {
        let all = all.filter(|all| all.value.is_some() && marks.len() > 1);
        let most = largest(marks.iter().chain(all));
        let mut y = if all.is_some() { HEAD } else { 0 };
        let rows = marks.iter().map(|mark| Row::new(&mut y, &mark.name, &[(mark, fill(mark), "")], most)).collect();
        let desc = described(&told, "Bar chart", marks);
        let line = all.map(|all| Line::new(all, most));
        let is_hatched = marks.iter().any(|mark| mark.is_provisional);
        Self { told, desc, height: y, rows, line, is_hatched }
    }

    /// Two bars for each: one of it, one of all together.
    pub(in crate::web::mi) fn beside(told: Told, pairs: &[Pair]) -> Self {
        let most = largest(pairs.iter().flat_map(|pair| [&pair.one, &pair.all]));
        let mut y = 0;
        let rows = pairs
            .iter()
            .map(|Pair { one, all }| {
                Row::new(&mut y, &one.name, &[(one, fill(one), ""), (all, "dots", " (all)")], most)
            })
            .collect();
        let ones: Vec<_> = pairs.iter().map(|pair| pair.one.clone()).collect();
        let desc = described(&told, "Bar chart, each beside all together,", &ones);
        Self { told, desc, height: y, rows, line: None, is_hatched: ones.iter().any(|mark| mark.is_provisional) }
    }
}

/// What can still change is told by a pattern.
fn fill(mark: &Mark) -> &'static str {
    if mark.is_provisional { "hatch" } else { "solid" }
}

impl Row {
    fn new(y: &mut usize, name: &str, marks: &[(&Mark, &'static str, &'static str)], most: f64) -> Self {
        let mut names = Vec::new();
        for text in in_lines(name, LETTERS) {
            *y += LINE;
            names.push(Text { y: *y - 5, text });
        }
        let mut strips = Vec::new();
        for (mark, fill, suffix) in marks {
            strips.push(Strip::new(*y, mark, (fill, suffix), most));
            *y += STRIP;
        }
        *y += GAP;
        Self { names, strips }
    }
}

impl Strip {
    fn new(y: usize, mark: &Mark, (fill, suffix): (&'static str, &'static str), most: f64) -> Self {
        let text = if mark.text.is_empty() { "no number".to_owned() } else { mark.text.clone() };
        Self { y: y + 2, width: along(mark.value.unwrap_or_default(), most), text_y: y + 18, text, suffix, fill }
    }
}

impl Line {
    fn new(all: &Mark, most: f64) -> Self {
        Self { x: along(all.value.unwrap_or_default(), most), text: format!("{}, {}", all.name, all.text) }
    }
}

fn along(value: f64, most: f64) -> String {
    if most > 0.0 { drawn((value.max(0.0) / most * FULL).min(FULL)) } else { drawn(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(name: &str, value: Option<f64>) -> Mark {
        let text = value.map(|value| value.to_string()).unwrap_or_default();
        Mark { name: name.to_owned(), day: None, value, text, is_provisional: false }
    }

    fn told() -> Told {
        Told { id: "c".to_owned(), title: "Per 100".to_owned(), by: "lead provider".to_owned() }
    }

    #[test]
    fn the_longest_bar_leaves_room_for_its_number() {
        let bars = Bars::new(told(), &[mark("A", Some(5.0)), mark("B", Some(10.0)), mark("C", None)], None);
        let widths: Vec<_> = bars.rows.iter().map(|row| row.strips[0].width.as_str()).collect();
        assert_eq!(widths, ["36", "72", "0"]);
        assert_eq!(bars.rows[2].strips[0].text, "no number");
        assert!(bars.desc.contains("Highest: B, 10. Lowest: A, 5."), "{}", bars.desc);
    }

    #[test]
    fn what_is_provisional_is_hatched_beside_all_too() {
        let provisional = || Mark { is_provisional: true, ..mark("A", Some(5.0)) };
        let bars = Bars::beside(told(), &[Pair { one: provisional(), all: provisional() }]);
        let fills: Vec<_> = bars.rows[0].strips.iter().map(|strip| strip.fill).collect();
        assert_eq!((fills, bars.is_hatched), (vec!["hatch", "dots"], true));
        let bars = Bars::new(told(), &[mark("A", Some(5.0)), provisional()], None);
        let fills: Vec<_> = bars.rows.iter().map(|row| row.strips[0].fill).collect();
        assert_eq!((fills, bars.is_hatched), (vec!["solid", "hatch"], true));
    }

    #[test]
    fn nothing_at_all_can_be_drawn() {
        assert_eq!(Bars::new(told(), &[], None).height, 0);
        assert_eq!(Bars::new(told(), &[mark("A", Some(0.0))], None).rows[0].strips[0].width, "0");
    }
}
