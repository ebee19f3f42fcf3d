//! Small numbers in anything published: a count of 1 to 4 is not shown, nor anything from which it could be worked out.
//! A later policy is a new value with a new version; what was published names the version that made it.

use std::collections::{BTreeMap, BTreeSet};

/// A policy: from which count on numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuppressionPolicy {
    /// Named in what is published.
    pub version: u16,
    /// Counts from 1 up to this, itself left out, are hidden.
    pub least_shown: i64,
}

/// The first policy: counts of 1, 2, 3 and 4 are hidden; zero and 5 are shown.
pub const V1: SuppressionPolicy = SuppressionPolicy { version: 1, least_shown: 5 };

/// The policy in force.
pub const CURRENT: SuppressionPolicy = V1;

/// A row of counts: its keys, one for each dimension, and its largest count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The keys.
    pub keys: Vec<String>,
    /// The largest of its counts.
    pub size: i64,
    /// Whether one of its counts must not be known.
    pub is_small: bool,
}

/// What of a table is hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Rows, by their place.
    pub rows: BTreeSet<usize>,
    /// The total row.
    pub total: bool,
}

impl SuppressionPolicy {
    /// Whether a count must not be known.
    pub fn is_small(self, count: i64) -> bool {
        (1..self.least_shown).contains(&count)
    }
}

/// Hides small rows and, beside them, as few others as it takes, the smallest first, so that no small row follows from
/// sums: from the total, nor from sums over one dimension, which may be published elsewhere.
pub fn hide(rows: &[Counted], total_is_small: bool) -> Hidden {
    let small: BTreeSet<usize> = (0..rows.len()).filter(|at| rows[*at].is_small).collect();
    let lines = lines(rows);
    let mut hidden = Hidden { rows: small.clone(), total: total_is_small };
    loop {
        let known = worked_out(&lines, &hidden, rows.len());
        let exposed = known.iter().find(|cell| small.contains(cell) || (**cell == rows.len() && total_is_small));
        let Some(exposed) = exposed else { return hidden };
        match beside(rows, &lines, (*exposed, &hidden)) {
            Some(another) => _ = hidden.rows.insert(another),
            None if !hidden.total => hidden.total = true,
            None => return hidden,
        }
    }
}

/// The sums that are known: cells, by their place, that add up to something; the total stands at the end.
fn lines(rows: &[Counted]) -> Vec<BTreeSet<usize>> {
    let dimensions = rows.first().map_or(0, |row| row.keys.len());
    let mut sums: BTreeMap<(usize, Vec<&str>), BTreeSet<usize>> = BTreeMap::new();
    // With one dimension the sum over it is the total.
    for dimension in (0..dimensions).filter(|_| dimensions > 1) {
        for (at, row) in rows.iter().enumerate() {
            let others = row.keys.iter().enumerate().filter(|(place, _)| *place != dimension);
            let others = others.map(|(_, key)| key.as_str()).collect();
            sums.entry((dimension, others)).or_default().insert(at);
        }
    }
    // A sum of one row is that row, and is hidden where it is published.
    let sums = sums.into_values().filter(|line| line.len() > 1);
    sums.chain([(0..=rows.len()).collect()]).collect()
}

/// The smallest shown row, not empty if it can be, of a line that hides one cell alone, best of one through this cell;
/// else of any line through it.
fn beside(rows: &[Counted], lines: &[BTreeSet<usize>], (cell, hidden): (usize, &Hidden)) -> Option<usize> {
    let alone = |line: &&BTreeSet<usize>| line.iter().filter(|at| hidden.rows.contains(at)).count() == 1;
    let through = |line: &&BTreeSet<usize>| line.contains(&cell);
    let smallest = |wanted: &dyn Fn(&&BTreeSet<usize>) -> bool| {
        let shown = lines.iter().filter(|line| wanted(line)).flatten();
        let shown = shown.copied().filter(|at| *at < rows.len() && !hidden.rows.contains(at));
        shown.min_by_key(|at| (rows[*at].size == 0, rows[*at].size, *at))
    };
    smallest(&|line| through(line) && alone(line)).or_else(|| smallest(&alone)).or_else(|| smallest(&through))
}

type Equation = BTreeMap<usize, u128>;

/// A prime: in whole numbers modulo it every division comes out even.
const PRIME: u128 = (1 << 61) - 1;

/// The hidden cells that follow from the sums: those which are alone in an equation once all are solved for each other.
fn worked_out(lines: &[BTreeSet<usize>], hidden: &Hidden, total: usize) -> Vec<usize> {
    let is_hidden = |cell: &usize| if *cell == total { hidden.total } else { hidden.rows.contains(cell) };
    let mut solved: Vec<(usize, Equation)> = Vec::new();
    for line in lines {
        let mut equation: Equation = line.iter().filter(|cell| is_hidden(cell)).map(|cell| (*cell, 1)).collect();
        for (pivot, other) in &solved {
            eliminate(&mut equation, *pivot, other);
        }
        let Some((pivot, leading)) = equation.iter().next().map(|(cell, factor)| (*cell, *factor)) else { continue };
        let inverse = power(leading, PRIME - 2);
        for factor in equation.values_mut() {
            *factor = *factor * inverse % PRIME;
        }
        for (_, other) in &mut solved {
            eliminate(other, pivot, &equation);
        }
        solved.push((pivot, equation));
    }
    solved.into_iter().filter(|(_, equation)| equation.len() == 1).map(|(pivot, _)| pivot).collect()
}

/// Takes as much of another equation, whose factor of `pivot` is one, as removes `pivot`.
fn eliminate(equation: &mut Equation, pivot: usize, other: &Equation) {
    let Some(factor) = equation.get(&pivot).copied() else { return };
    for (cell, theirs) in other {
        let ours = equation.entry(*cell).or_default();
        *ours = (*ours + PRIME - factor * theirs % PRIME) % PRIME;
        if *ours == 0 {
            equation.remove(cell);
        }
    }
}

fn power(mut base: u128, mut exponent: u128) -> u128 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(counts: &[(&[&str], i64)]) -> Vec<Counted> {
        let row = |(keys, size): &(&[&str], i64)| Counted {
            keys: keys.iter().map(ToString::to_string).collect(),
            size: *size,
            is_small: V1.is_small(*size),
        };
        counts.iter().map(row).collect()
    }

    fn hidden(counts: &[(&[&str], i64)]) -> Vec<usize> {
        hide(&rows(counts), V1.is_small(counts.iter().map(|(_, count)| count).sum())).rows.into_iter().collect()
    }

    #[test]
    fn one_to_four_are_small_and_nothing_else_is() {
        assert_eq!((-1..7).filter(|count| V1.is_small(*count)).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn a_small_row_alone_takes_the_smallest_other_with_it() {
        assert_eq!(hidden(&[(&["a"], 3), (&["b"], 90), (&["c"], 12)]), [0, 2]);
        assert_eq!(hidden(&[(&["a"], 3), (&["b"], 4), (&["c"], 12)]), [0, 1], "two hide each other");
        assert_eq!(hidden(&[(&["a"], 30), (&["b"], 0)]), [0; 0], "nothing is small");
    }

    #[test]
    fn a_small_row_with_nothing_but_zeros_hides_the_total() {
        let hidden = hide(&rows(&[(&["a"], 3), (&["b"], 0)]), true);
        assert!(hidden.total && hidden.rows.contains(&0));
        assert!(hide(&rows(&[(&["a"], 3)]), true).total, "a table of one row is its total");
    }

    #[test]
    fn in_two_dimensions_the_sums_of_rows_and_columns_tell_nothing() {
        let table: &[(&[&str], i64)] = &[
            (&["a", "x"], 3),
            (&["a", "y"], 20),
            (&["a", "z"], 30),
            (&["b", "x"], 40),
            (&["b", "y"], 50),
            (&["b", "z"], 60),
        ];
        assert_eq!(hidden(table), [0, 1, 3, 4], "a rectangle");
    }

    /// Whether the sums leave a hidden cell more than one value: other values of the hidden cells are tried out one by one.
    fn is_open(rows: &[Counted], hidden: &Hidden, cell: usize) -> bool {
        let cells: Vec<usize> = hidden.rows.iter().copied().chain(hidden.total.then_some(rows.len())).collect();
        let total = rows.iter().map(|row| row.size).sum::<i64>();
        let value = |at: usize| if at == rows.len() { total } else { rows[at].size };
        // The total is on the other side of its sum.
        let sign = |at: usize| if at == rows.len() { -1 } else { 1 };
        let mut moves = vec![-1_i64; cells.len()];
        let lines = lines(rows);
        loop {
            let Some(at) = moves.iter().position(|by| *by < 1) else { return false };
            moves[..at].fill(-1);
            moves[at] += 1;
            let by = |place: usize| cells.iter().position(|it| *it == place).map_or(0, |it| moves[it] * sign(place));
            let holds = lines.iter().all(|line| line.iter().map(|place| by(*place)).sum::<i64>() == 0);
            let fits = cells.iter().zip(&moves).all(|(place, by)| value(*place) + by >= 0);
            if holds && fits && by(cell) != 0 {
                return true;
            }
        }
    }

    #[test]
    fn no_small_cell_of_any_table_can_be_worked_out_from_its_sums() {
        let mut seed = 20_211_122_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut checked = 0;
        for _ in 0..400 {
            let (first, second) = (1 + next(3), 1 + next(3));
            let mut counts: Vec<(Vec<String>, i64)> = Vec::new();
            for a in 0..first {
                for b in 0..second {
                    let count = i64::try_from(if next(3) == 0 { next(5) } else { 5 + next(40) }).expect("small");
                    counts.push((vec![a.to_string(), b.to_string()], count));
                }
            }
            let rows: Vec<_> =
                counts.into_iter().map(|(keys, size)| Counted { keys, size, is_small: V1.is_small(size) }).collect();
            let hidden = hide(&rows, V1.is_small(rows.iter().map(|row| row.size).sum()));
            for at in (0..rows.len()).filter(|at| rows[*at].is_small) {
                assert!(hidden.rows.contains(&at));
                assert!(is_open(&rows, &hidden, at), "row {at} of {rows:?} follows from the sums beside {hidden:?}");
                checked += 1;
            }
        }
        assert!(checked > 300, "{checked}");
    }
}
