//! The tests behind signals, exact and one-sided: is a count larger than chance alone would make it? Pure arithmetic.

/// One layer of a comparison, such as a week: of `all` things `marked` have the property; `own` of all are the group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) all: u32,
    pub(super) marked: u32,
    pub(super) own: u32,
}

impl Layer {
    /// The same layer, with those marked that were not.
    pub(super) fn rest(self) -> Self {
        Self { marked: self.all - self.marked, ..self }
    }
}

/// What chance alone would make of a count: how probable each value is, from `first` on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chance {
    first: u32,
    probabilities: Vec<f64>,
}

impl Chance {
    /// How many of its own a group would have marked if, within each layer, chance alone chose which are (the exact
    /// conditional distribution of Mantel and Haenszel; with one layer that of Fisher's exact test).
    pub(super) fn within(layers: &[Layer]) -> Self {
        let nothing = Self { first: 0, probabilities: vec![1.0] };
        layers.iter().fold(nothing, |so_far, layer| so_far.and(&Self::hypergeometric(*layer)))
    }

    /// How many of `trials` come out if each does with odds of `for_it` to `against`.
    pub(super) fn binomial(trials: u32, (for_it, against): (f64, f64)) -> Self {
        let ratio = |at: u32| f64::from(trials - at) / f64::from(at + 1) * for_it / against;
        Self::from_ratios((0, trials), ratio)
    }

    fn hypergeometric(Layer { all, marked, own }: Layer) -> Self {
        let (first, last) = ((own + marked).saturating_sub(all), own.min(marked));
        let ratio = |at: u32| {
            let up = f64::from(marked - at) * f64::from(own - at);
            up / (f64::from(at + 1) * f64::from(all + at + 1 - marked - own))
        };
        Self::from_ratios((first, last), ratio)
    }

    /// From how probable each value is against the one before it. Built up from the most probable one, so that nothing
    /// overflows and what is lost is smaller than the smallest number.
    fn from_ratios((first, last): (u32, u32), ratio: impl Fn(u32) -> f64) -> Self {
        let mode = (first..last).find(|at| ratio(*at) <= 1.0).unwrap_or(last);
        let mut down: Vec<f64> = Vec::new();
        let mut weight = 1.0;
        for at in (first..mode).rev() {
            weight /= ratio(at);
            down.push(weight);
        }
        let mut probabilities: Vec<f64> = down.into_iter().rev().chain([1.0]).collect();
        weight = 1.0;
        for at in mode..last {
            weight *= ratio(at);
            probabilities.push(weight);
        }
        let sum: f64 = probabilities.iter().sum();
        Self { first, probabilities: probabilities.into_iter().map(|weight| weight / sum).collect() }
    }

    /// The sum of two independent counts.
    fn and(&self, other: &Self) -> Self {
        let mut probabilities = vec![0.0; self.probabilities.len() + other.probabilities.len() - 1];
        for (at, one) in self.probabilities.iter().enumerate() {
            for (further, two) in other.probabilities.iter().enumerate() {
                probabilities[at + further] += one * two;
            }
        }
        Self { first: self.first + other.first, probabilities }
    }

    /// How probable a count of at least so much is.
    pub(super) fn at_least(&self, count: u32) -> f64 {
        let from = usize::try_from(count.saturating_sub(self.first)).unwrap_or(usize::MAX);
        // The small ones first, so that none is lost beside a large one.
        self.probabilities.iter().skip(from).rev().sum::<f64>().min(1.0)
    }

    /// The mean.
    pub(super) fn expected(&self) -> f64 {
        (self.first..).zip(&self.probabilities).map(|(count, probability)| f64::from(count) * probability).sum()
    }
}

/// The p-values of a family adjusted by Benjamini and Hochberg (1995), in the order given: among those at or below a
/// level, at most that share is expected to be chance.
pub(super) fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|one, other| p_values[*other].total_cmp(&p_values[*one]));
    let family = f64::from(u32::try_from(p_values.len()).unwrap_or(u32::MAX));
    let mut adjusted = vec![1.0; p_values.len()];
    let (mut least, mut rank) = (1.0_f64, family);
    for at in order {
        least = least.min(p_values[at] * family / rank);
        adjusted[at] = least;
        rank -= 1.0;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, published: f64) {
        assert!((found - published).abs() < 1e-9, "{found} is not {published}");
    }

    #[test]
    fn fishers_lady_tasting_tea_comes_out_as_he_published_it() {
        let tea = Chance::within(&[Layer { all: 8, marked: 4, own: 4 }]);
        near(tea.at_least(4), 1.0 / 70.0);
        near(tea.at_least(3), 17.0 / 70.0);
        near(tea.expected(), 2.0);
    }

    #[test]
    fn the_rabbits_of_mantel_and_haenszel_come_out_as_published() {
        let level = |all, marked, own| Layer { all, marked, own };
        let rabbits = [level(11, 0, 6), level(12, 3, 6), level(12, 8, 6), level(12, 11, 6), level(7, 7, 2)];
        let cured = Chance::within(&rabbits);
        // 16 cured without delay. Two-sided, R (mantelhaen.test, exact) gives 0.03994: twice this, as the tails are alike.
        near(cured.at_least(16), 0.019_972_451_790_633_6);
    }

    #[test]
    fn eight_heads_of_ten_come_out_as_in_every_table() {
        let coin = Chance::binomial(10, (1.0, 1.0));
        near(coin.at_least(8), 56.0 / 1024.0);
        near(coin.at_least(0), 1.0);
        near(Chance::binomial(10, (1.0, 3.0)).expected(), 2.5);
        near(Chance::binomial(0, (1.0, 3.0)).at_least(0), 1.0);
    }

    #[test]
    fn benjamini_and_hochberg_reject_the_four_that_they_reject_in_their_paper() {
        let published = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let adjusted = benjamini_hochberg(&published);
        assert_eq!(adjusted.iter().filter(|value| **value <= 0.05).count(), 4);
        near(adjusted[0], 0.0015);
        near(adjusted[3], 0.035_625);
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn a_rare_count_among_very_many_keeps_its_digits() {
        let many = Chance::within(&[Layer { all: 100_000, marked: 2_000, own: 20_000 }]);
        near(many.expected(), 400.0);
        let far = many.at_least(700);
        assert!(far > 0.0 && far < 1e-40, "{far}");
    }
}
