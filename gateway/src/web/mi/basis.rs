//! What a figure rests on, in a sentence: of a rate the counts it follows from, of a median or the longest that it is one
//! of values. Only the row is counted that the figure is of.

use projections::reports::{Cell, Figure};

use super::{measure::Asked, wording};
use crate::web::{Web, problem::Problem};

/// What a figure rests on.
pub(super) enum Basis {
    /// A rate: one count of another.
    Rate { share: Share, figure: String },
    /// A rate by another.
    Ratio { above: Share, below: Share, figure: String },
    /// Values measured one by one, of which this is the figure.
    Values { title: &'static str, figure: String },
    /// It is a count itself.
    Nothing,
}

/// A count of another.
pub(super) struct Share {
    pub(super) part: Count,
    pub(super) whole: Count,
}

/// A count by its title, and where it is listed; nowhere if it is none.
pub(super) struct Count {
    pub(super) number: String,
    pub(super) title: &'static str,
    pub(super) href: String,
}

impl Basis {
    /// Of a figure of the row with these keys; without keys, of the whole slice.
    pub(super) async fn of(web: &Web, asked: &Asked<'_>, (figure, keys): (&str, &[String])) -> Result<Self, Problem> {
        let figure = asked.measure.figure(figure).ok_or(Problem::NotFound)?;
        let pairs = asked.measure.counted_against(figure.name);
        if pairs.is_empty() && !asked.measure.is_of_values(figure.name) {
            return Ok(Self::Nothing);
        }
        let figures: Vec<_> = pairs.iter().flat_map(|(part, whole)| [*part, *whole]).chain([figure]).collect();
        let cells = web.views().measure_row(asked.measure, (&asked.filter, &asked.by), (keys, &figures)).await?;
        let mut counts = figures.iter().zip(&cells).map(|(figure, cell)| Count::new(asked, figure, cell));
        let mut share = || Some(Share { part: counts.next()?, whole: counts.next()? });
        let shares: Vec<_> = pairs.iter().filter_map(|_| share()).collect();
        Ok(Self::told(figure, (cells.last().map(wording::cell).unwrap_or_default(), shares)))
    }

    fn told(figure: &Figure, (number, shares): (String, Vec<Share>)) -> Self {
        let mut shares = shares.into_iter();
        match (shares.next(), shares.next()) {
            (Some(above), Some(below)) => Self::Ratio { above, below, figure: number },
            (Some(share), None) => Self::Rate { share, figure: number },
            _ => Self::Values { title: figure.title, figure: number },
        }
    }
}

impl Count {
    fn new(asked: &Asked<'_>, figure: &Figure, cell: &Cell) -> Self {
        let path = format!("/mi/measures/{}/explain", asked.measure.name);
        let question = asked.question.without(&["page"]).with("figure", figure.name);
        let href = if *cell == Cell::Whole(0) { String::new() } else { question.at(&path) };
        Self { number: wording::cell(cell), title: figure.title, href }
    }
}
