//! The kinds of values that parameters of designs have.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::time::Duration;

/// The kind of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A time with its unit.
    Time,
    /// A whole number above 0.
    Count,
    /// A share with a percent sign.
    Share,
}

impl ParameterKind {
    /// The expected value, in words.
    pub fn expected(self) -> &'static str {
        match self {
            ParameterKind::Time => "a time with its unit, such as \"5m\" or \"24h\"",
            ParameterKind::Count => "a whole number above 0, such as 100000",
            ParameterKind::Share => "a share with a percent sign, such as \"0.08%\"",
        }
    }
}

/// A time that a design states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Duration);

/// A number that a design states, above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Count(pub u64);

/// A share that a design states, in millionths, from 0 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    const WHOLE: u32 = 1_000_000;
    const DECIMALS: usize = 4;

    /// As a probability, from 0 to 1.
    pub fn probability(self) -> f64 {
        f64::from(self.0) / f64::from(Share::WHOLE)
    }
}

/// Why a text is not of a parameter's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be {}", .0.expected())]
pub struct NotOfKind(pub ParameterKind);

impl std::str::FromStr for Time {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<Time, NotOfKind> {
        let span: jiff::SignedDuration = text.parse().map_err(|_| NotOfKind(ParameterKind::Time))?;
        Duration::try_from(span).map(Time).map_err(|_| NotOfKind(ParameterKind::Time))
    }
}

impl std::str::FromStr for Count {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<Count, NotOfKind> {
        let count = text.parse().ok().filter(|n| *n > 0);
        count.map(Count).ok_or(NotOfKind(ParameterKind::Count))
    }
}

impl std::str::FromStr for Share {
    type Err = NotOfKind;

    /// A decimal number with at most four decimals and a percent sign.
    fn from_str(text: &str) -> Result<Share, NotOfKind> {
        let wrong = || NotOfKind(ParameterKind::Share);
        let number = text.strip_suffix('%').ok_or_else(wrong)?;
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let fits =
            !whole.is_empty() && whole.len() <= 3 && decimals.len() <= Share::DECIMALS && digits(whole) && digits(decimals);
        let millionths = format!("{whole}{decimals:0<width$}", width = Share::DECIMALS);
        let share = millionths.parse().ok().filter(|share| fits && *share <= Share::WHOLE);
        share.map(Share).ok_or_else(wrong)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / 10_000, format!("{:04}", self.0 % 10_000));
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole}%"),
            decimals => write!(f, "{whole}.{decimals}%"),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Time {
    /// In the largest unit in which it is a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0.as_nanos();
        for (unit, size) in [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000)] {
            if ns.is_multiple_of(size) && ns > 0 {
                return write!(f, "{}{unit}", ns / size);
            }
        }
        write!(f, "{ns}ns")
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
