//! How likely a hit is chance.

use crate::matrix::DataClass;
use sim::terms::identifiers::{check_digit_11_mod_10, check_digit_my_number};

use super::odds::{LIMIT, Weak};
use super::old_spellings::INTEGER_BYTES;

/// A class of numbers as far as chance is concerned.
#[derive(Clone, Copy)]
struct Kind {
    digits: usize,
    /// How many numbers of the class there are: its check digit is no choice.
    numbers: f64,
    check_digit: fn(&[u8]) -> u8,
}

fn kind(class: DataClass) -> Option<Kind> {
    match class {
        DataClass::MyNumber => Some(Kind { digits: 12, numbers: 1e11, check_digit: check_digit_my_number }),
        DataClass::ResidentCode => Some(Kind { digits: 11, numbers: 1e10, check_digit: check_digit_11_mod_10 }),
        _ => None,
    }
}

impl Kind {
    fn is_one(&self, digits: &[u8]) -> bool {
        digits.split_last().is_some_and(|(check, body)| (self.check_digit)(body) == *check)
    }

    fn windows(&self, form: Weak, bytes: &[u8], mut one: impl FnMut() -> bool) {
        match form {
            Weak::Embedded => {
                let runs = bytes.split(|b| !b.is_ascii_digit()).filter(|run| run.len() > self.digits);
                for window in runs.flat_map(|run| run.windows(self.digits)) {
                    let mut digits: Vec<u8> = window.iter().map(|b| b - b'0').collect();
                    let forwards = self.is_one(&digits);
                    digits.reverse();
                    if (forwards && !one()) || (self.is_one(&digits) && !one()) {
                        return;
                    }
                }
            }
            Weak::Integer => {
                let mut digits = [0u8; 12];
                let digits = &mut digits[..self.digits];
                for window in bytes.windows(INTEGER_BYTES).filter(|w| w[0] != 0) {
                    let mut rest = window.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
                    for digit in digits.iter_mut().rev() {
                        *digit = (rest % 10) as u8;
                        rest /= 10;
                    }
                    if rest == 0 && self.is_one(digits) && !one() {
                        return;
                    }
                }
            }
            _ => {
                let decimal = |b: u8| b >> 4 < 10 && b & 15 < 10;
                for window in bytes.windows(self.digits.div_ceil(2)).filter(|w| w[1..w.len() - 1].iter().all(|b| decimal(*b))) {
                    let nibbles: Vec<u8> = window.iter().flat_map(|b| [b >> 4, b & 15]).collect();
                    let is = |nibbles: &[u8]| nibbles.iter().all(|n| *n < 10) && self.is_one(nibbles);
                    let fits = match nibbles.as_slice() {
                        even if self.digits.is_multiple_of(2) => is(even),
                        [0, odd @ ..] if is(odd) => true,
                        [odd @ .., 0xF] => is(odd),
                        _ => false,
                    };
                    if fits && !one() {
                        return;
                    }
                }
            }
        }
    }
}

/// Counts, for one class and one weak form, the places that look like a number of the class, whoever's.
pub(super) struct Odds {
    class: DataClass,
    form: Weak,
    /// How many numbers are sought.
    secrets: u64,
    windows: u64,
}

impl Odds {
    /// `None` where the form is distinct by its length.
    pub fn new(class: DataClass, form: Weak, secrets: u64) -> Option<Odds> {
        kind(class).map(|_| Odds { class, form, secrets, windows: 0 })
    }

    pub fn class(&self) -> DataClass {
        self.class
    }

    pub fn form(&self) -> Weak {
        self.form
    }

    pub fn windows(&self) -> u64 {
        self.windows
    }

    /// An upper bound of the probability of a chance hit, over the drawing of the numbers: each window is one given number, and
    /// a number that was drawn is that one with one chance in as many as there are.
    pub fn chance(&self) -> f64 {
        kind(self.class).map_or(0.0, |kind| self.windows as f64 * self.secrets as f64 / kind.numbers)
    }

    pub fn too_likely(&self) -> bool {
        self.chance() > LIMIT
    }

    /// Looks through what is searched. Once chance is too likely, nothing is counted any more.
    pub fn count(&mut self, bytes: &[u8], is_text: bool) {
        let Some(kind) = kind(self.class) else { return };
        if self.too_likely() || (is_text && self.form != Weak::Embedded) {
            return;
        }
        kind.windows(self.form, bytes, || {
            self.windows += 1;
            !self.too_likely()
        });
    }
}
