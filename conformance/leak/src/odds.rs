//! The probability that a hit is chance.

use super::values::{Secret, Value};
use crate::DataClass;
use serde::Serialize;
use std::fmt;

/// A low-confidence form counts while the probability of a chance hit anywhere in the run is at most this.
pub const LIMIT: f64 = 1e-6;

/// Why a hit could be chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LowConfidence {
    /// Digits that are part of a longer run of digits, or of a longer row of groups.
    Embedded,
    /// Digits with other characters between them, not in regular groups.
    Loose,
    /// Digits in two parts, in two fields or two pieces.
    Split,
    /// Five bytes somewhere in binary content.
    Integer,
    /// An integer padded to eight bytes, after a length byte, or alone.
    FramedInteger,
    /// Packed digits somewhere in binary content.
    PackedDecimal,
    /// Packed digits after a length byte, or alone.
    FramedPackedDecimal,
}

impl LowConfidence {
    pub const ALL: [LowConfidence; 7] = [
        LowConfidence::Embedded,
        LowConfidence::Loose,
        LowConfidence::Split,
        LowConfidence::Integer,
        LowConfidence::FramedInteger,
        LowConfidence::PackedDecimal,
        LowConfidence::FramedPackedDecimal,
    ];

    /// Its description in remarks.
    pub fn words(self) -> &'static str {
        match self {
            LowConfidence::Embedded => "within longer runs of digits",
            LowConfidence::Loose => "with other characters between its digits",
            LowConfidence::Split => "in two parts",
            LowConfidence::Integer => "as a bare binary integer",
            LowConfidence::FramedInteger => "as a binary integer of eight bytes or after a length byte",
            LowConfidence::PackedDecimal => "in bare packed decimal",
            LowConfidence::FramedPackedDecimal => "in packed decimal after a length byte",
        }
    }
}

const CLASSES: usize = DataClass::ALL.len();
/// The low-confidence forms, and in the last place digits in plain characters.
const FORMS: usize = LowConfidence::ALL.len() + 1;

/// Per class and form, how many places could be *some* number of the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CandidatePositions([[u64; FORMS]; CLASSES]);

impl CandidatePositions {
    pub fn add(&mut self, other: &CandidatePositions) {
        for (mine, others) in self.0.iter_mut().zip(&other.0) {
            mine.iter_mut().zip(others).for_each(|(m, o)| *m = m.saturating_add(*o));
        }
    }

    /// Places that could be some number of `class` in that form; `None` is digits in plain characters.
    pub fn of(&self, class: DataClass, form: Option<LowConfidence>) -> u64 {
        self.0[class as usize][slot(form)]
    }

    pub(crate) fn count(&mut self, class: DataClass, form: Option<LowConfidence>) {
        self.0[class as usize][slot(form)] += 1;
    }
}

impl LowConfidence {
    /// Every form of every class.
    pub(crate) fn of_classes() -> impl Iterator<Item = (DataClass, LowConfidence)> {
        DataClass::ALL.into_iter().flat_map(|class| LowConfidence::ALL.map(|form| (class, form)))
    }
}

fn slot(form: Option<LowConfidence>) -> usize {
    form.map_or(FORMS - 1, |f| f as usize)
}

/// A form that is not searched because a chance hit would be too likely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotSearched {
    pub class: DataClass,
    pub form: LowConfidence,
    /// How many numbers were searched for.
    pub secrets: u64,
    /// How many places could have been a number of the class, up to where counting stopped.
    pub candidates: u64,
    pub chance: f64,
}

impl fmt::Display for NotSearched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the {} was not searched for {}: {} places or more could be one of {} by chance (likelier than {LIMIT:e})",
            self.class.name(),
            self.form.words(),
            self.candidates,
            self.secrets,
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

    /// An upper bound of the probability of a chance hit: each candidate position is one fixed number, and a randomly drawn
    /// number equals it with probability 1 / `numbers`.
    pub fn chance(&self, class: DataClass, candidates: u64) -> f64 {
        let Class { secrets, numbers } = self.0[class as usize];
        if secrets == 0 { 0.0 } else { candidates as f64 * secrets as f64 / numbers }
    }

    /// The number of candidate positions from which on a low-confidence form is not searched.
    pub fn candidate_limit(&self, class: DataClass) -> u64 {
        let Class { secrets, numbers } = self.0[class as usize];
        if secrets == 0 { 0 } else { (LIMIT * numbers / secrets as f64).floor() as u64 + 1 }
    }

    pub fn weigh(&self, candidates: &CandidatePositions) -> Vec<NotSearched> {
        let weighed = LowConfidence::of_classes().map(|(class, form)| {
            let candidates = candidates.of(class, Some(form));
            NotSearched {
                class,
                form,
                secrets: self.0[class as usize].secrets,
                candidates,
                chance: self.chance(class, candidates),
            }
        });
        weighed.filter(|l| l.chance > LIMIT).collect()
    }

    /// The expected number of chance hits among digits in plain characters.
    pub fn expected(&self, candidates: &CandidatePositions) -> f64 {
        DataClass::ALL.into_iter().map(|class| self.chance(class, candidates.of(class, None))).sum()
    }
}
