//! Which figure of a measure a chart shows when nobody says.

use super::{Dimension, Figure, Measure, figure::Kind};

impl Measure {
    /// Over time the first count, and its sum so far where there is one; otherwise the first rate, or what is nearest to
    /// one.
    pub fn charted(&self, by: &[Dimension]) -> &'static Figure {
        let over_time = by.iter().any(|dimension| dimension.is_ordered());
        let is_count = |figure: &&Figure| matches!(figure.kind, Kind::Count { whole: false, .. });
        let is_rate = |figure: &&Figure| matches!(figure.kind, Kind::Rate { .. });
        let count = self.figures.iter().find(is_count);
        let rate = self.figures.iter().find(is_rate);
        let first = if over_time { count.or(rate) } else { rate.or(count) };
        first.or(self.figures.first()).expect("a measure has figures")
    }

    /// Whether two rows of a figure can be told as numbers on one scale.
    pub fn can_be_charted(&self, figure: &str) -> bool {
        self.figure(figure)
            .is_some_and(|figure| !matches!(figure.kind, Kind::AtLeast { .. } | Kind::Provisional { .. }))
    }

    /// Whether a figure rests on things that can be listed: counted, or measured one by one.
    pub fn can_be_explained(&self, figure: &str) -> bool {
        self.can_be_charted(figure)
    }
}

impl Dimension {
    /// Whether its values follow each other in time.
    pub fn follows_time(self) -> bool {
        self.is_ordered()
    }
}
