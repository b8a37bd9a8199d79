//! How likely it is that hits are chance.
//!
//! The values of a run are drawn without looking at its content. So a place that could be some number of a class equals a given one
//! with probability 1 / numbers, and the number of distinct values that are hit by chance is at most Poisson-distributed with mean
//! places · values / numbers.

use super::look::SearchResult;
use super::values::{Secret, Value};
use crate::DataClass;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Hits in a low-confidence form count if chance gives so many distinct values with at most this probability.
pub const LIMIT: f64 = 1e-6;
/// The same for digits in plain characters that are not part of a longer row.
pub const PLAIN_LIMIT: f64 = 1e-3;

/// Why a hit could be chance. Of two forms at one place, the first is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LowConfidence {
    /// A number as programs write numbers: without its leading zeros, with marks between thousands, or with an exponent.
    Numeral,
    /// Packed digits after a length byte, or alone.
    FramedPackedDecimal,
    /// An integer padded to eight bytes, after a length byte, or alone.
    FramedInteger,
    /// A double, a varint or a database's decimal.
    Machine,
    /// Digits in two or more parts, in fields or pieces.
    Split,
    /// Digits that are part of a longer run of digits, or of a longer row of groups.
    Embedded,
    /// Digits with other characters between them, not in regular groups.
    Loose,
    /// Packed digits somewhere in binary content.
    PackedDecimal,
    /// Five bytes somewhere in binary content.
    Integer,
}

impl LowConfidence {
    pub const ALL: [LowConfidence; 9] = [
        LowConfidence::Numeral,
        LowConfidence::FramedPackedDecimal,
        LowConfidence::FramedInteger,
        LowConfidence::Machine,
        LowConfidence::Split,
        LowConfidence::Embedded,
        LowConfidence::Loose,
        LowConfidence::PackedDecimal,
        LowConfidence::Integer,
    ];

    /// Its description in remarks.
    pub fn words(self) -> &'static str {
        match self {
            LowConfidence::Embedded => "within longer runs of digits",
            LowConfidence::Loose => "with other characters between its digits",
            LowConfidence::Split => "in parts",
            LowConfidence::Integer => "as a bare binary integer",
            LowConfidence::FramedInteger => "as a binary integer of eight bytes or after a length byte",
            LowConfidence::PackedDecimal => "in bare packed decimal",
            LowConfidence::FramedPackedDecimal => "in packed decimal after a length byte",
            LowConfidence::Machine => "as a double, a varint or a decimal of a database",
            LowConfidence::Numeral => "as a number without leading zeros, in thousands or with an exponent",
        }
    }
}

const CLASSES: usize = DataClass::ALL.len();
/// The low-confidence forms, and in the last place digits in plain characters.
const FORMS: usize = LowConfidence::ALL.len() + 1;
/// One number in so many has the right check digit.
const CHECKED: u64 = 11;

/// Per class and form, how many places could be *some* number of the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CandidatePositions {
    /// Places with the right check digit.
    checked: [[u64; FORMS]; CLASSES],
    /// Places in binary content, whatever their check digit.
    windows: [u64; FORMS],
}

impl CandidatePositions {
    pub fn add(&mut self, other: &CandidatePositions) {
        self.add_times(other, 1);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == CandidatePositions::default()
    }

    /// Adds the places of another search, each as often as `times`.
    pub fn add_times(&mut self, other: &CandidatePositions, times: u64) {
        for (mine, others) in self.checked.iter_mut().zip(&other.checked) {
            mine.iter_mut().zip(others).for_each(|(m, o)| *m = m.saturating_add(o.saturating_mul(times)));
        }
        self.windows.iter_mut().zip(&other.windows).for_each(|(m, o)| *m = m.saturating_add(o.saturating_mul(times)));
    }

    /// Places that could be some number of `class` in that form; `None` is digits in plain characters.
    pub fn of(&self, class: DataClass, form: Option<LowConfidence>) -> u64 {
        let windows = self.windows[slot(form)];
        let fitting = match class {
            DataClass::MyNumber | DataClass::ResidentCode => windows.div_ceil(CHECKED),
            _ => windows,
        };
        self.checked[class as usize][slot(form)].saturating_add(fitting)
    }

    pub(crate) fn count(&mut self, class: DataClass, form: Option<LowConfidence>) {
        self.count_many(class, form, 1);
    }

    pub(crate) fn count_many(&mut self, class: DataClass, form: Option<LowConfidence>, places: u64) {
        let count = &mut self.checked[class as usize][slot(form)];
        *count = count.saturating_add(places);
    }

    /// Counts places in binary content, whatever their check digit.
    pub(crate) fn windows(&mut self, form: LowConfidence, places: u64) {
        let count = &mut self.windows[slot(Some(form))];
        *count = count.saturating_add(places);
    }
}

fn slot(form: Option<LowConfidence>) -> usize {
    form.map_or(FORMS - 1, |f| f as usize)
}

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
    /// How many distinct values chance hits on average.
    pub expected: f64,
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
        write!(
            f,
            "{values} of the {} {form}: chance gives so many with probability {:.1e} ({places} places, {secrets} numbers)",
            class.name(),
            self.chance
        )
    }
}

/// How many numbers of each class are searched for, out of how many possible ones.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Odds([Class; CLASSES]);

#[derive(Clone, Copy, Debug, Default)]
struct Class {
    secrets: u64,
    /// How many numbers of the class are possible: the check digit is determined by the others.
    numbers: f64,
}

impl Odds {
    pub fn new(secrets: &[Secret]) -> Odds {
        let mut odds = Odds::default();
        for secret in secrets {
            let Value::Digits(digits) = &secret.value else { continue };
            let free = digits.len() - usize::from(matches!(secret.class, DataClass::MyNumber | DataClass::ResidentCode));
            let class = &mut odds.0[secret.class as usize];
            let numbers = 10f64.powi(free as i32);
            class.numbers = if class.secrets == 0 { numbers } else { class.numbers.min(numbers) };
            class.secrets += 1;
        }
        odds
    }

    /// How many distinct values of `class` chance hits on average, if at each of `places` one of `values` is sought.
    pub fn expected(&self, class: DataClass, places: u64, values: u64) -> f64 {
        let Class { secrets, numbers } = self.0[class as usize];
        if secrets == 0 { 0.0 } else { places as f64 * values as f64 / numbers }
    }

    pub fn secrets(&self, class: DataClass) -> u64 {
        self.0[class as usize].secrets
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

    /// Adds all of a search.
    pub fn add(&mut self, result: &SearchResult, secrets: &[Secret]) {
        self.candidates.add(&result.candidates);
        for hit in &result.hits {
            if let Some(secret) = secrets.get(hit.secret) {
                self.hit(secret, hit.secret, hit.low_confidence);
            }
        }
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
        Weighed { class, form, distinct, secrets, places, expected, chance: at_least(distinct, expected) }
    }

    /// The average number of distinct values that chance hits in plain digits.
    pub fn expected_in_plain(&self) -> f64 {
        let of = |class| self.odds.expected(class, self.candidates.of(class, None), self.values.unwrap_or(u64::MAX).min(self.odds.secrets(class)));
        DataClass::ALL.into_iter().map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right values are sums of the distribution's terms.
    #[test]
    fn the_probability_of_at_least_so_many_is_that_of_the_distribution() {
        for (count, mean, right) in [(1, 1e-9, 1e-9), (2, 1e-4, 4.999_666_7e-9), (3, 0.02, 1.313_6e-6), (1, 0.5, 0.393_469), (40, 30.0, 0.046_253)] {
            let got = at_least(count, mean);
            assert!((got / right - 1.0).abs() < 1e-3, "{count} of {mean}: {got}");
        }
        assert_eq!((at_least(0, 5.0), at_least(3, 0.0)), (1.0, 0.0));
        assert!(at_least(1000, 1e-3) < 1e-300 && at_least(1000, 1000.0) > 0.4);
    }
}
