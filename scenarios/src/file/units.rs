//! Times and amounts in scenario files: always with their unit.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sim::sample::Distribution;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Reads a string with `parse`; any other value is an error that names `expecting`.
pub(super) fn text<'de, D: Deserializer<'de>, T>(
    from: D,
    expecting: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Text<F>(&'static str, F);
    impl<T, F: Fn(&str) -> Option<T>> serde::de::Visitor<'_> for Text<F> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            self.1(text).ok_or_else(|| E::custom(format!("`{text}` is not {}", self.0)))
        }
        // A bare number is the most likely mistake: its unit is missing.
        fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<T, E> {
            Err(E::custom(format!("the number {n} has no unit: write {}", self.0)))
        }
        fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<T, E> {
            Err(E::custom(format!("the number {n} has no unit: write {}", self.0)))
        }
    }
    from.deserialize_any(Text(expecting, parse))
}

/// The number and the unit of `"12.5 kbit/s"`.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some((number, text[end..].trim()))
}

/// The schema of a type that files write as a text.
macro_rules! in_schema {
    ($type:ident, $name:literal, $pattern:literal, $description:literal) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $description, "pattern": $pattern })
            }
        }
    };
}

pub(super) use in_schema;

/// A span of time with its unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(pub Duration);

const SPAN: &str = "a time with its unit, such as \"250ms\", \"30s\" or \"1h30m\"";
in_schema!(Span, "Span", r"^[0-9]", "A time with its unit: \"250ms\", \"30s\", \"1h30m\"");

impl Span {
    pub const fn seconds(s: u64) -> Span {
        Span(Duration::from_secs(s))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Display for Span {
    /// In the largest unit that expresses it exactly.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0.as_nanos();
        for (unit, size) in [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)] {
            if ns.is_multiple_of(size) {
                return write!(f, "{}{unit}", ns / size);
            }
        }
        write!(f, "{ns}ns")
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, SPAN, |text| {
            let span: jiff::SignedDuration = text.parse().ok()?;
            Some(Span(Duration::try_from(span).ok()?))
        })
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A share: `"5 %"`. Kept as a number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default)]
pub struct Share(pub f64);

in_schema!(Share, "Share", r"^[0-9.]+ ?%$", "A share in percent: \"5 %\"");

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Shares come from decimal percentages: digits after the sixth decimal are rounding errors.
        write!(f, "{} %", (self.0 * 1e8).round() / 1e6)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a share from 0 to 100 with its sign, such as \"5 %\"", |text| match number_and_unit(text)? {
            (percent, "%") if percent <= 100.0 => Some(Share(percent / 100.0)),
            _ => None,
        })
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The bandwidth of a link: `"64 kbit/s"`. Kept in bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BitRate(pub u64);

in_schema!(BitRate, "BitRate", r"^[0-9.]+ ?(bit|kbit|Mbit|Gbit)/s$", "The bandwidth of a link: \"64 kbit/s\", \"10 Mbit/s\"");

const BIT_RATES: [(&str, f64); 4] = [("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3), ("bit/s", 1.0)];

impl fmt::Display for BitRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |size: f64| self.0 > 0 && self.0.is_multiple_of(size as u64);
        let (unit, size) = BIT_RATES.into_iter().find(|(_, size)| fits(*size)).unwrap_or(("bit/s", 1.0));
        write!(f, "{} {unit}", self.0 / size as u64)
    }
}

impl<'de> Deserialize<'de> for BitRate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a rate above zero with its unit, such as \"64 kbit/s\" or \"10 Mbit/s\"", |text| {
            let (number, unit) = number_and_unit(text)?;
            let (_, size) = BIT_RATES.into_iter().find(|(name, _)| *name == unit)?;
            let bits = number * size;
            (1.0..=1e12).contains(&bits).then_some(BitRate(bits as u64))
        })
    }
}

impl Serialize for BitRate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// How often something happens: `"20 per second"`. Kept per second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Frequency(pub f64);

in_schema!(Frequency, "Frequency", r"^[0-9.]+ per (second|minute|hour)$", "A rate: \"20 per second\", \"3 per minute\"");

const FREQUENCIES: [(&str, f64); 3] = [("per second", 1.0), ("per minute", 60.0), ("per hour", 3600.0)];

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In the first unit in which it has few digits and is read back as the same number.
        let rounded = |per: f64| (self.0 * per * 1e6).round() / 1e6;
        let same = |per: f64| rounded(per) / per == self.0;
        match FREQUENCIES.into_iter().find(|(_, per)| same(*per)) {
            Some((unit, per)) => write!(f, "{} {unit}", rounded(per)),
            None => write!(f, "{} per second", self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Frequency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a number above zero with its unit, such as \"20 per second\" or \"3 per minute\"", |text| {
            let (number, unit) = number_and_unit(text)?;
            let (_, per) = FREQUENCIES.into_iter().find(|(name, _)| *name == unit)?;
            (number > 0.0 && number / per <= 1e6).then_some(Frequency(number / per))
        })
    }
}

impl Serialize for Frequency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The distribution of a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Spread {
    /// Always the same.
    Constant(Span),
    /// Uniform between the two.
    Uniform { from: Span, to: Span },
    /// `min` plus an exponential; `mean` is the mean of the sum.
    Exponential { min: Span, mean: Span },
    /// `min` plus a log-normal; `median` is the median of the sum, `sigma` the standard deviation of the logarithm.
    LogNormal { min: Span, median: Span, sigma: f64 },
}

impl Spread {
    pub fn distribution(self) -> Distribution {
        let ms = |s: Span| s.0.as_secs_f64() * 1e3;
        match self {
            Spread::Constant(of) => Distribution::Constant { ms: ms(of) },
            Spread::Uniform { from, to } => Distribution::Uniform { from_ms: ms(from), to_ms: ms(to) },
            Spread::Exponential { min, mean } => Distribution::Exponential { min_ms: ms(min), mean_ms: ms(mean) },
            Spread::LogNormal { min, median, sigma } => Distribution::LogNormal { min_ms: ms(min), median_ms: ms(median), sigma },
        }
    }

    /// The error in its parameters, if there is one.
    pub(super) fn error(self) -> Option<&'static str> {
        match self {
            Spread::Uniform { from, to } if from > to => Some("`from` must not be later than `to`"),
            Spread::Exponential { min, mean } if min > mean => Some("`min` must not be longer than `mean`"),
            Spread::LogNormal { min, median, .. } if min > median => Some("`min` must not be longer than `median`"),
            Spread::LogNormal { sigma, .. } if !(0.0..=3.0).contains(&sigma) => Some("`sigma` must be 0 to 3"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Serialize, Debug, PartialEq)]
    struct All {
        span: Span,
        share: Share,
        rate: BitRate,
        often: Frequency,
    }

    #[test]
    fn written_values_are_read_back() {
        for (span, share, rate, often) in [
            ("250ms", "5 %", "64 kbit/s", "20 per second"),
            ("1h30m", "0.5%", "1 Gbit/s", "3 per minute"),
            ("0s", "100 %", "1500 bit/s", "0.5 per hour"),
        ] {
            let text = format!("span = '{span}'\nshare = '{share}'\nrate = '{rate}'\noften = '{often}'");
            let read: All = toml::from_str(&text).unwrap();
            let json = serde_json::to_string(&read).unwrap();
            assert_eq!(serde_json::from_str::<All>(&json).unwrap(), read, "{json}");
        }
    }

    #[test]
    fn what_has_no_unit_or_a_wrong_one_is_told() {
        let error = |key: &str, value: &str| {
            let all = [("span", "'1s'"), ("share", "'1 %'"), ("rate", "'1 bit/s'"), ("often", "'1 per second'")];
            let line = |(k, v): (&str, &str)| format!("{k} = {}", if k == key { value } else { v });
            let text: Vec<String> = all.into_iter().map(line).collect();
            toml::from_str::<All>(&text.join("\n")).unwrap_err().message().to_string()
        };
        let all = [
            ("span", "2"),
            ("span", "2.5"),
            ("span", "'2'"),
            ("span", "'2 parsecs'"),
            ("span", "'-2s'"),
            ("share", "0.05"),
            ("share", "'5'"),
            ("share", "'101 %'"),
            ("rate", "64"),
            ("rate", "'64 kB/s'"),
            ("rate", "'0 bit/s'"),
            ("often", "20"),
            ("often", "'20 Hz'"),
            ("often", "true"),
        ];
        insta::assert_snapshot!(all.map(|(k, v)| format!("{k} = {v}: {}", error(k, v))).join("\n"));
    }
}
