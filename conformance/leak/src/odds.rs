//! Why a hit could be chance, and how many places there are at which chance could hit.

use super::values::{Secret, Value};
use crate::DataClass;
use serde::Serialize;

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
