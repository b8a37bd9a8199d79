//! How likely it is that hits are chance.
//!
//! The values of a run are drawn without looking at its content. So a place that could be some number of a class equals a given one
//! with probability 1 / numbers, and the number of distinct values that are hit by chance is at most Poisson-distributed with mean
//! places · values / numbers.

use super::class::DataClass;
use super::odds::{CandidatePositions, LowConfidence, Odds};
use super::values::{Secret, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Hits in a low-confidence form count if chance gives so many distinct values with at most this probability.
pub const LIMIT: f64 = 1e-6;
/// The same for digits in plain characters that are not part of a longer row.
pub const PLAIN_LIMIT: f64 = 1e-3;

/// The hits of a class in a form, against those that chance gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    pub class: DataClass,
    /// `None` is digits in plain characters.
    pub form: Option<LowConfidence>,
    /// How many distinct values were hit.
    pub distinct: u64,
    /// How many numbers were searched for.
    pub secrets: u64,
    /// How many places could have been a number of the class.
    pub places: u64,
    /// The probability that chance hits so many or more.
    pub chance: f64,
}

impl Weighed {
    /// Whether chance explains the hits, so that they are no findings.
    pub fn is_chance(&self) -> bool {
        self.chance > if self.form.is_some() { LIMIT } else { PLAIN_LIMIT }
    }
}

impl fmt::Display for Weighed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Weighed { class, distinct, secrets, places, .. } = self;
        let form = self.form.map_or("in plain digits", LowConfidence::words);
        let values = if *distinct == 1 { "1 value".to_string() } else { format!("{distinct} values") };
        let places = if *places == 1 { "1 place".to_string() } else { format!("{places} places") };
        let numbers = if *secrets == 1 { "1 number".to_string() } else { format!("{secrets} numbers") };
        write!(
            f,
            "{values} of the {} {form}: chance gives so many with probability {:.1e} ({places}, {numbers})",
            class.name(),
            self.chance
        )
    }
}

/// The probability that a Poisson-distributed number with this mean is `count` or more.
pub(crate) fn at_least(count: u64, mean: f64) -> f64 {
    match count {
        0 => 1.0,
        _ if mean <= 0.0 => 0.0,
        _ => statrs::function::gamma::checked_gamma_lr(count as f64, mean).unwrap_or(1.0).clamp(0.0, 1.0),
    }
}

/// The hits and places of a run, a scan or a part of one.
#[derive(Clone, Debug)]
pub struct Evidence {
    odds: Odds,
    pub candidates: CandidatePositions,
    /// How many values are sought at each place, if not all.
    values: Option<u64>,
    hits: BTreeMap<(DataClass, Option<LowConfidence>), BTreeSet<usize>>,
}

impl Evidence {
    /// For a search in which at each place `values` of a class are sought, or all.
    pub(crate) fn new(odds: Odds, values: Option<u64>) -> Evidence {
        Evidence { odds, values, candidates: CandidatePositions::default(), hits: BTreeMap::new() }
    }

    /// Adds a hit of the value `index`. Only numbers are weighed: anything else is too long to occur by chance.
    pub fn hit(&mut self, secret: &Secret, index: usize, form: Option<LowConfidence>) {
        if matches!(secret.value, Value::Digits(_)) {
            self.hits.entry((secret.class, form)).or_default().insert(index);
        }
    }

    /// Adds the evidence of another part.
    pub fn merge(&mut self, other: &Evidence) {
        self.candidates.add(&other.candidates);
        for (form, values) in &other.hits {
            self.hits.entry(*form).or_default().extend(values);
        }
    }

    /// Every class and form in which something was hit.
    pub fn weigh(&self) -> Vec<Weighed> {
        self.hits.iter().map(|((class, form), values)| self.weighed(*class, *form, values.len() as u64)).collect()
    }

    fn weighed(&self, class: DataClass, form: Option<LowConfidence>, distinct: u64) -> Weighed {
        let all = self.odds.secrets(class);
        let secrets = self.values.map_or(all, |values| values.min(all));
        // The place of a hit is one.
        let places = self.candidates.of(class, form).max(distinct);
        let expected = self.odds.expected(class, places, secrets);
        Weighed { class, form, distinct, secrets, places, chance: at_least(distinct, expected) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right values are sums of the distribution's terms.
    #[test]
    fn the_probability_of_at_least_so_many_is_that_of_the_distribution() {
        for (count, mean, right) in
            [(1, 1e-9, 1e-9), (2, 1e-4, 4.999_666_7e-9), (3, 0.02, 1.313_6e-6), (1, 0.5, 0.393_469), (40, 30.0, 0.046_253)]
        {
            let got = at_least(count, mean);
            assert!((got / right - 1.0).abs() < 1e-3, "{count} of {mean}: {got}");
        }
        assert_eq!((at_least(0, 5.0), at_least(3, 0.0)), (1.0, 0.0));
        assert!(at_least(1000, 1e-3) < 1e-300 && at_least(1000, 1000.0) > 0.4);
    }
}
