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

    /// The counts that a rate or ratio follows from, each with what it is counted against: one pair of a rate, two of a
    /// ratio, none of any other figure.
    pub fn counted_against(&self, figure: &str) -> Vec<(&'static Figure, &'static Figure)> {
        let pairs = match self.figure(figure).map(|figure| figure.kind) {
            Some(Kind::Rate { part, whole }) => vec![(part, whole)],
            Some(Kind::Ratio { above, below }) => vec![above, below],
            _ => Vec::new(),
        };
        let named = |name| self.figure(name).expect("figures follow from figures of their own measure");
        pairs.into_iter().map(|(part, whole)| (named(part), named(whole))).collect()
    }

    /// Whether a figure is one of values measured one by one: a median, a 90th percentile, the longest.
    pub fn is_of_values(&self, figure: &str) -> bool {
        self.figure(figure).is_some_and(|figure| figure.kind.is_of_values())
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

    /// Whether it has hundreds or thousands of values.
    pub fn has_many_values(self) -> bool {
        matches!(self, Self::DeliveryPartner | Self::LocalAuthority | Self::Trust | Self::Week)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_and_ratio_names_what_it_is_counted_of() {
        let names = |measure: &str, figure: &str| {
            let measure = Measure::named(measure).expect("a measure");
            let pairs = measure.counted_against(figure);
            pairs.iter().map(|(part, whole)| (part.name, whole.name)).collect::<Vec<_>>()
        };
        assert_eq!(names("report_rate", "per_100"), [("reported", "recruitments")]);
        assert_eq!(names("report_rate", "reported"), []);
        assert_eq!(names("trust_clustering", "in_trusts_against_outside").len(), 2);
        for measure in crate::reports::MEASURES {
            measure.figures.iter().for_each(|figure| drop(measure.counted_against(figure.name)));
        }
    }
}
