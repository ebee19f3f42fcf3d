//! The figures of a measure: counts of facts, and what follows from counts. Counting is SQL; dividing, rounding and
//! ranking are done here, on whole numbers, so that each figure has one exact value.

/// A figure of a measure.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its name, as a column: `per_100`.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    pub(super) kind: Kind,
}

/// How a figure comes about. Conditions and values are SQL over a row of facts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Facts under a condition.
    Count { of: &'static str, whole: bool },
    /// The sum of a value (`bigint`) over all facts.
    Sum { value: &'static str, whole: bool },
    /// Distinct values (`bigint`) among the facts under a condition. Those of which is known that no other fact has
    /// their value are `single`: they are counted without a look at it.
    Distinct { value: &'static str, of: &'static str, single: &'static str, whole: bool },
    /// 100 times a count by another, to one decimal.
    Rate { part: &'static str, whole: &'static str },
    /// A rate by another rate, to two decimals.
    Ratio { above: (&'static str, &'static str), below: (&'static str, &'static str) },
    /// The value (`bigint`) at so many tenths of the way through the facts under a condition, by `unit`, to one decimal.
    Quantile { value: &'static str, of: &'static str, tenths: i64, unit: i64 },
    /// The largest value (`bigint`) among the facts under a condition.
    Longest { value: &'static str, of: &'static str },
    /// A count and those of all rows before it.
    Running { of: &'static str },
    /// Whether a count is at least so much.
    AtLeast { of: &'static str, least: i64 },
    /// Whether any fact meets a condition that later events can change.
    Provisional { of: &'static str },
}

impl Figure {
    /// Facts under a condition.
    pub(super) const fn count(name: &'static str, title: &'static str, of: &'static str) -> Self {
        Self { name, title, kind: Kind::Count { of, whole: false } }
    }

    /// Facts under a condition, against which others are counted: a split by a property of the counted acts, or a
    /// reason asked for, leaves it as it is.
    pub(super) const fn whole(name: &'static str, title: &'static str, of: &'static str) -> Self {
        Self { name, title, kind: Kind::Count { of, whole: true } }
    }

    /// The sum of a value over all facts; of the whole, as [`Figure::whole`] is.
    pub(super) const fn sum(name: &'static str, title: &'static str, (value, whole): (&'static str, bool)) -> Self {
        Self { name, title, kind: Kind::Sum { value, whole } }
    }

    /// A count per 100 of another.
    pub(super) const fn rate(
        name: &'static str,
        title: &'static str,
        (part, whole): (&'static str, &'static str),
    ) -> Self {
        Self { name, title, kind: Kind::Rate { part, whole } }
    }

    /// The median of a value.
    pub(super) const fn median(
        name: &'static str,
        title: &'static str,
        (value, of): (&'static str, &'static str),
    ) -> Self {
        Self { name, title, kind: Kind::Quantile { value, of, tenths: 5, unit: 1 } }
    }

    /// The 90th percentile of a value.
    pub(super) const fn ninetieth(
        name: &'static str,
        title: &'static str,
        (value, of): (&'static str, &'static str),
    ) -> Self {
        Self { name, title, kind: Kind::Quantile { value, of, tenths: 9, unit: 1 } }
    }

    /// The largest value.
    pub(super) const fn longest(
        name: &'static str,
        title: &'static str,
        (value, of): (&'static str, &'static str),
    ) -> Self {
        Self { name, title, kind: Kind::Longest { value, of } }
    }

    /// A count and those of all rows before it.
    pub(super) const fn running(name: &'static str, title: &'static str, of: &'static str) -> Self {
        Self { name, title, kind: Kind::Running { of } }
    }

    /// Whether later events can change the row: a window of the slice is open.
    pub(super) const fn provisional() -> Self {
        let kind = Kind::Provisional { of: "unit = 'partnership' and window_open" };
        Self { name: "provisional", title: "Provisional", kind }
    }
}

impl Kind {
    /// What is asked of the database, over rows `chosen`, where `acts` narrows which acts count, empty if nothing does;
    /// nothing for figures that follow from others.
    pub(super) fn sql(&self, acts: &str) -> Option<String> {
        let among = |of: &str, whole: bool| narrowed(of, if whole { "" } else { acts });
        let values = |value: &str, of: &str| format!("array_agg(({value})::bigint) filter (where {of})");
        match *self {
            Self::Count { of, whole } => Some(format!("count(*) filter (where {})", among(of, whole))),
            Self::Sum { value, whole } => {
                Some(format!("coalesce(sum({value}) filter (where {}), 0)::bigint", among("true", whole)))
            }
            Self::Provisional { of } => Some(format!("count(*) filter (where {of})")),
            Self::Distinct { value, of, single, whole } => {
                let of = among(of, whole);
                let others = values(value, &format!("({of}) and not ({single})"));
                Some(format!("count(*) filter (where ({of}) and ({single})), {others}"))
            }
            Self::Quantile { value, of, .. } | Self::Longest { value, of } => {
                Some(values(value, &format!("({}) and ({value}) is not null", among(of, false))))
            }
            Self::Rate { .. } | Self::Ratio { .. } | Self::Running { .. } | Self::AtLeast { .. } => None,
        }
    }

    /// The same over rows that say how many `times` there are of each value that counts go by.
    pub(super) fn sql_of_times(&self) -> Option<String> {
        match *self {
            Self::Count { of, .. } => Some(format!("coalesce(sum(times) filter (where {of}), 0)::bigint")),
            _ => None,
        }
    }

    /// Whether the database is asked for it, and not others it follows from.
    pub(super) fn is_asked(&self) -> bool {
        !matches!(self, Self::Rate { .. } | Self::Ratio { .. } | Self::Running { .. } | Self::AtLeast { .. })
    }

    /// Whether the database answers with values instead of a count.
    pub(super) fn is_of_values(&self) -> bool {
        matches!(self, Self::Quantile { .. } | Self::Longest { .. })
    }

    /// Whether it answers with both.
    pub(super) fn is_distinct(&self) -> bool {
        matches!(self, Self::Distinct { .. })
    }

    /// Whether it counts things one by one.
    pub(super) fn is_listed(&self) -> bool {
        matches!(self, Self::Count { .. } | Self::Distinct { .. })
    }

    /// Whether it is a sum of counts.
    pub(super) fn is_sum(&self) -> bool {
        matches!(self, Self::Sum { .. })
    }

    /// Whether a split by a property of the counted acts leaves it as it is.
    pub(super) fn is_whole(&self) -> bool {
        matches!(
            self,
            Self::Count { whole: true, .. }
                | Self::Sum { whole: true, .. }
                | Self::Distinct { whole: true, .. }
                | Self::Provisional { .. }
        )
    }

    /// The condition under which a fact is behind the figure, the part of a rate; nothing if it is behind no row of its
    /// own.
    pub(super) fn condition(&self, acts: &str) -> Option<String> {
        let asked = |of: &str, whole: bool| narrowed(of, if whole { "" } else { acts });
        match *self {
            Self::Count { of, whole } | Self::Distinct { of, whole, .. } => Some(asked(of, whole)),
            Self::Sum { value, .. } => Some(format!("({value}) <> 0")),
            Self::Provisional { of } => Some(of.to_owned()),
            Self::Quantile { value, of, .. } | Self::Longest { value, of } => {
                Some(format!("({}) and ({value}) is not null", asked(of, false)))
            }
            Self::Rate { .. } | Self::Ratio { .. } | Self::Running { .. } | Self::AtLeast { .. } => None,
        }
    }
}

fn narrowed(of: &str, acts: &str) -> String {
    if acts.is_empty() { of.to_owned() } else { format!("({of}) and {acts}") }
}

/// A share in tenths of one per cent, halves rounded up; nothing of nothing.
pub(super) fn tenths_per_100(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| nearest(i128::from(part) * 1000, i128::from(whole)))
}

/// One rate by another in hundredths, halves rounded up; nothing where either has no whole or the second is zero.
pub(super) fn hundredths(above: (i64, i64), below: (i64, i64)) -> Option<i64> {
    let divisor = i128::from(above.1) * i128::from(below.0);
    (divisor > 0 && below.1 > 0).then(|| nearest(100 * i128::from(above.0) * i128::from(below.1), divisor))
}

/// The value at so many tenths of the way through sorted values, in tenths of `unit`, halves rounded away from zero.
/// Between two values it lies on the straight line from one to the other.
pub(super) fn quantile(sorted: &[i64], tenths: i64, unit: i64) -> Option<i64> {
    let last = i64::try_from(sorted.len()).ok()?.checked_sub(1)?;
    let place = tenths * last;
    let at = |place: i64| usize::try_from(place).ok().and_then(|place| sorted.get(place)).copied();
    let (low, high) = (at(place / 10)?, at((place / 10 + 1).min(last))?);
    let in_tenths = i128::from(low) * 10 + i128::from(place % 10) * i128::from(high - low);
    Some(nearest(in_tenths, i128::from(unit)))
}

/// The whole number nearest to a fraction with a divisor above zero, halves away from zero.
fn nearest(number: i128, divisor: i128) -> i64 {
    let half = if number < 0 { -divisor } else { divisor };
    i64::try_from((2 * number + half) / (2 * divisor)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_once_and_halves_go_up() {
        assert_eq!(tenths_per_100(1, 16), Some(63), "6.25");
        assert_eq!(tenths_per_100(1, 3), Some(333));
        assert_eq!(tenths_per_100(2, 3), Some(667));
        assert_eq!(tenths_per_100(5, 5), Some(1000));
        assert_eq!(tenths_per_100(0, 0), None);
    }

    #[test]
    fn a_ratio_of_rates_has_no_value_without_both() {
        assert_eq!(hundredths((3, 4), (1, 2)), Some(150));
        assert_eq!(hundredths((1, 3), (1, 2)), Some(67));
        assert_eq!(hundredths((3, 4), (0, 2)), None);
        assert_eq!(hundredths((0, 0), (1, 2)), None);
    }

    #[test]
    fn a_quantile_lies_between_its_neighbours() {
        assert_eq!(quantile(&[], 5, 1), None);
        assert_eq!(quantile(&[7], 9, 1), Some(70));
        assert_eq!(quantile(&[3, 8], 5, 1), Some(55));
        assert_eq!(quantile(&[0, 8], 9, 1), Some(72));
        assert_eq!(quantile(&[-3, -2], 5, 1), Some(-25));
        assert_eq!(quantile(&[3_600_000_000, 7_200_000_000], 5, 3_600_000_000), Some(15));
    }
}
