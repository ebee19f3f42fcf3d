//! Numbers over time: columns for counts, points joined by lines for rates. Weeks stand where they lie in time, those
//! without a row as gaps.

use chrono::NaiveDate;

use super::{Mark, Told, described, drawn, largest};
use crate::web::mi::wording::grouped;

/// Where the columns begin and how far they go, in per cent; before them stand the numbers of the lines across.
const LEFT: f64 = 14.0;
const WIDTH: f64 = 85.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 226.0;
/// So many columns have room for a number of their own.
const LABELLED: usize = 10;
/// So many have room for a short name of their own.
const NAMED: usize = 16;

/// A chart over time.
pub(in crate::web::mi) struct Course {
    pub(in crate::web::mi) told: Told,
    pub(in crate::web::mi) desc: String,
    /// The lines across.
    pub(in crate::web::mi) ticks: Vec<Tick>,
    /// What stands beneath: first, middle, last.
    pub(in crate::web::mi) feet: Vec<Foot>,
    pub(in crate::web::mi) points: Vec<Point>,
    /// Points joined by lines instead of columns.
    pub(in crate::web::mi) is_line: bool,
    pub(in crate::web::mi) strokes: Vec<Stroke>,
    pub(in crate::web::mi) is_hatched: bool,
}

/// A line across, with its number.
pub(in crate::web::mi) struct Tick {
    pub(in crate::web::mi) y: String,
    pub(in crate::web::mi) text_y: String,
    pub(in crate::web::mi) text: String,
}

/// A word beneath.
pub(in crate::web::mi) struct Foot {
    pub(in crate::web::mi) x: String,
    pub(in crate::web::mi) anchor: &'static str,
    pub(in crate::web::mi) text: String,
}

/// A column or point.
pub(in crate::web::mi) struct Point {
    pub(in crate::web::mi) name: String,
    pub(in crate::web::mi) text: String,
    /// Its left edge, its middle and its width, in per cent.
    pub(in crate::web::mi) left: String,
    pub(in crate::web::mi) middle: String,
    pub(in crate::web::mi) width: String,
    /// Its upper end, its height, and where its number stands, in pixels.
    pub(in crate::web::mi) y: String,
    pub(in crate::web::mi) height: String,
    pub(in crate::web::mi) text_y: String,
    pub(in crate::web::mi) is_labelled: bool,
    pub(in crate::web::mi) is_provisional: bool,
}

/// From a point to the next.
pub(in crate::web::mi) struct Stroke {
    pub(in crate::web::mi) x1: String,
    pub(in crate::web::mi) y1: String,
    pub(in crate::web::mi) x2: String,
    pub(in crate::web::mi) y2: String,
}

/// How much of the drawing there is for each mark.
struct Scale {
    most: f64,
    places: usize,
}

impl Course {
    /// The marks in the order of time.
    pub(in crate::web::mi) fn new(told: Told, marks: &[Mark], is_line: bool) -> Self {
        let (step, steps) = steps(largest(marks), is_line);
        let places = places(marks);
        let scale = Scale { most: step * f64::from(steps), places: places.last().map_or(1, |last| last + 1) };
        let points: Vec<_> = marks.iter().zip(&places).filter(|(mark, _)| mark.value.is_some()).collect();
        let highest = highest(marks);
        let drawn_points = points.iter().map(|(mark, place)| {
            let is_labelled = marks.len() <= LABELLED || highest.is_some_and(|highest| std::ptr::eq(highest, *mark));
            scale.point(mark, **place, is_labelled)
        });
        Self {
            desc: described(&told, if is_line { "Line chart" } else { "Column chart" }, marks),
            told,
            ticks: (0..=steps).map(|at| scale.tick(step * f64::from(at), step)).collect(),
            feet: scale.feet(marks, &places),
            points: drawn_points.collect(),
            is_line,
            strokes: if is_line { scale.strokes(&points) } else { Vec::new() },
            is_hatched: marks.iter().any(|mark| mark.is_provisional),
        }
    }
}

fn highest(marks: &[Mark]) -> Option<&Mark> {
    let value = |mark: &&Mark| mark.value.unwrap_or(f64::MIN);
    marks.iter().max_by(|one, other| value(one).total_cmp(&value(other)))
}

/// Weeks lie where they lie in time; whatever has no day, one after the other.
fn places(marks: &[Mark]) -> Vec<usize> {
    let first = marks.first().and_then(|mark| mark.day);
    let week = |day: NaiveDate| first.and_then(|first| usize::try_from((day - first).num_days() / 7).ok());
    marks.iter().enumerate().map(|(at, mark)| mark.day.and_then(week).unwrap_or(at)).collect()
}

/// Lines across at round numbers, at most five above the lowest.
fn steps(most: f64, fractions: bool) -> (f64, u32) {
    let least = if fractions { 0.1 } else { 1.0 };
    let rough = (most / 4.0).max(least);
    let size = 10f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * size).find(|step| *step >= rough * 0.999).unwrap_or(rough);
    let mut count = 1;
    while step * f64::from(count) < most && count < 20 {
        count += 1;
    }
    (step, count)
}

#[expect(clippy::cast_precision_loss, reason = "there are few places on a page")]
impl Scale {
    fn x(&self, place: usize) -> f64 {
        LEFT + WIDTH * (place as f64 + 0.5) / self.places as f64
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - (value.max(0.0) / self.most).min(1.0) * (BOTTOM - TOP)
    }

    fn point(&self, mark: &Mark, place: usize, is_labelled: bool) -> Point {
        let width = WIDTH / self.places as f64 * 0.8;
        let (middle, y) = (self.x(place), self.y(mark.value.unwrap_or_default()));
        Point {
            name: mark.name.clone(),
            text: mark.text.clone(),
            left: drawn(middle - width / 2.0),
            middle: drawn(middle),
            width: drawn(width),
            y: drawn(y),
            height: drawn(BOTTOM - y),
            text_y: drawn(y - 7.0),
            is_labelled,
            is_provisional: mark.is_provisional,
        }
    }

    fn tick(&self, value: f64, step: f64) -> Tick {
        let y = self.y(value);
        #[expect(clippy::cast_possible_truncation, reason = "lines across stand at whole numbers here")]
        let text = if step < 1.0 { format!("{value:.1}") } else { grouped(value.round() as i64) };
        Tick { y: drawn(y), text_y: drawn(y - 4.0), text }
    }

    fn feet(&self, marks: &[Mark], places: &[usize]) -> Vec<Foot> {
        let foot = |at: usize, anchor| Foot {
            x: drawn(self.foot_x(places[at], anchor)),
            anchor,
            text: marks[at].name.clone(),
        };
        match marks.len() {
            0 => Vec::new(),
            1 => vec![foot(0, "middle")],
            all if all <= NAMED && marks.iter().all(|mark| mark.name.chars().count() <= 3) => {
                (0..all).map(|at| foot(at, "middle")).collect()
            }
            all => vec![foot(0, "start"), foot(all - 1, "end")],
        }
    }

    /// The first begins at its column, the last ends at its own.
    fn foot_x(&self, place: usize, anchor: &str) -> f64 {
        let half = WIDTH / self.places as f64 * 0.4;
        match anchor {
            "start" => self.x(place) - half,
            "end" => self.x(place) + half,
            _ => self.x(place),
        }
    }

    /// From each point to the one of the next place; over a gap there is none.
    fn strokes(&self, points: &[(&Mark, &usize)]) -> Vec<Stroke> {
        let next_to = points.windows(2).filter(|pair| *pair[0].1 + 1 == *pair[1].1);
        let end =
            |(mark, place): &(&Mark, &usize)| (drawn(self.x(**place)), drawn(self.y(mark.value.unwrap_or_default())));
        next_to
            .map(|pair| {
                let ((x1, y1), (x2, y2)) = (end(&pair[0]), end(&pair[1]));
                Stroke { x1, y1, x2, y2 }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(day: &str, value: Option<f64>) -> Mark {
        let text = value.map(|value| value.to_string()).unwrap_or_default();
        Mark { name: day.to_owned(), day: day.parse().ok(), value, text, is_provisional: false }
    }

    fn told() -> Told {
        Told { id: "c".to_owned(), title: "Reported".to_owned(), by: "week".to_owned() }
    }

    #[test]
    fn weeks_without_a_row_are_gaps() {
        let marks = [mark("2025-06-02", Some(4.0)), mark("2025-06-09", Some(8.0)), mark("2025-06-23", Some(1.0))];
        let course = Course::new(told(), &marks, true);
        let middles: Vec<_> = course.points.iter().map(|point| point.middle.as_str()).collect();
        assert_eq!(middles, ["24.625", "45.875", "88.375"]);
        assert_eq!(course.strokes.len(), 1);
        assert_eq!(course.points[1].y, "26");
    }

    #[test]
    fn lines_across_stand_at_round_numbers() {
        assert_eq!(steps(7.0, false), (2.0, 4));
        assert_eq!(steps(0.0, false), (1.0, 1));
        assert_eq!(steps(1_234.0, false), (500.0, 3));
        assert_eq!(steps(100.0, true), (50.0, 2));
    }

    #[test]
    fn nothing_at_all_can_be_drawn() {
        let course = Course::new(told(), &[], false);
        assert!(course.points.is_empty() && course.feet.is_empty());
    }
}
