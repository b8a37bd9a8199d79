//! Check digits, fast: whether a window of a row of digits, or an integer, could be a number of a class.
//!
//! Both classes weight the digits before the check digit alike, from the right 2 to 7 and again from 2; they differ in how the
//! check digit follows from the sum. Tests compare this with the formulas of `terms`.

use std::sync::LazyLock;

/// Which classes a number could be of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fits {
    pub my_number: bool,
    pub resident_code: bool,
}

impl Fits {
    fn of(sum: u64, check: u64) -> Fits {
        let rest = sum % 11;
        let plain = 11 - rest;
        Fits { my_number: check == if rest <= 1 { 0 } else { plain }, resident_code: check == plain % 10 }
    }
}

/// A row of digits with prefix sums, so that the weighted sum of any window takes a few steps.
#[derive(Default)]
pub(crate) struct Row {
    /// Up to each position, the sum of the digits and the sum of each digit times its position.
    sums: Vec<(u64, u64)>,
    digits: Vec<u8>,
}

impl Row {
    pub fn set(&mut self, digits: impl Iterator<Item = u8>) {
        self.digits.clear();
        self.sums.clear();
        let (mut sum, mut weighed) = (0, 0);
        self.sums.push((0, 0));
        for (i, digit) in digits.enumerate() {
            self.digits.push(digit);
            sum += u64::from(digit);
            weighed += u64::from(digit) * i as u64;
            self.sums.push((sum, weighed));
        }
    }

    pub fn digits(&self) -> &[u8] {
        &self.digits
    }

    fn between(&self, from: usize, to: usize) -> (u64, u64) {
        let ((s, w), (t, v)) = (self.sums[from], self.sums[to]);
        (t - s, v - w)
    }

    /// Whether the `count` (11 or 12) digits from `start` fit, read from left to right.
    #[inline]
    pub fn forwards(&self, start: usize, count: usize) -> Fits {
        // The digit before the check digit has weight 2, the sixth before it 7; farther left the weights start again at 2.
        let check = start + count - 1;
        let (sum, weighed) = self.between(check - 6, check);
        let near = (check as u64 + 1) * sum - weighed;
        let (sum, weighed) = self.between(start, check - 6);
        let far = (check as u64 - 5) * sum - weighed;
        Fits::of(near + far, u64::from(self.digits[check]))
    }

    /// Read from right to left.
    #[inline]
    pub fn backwards(&self, start: usize, count: usize) -> Fits {
        let check = start as u64;
        let (sum, weighed) = self.between(start + 1, start + 7);
        let near = weighed + sum - check * sum;
        let (sum, weighed) = self.between(start + 7, start + count);
        let far = weighed - (check + 5) * sum;
        Fits::of(near + far, u64::from(self.digits[start]))
    }
}

/// By four digits, their weighted sum as the first, middle and last four of twelve, without the check digit.
static WEIGHED: LazyLock<Vec<[u8; 3]>> = LazyLock::new(|| {
    let weigh = |n: u64, weights: [u64; 4]| {
        ((n / 1000 * weights[0] + n / 100 % 10 * weights[1] + n / 10 % 10 * weights[2] + n % 10 * weights[3]) % 11) as u8
    };
    (0..10_000).map(|n| [weigh(n, [6, 5, 4, 3]), weigh(n, [2, 7, 6, 5]), weigh(n, [4, 3, 2, 0])]).collect()
});

/// Whether an integer below 10^12 fits.
#[inline]
pub(crate) fn integer(n: u64) -> Fits {
    let (high, rest) = (n / 100_000_000, n % 100_000_000);
    let table = &*WEIGHED;
    let sum = table[high as usize][0] + table[(rest / 10_000) as usize][1] + table[(rest % 10_000) as usize][2];
    let fits = Fits::of(u64::from(sum), n % 10);
    Fits { resident_code: fits.resident_code && n < 100_000_000_000, ..fits }
}

/// Which classes a number fits by its length and its check digit.
pub(crate) fn number(digits: &[u8]) -> Fits {
    match digits.len() {
        length @ (11 | 12) => {
            let fits = integer(digits.iter().fold(0, |n, digit| n * 10 + u64::from(*digit)));
            Fits { my_number: fits.my_number && length == 12, resident_code: fits.resident_code && length == 11 }
        }
        _ => Fits::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use terms::identifiers::{check_digit_11_mod_10, check_digit_my_number};

    fn slow(digits: &[u8]) -> Fits {
        let (check, body) = digits.split_last().unwrap();
        Fits {
            my_number: digits.len() == 12 && check_digit_my_number(body) == *check,
            resident_code: digits.len() == 11 && check_digit_11_mod_10(body) == *check,
        }
    }

    proptest! {
        #[test]
        fn a_row_gives_the_same_check_digits_as_the_formulas(digits in prop::collection::vec(0u8..10, 12..60)) {
            let mut row = Row::default();
            row.set(digits.iter().copied());
            for count in [11, 12] {
                for start in 0..=digits.len() - count {
                    let window = &digits[start..start + count];
                    let reversed: Vec<u8> = window.iter().rev().copied().collect();
                    let only = |f: Fits| if count == 12 { f.my_number } else { f.resident_code };
                    prop_assert_eq!(only(row.forwards(start, count)), only(slow(window)));
                    prop_assert_eq!(only(row.backwards(start, count)), only(slow(&reversed)));
                }
            }
        }

        #[test]
        fn an_integer_gives_the_same_check_digits_as_the_formulas(n in 0u64..1_000_000_000_000) {
            let digits: Vec<u8> = format!("{n:012}").bytes().map(|b| b - b'0').collect();
            let fits = integer(n);
            prop_assert_eq!(fits.my_number, slow(&digits).my_number);
            prop_assert_eq!(fits.resident_code, digits[0] == 0 && slow(&digits[1..]).resident_code);
            prop_assert_eq!(number(&digits), slow(&digits));
            prop_assert_eq!(number(&digits[1..]), slow(&digits[1..]));
            prop_assert_eq!(number(&digits[2..]), Fits::default());
        }
    }
}
