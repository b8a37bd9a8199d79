//! A time in a calibration file.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// A time in whole nanoseconds, written in the largest unit of which it has at least one: `"719.4us"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

const UNITS: [(&str, u128); 3] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)];

impl Span {
    /// The nearest whole number of nanoseconds, and at least one.
    pub fn of_nanoseconds(ns: f64) -> Self {
        Span(Duration::from_nanos((ns.round() as u64).max(1)))
    }

    /// With three significant digits, for people: `719 µs`.
    pub fn rounded(self) -> String {
        let ns = self.0.as_nanos();
        let Some((unit, size)) = UNITS.into_iter().find(|(_, size)| ns >= *size) else { return format!("{ns} ns") };
        let number = ns as f64 / size as f64;
        let digits = if number < 9.995 { 2 } else { usize::from(number < 99.95) };
        format!("{number:.digits$} {}", if unit == "us" { "µs" } else { unit })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0.as_nanos();
        let Some((unit, size)) = UNITS.into_iter().find(|(_, size)| ns >= *size) else { return write!(f, "{ns}ns") };
        let (whole, rest) = (ns / size, ns % size);
        if rest == 0 {
            return write!(f, "{whole}{unit}");
        }
        let digits = size.ilog10() as usize;
        write!(f, "{whole}.{}{unit}", format!("{rest:0digits$}").trim_end_matches('0'))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time with its unit, such as \"719.4us\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
                let span: Option<jiff::SignedDuration> = text.parse().ok();
                let span = span.and_then(|s| Duration::try_from(s).ok());
                span.map(Span).ok_or_else(|| E::custom(format!("`{text}` is not a time with its unit, such as \"719.4us\"")))
            }
        }
        from.deserialize_str(Text)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A time with its unit: \"719.4us\", \"1.2ms\"", "pattern": "^[0-9]" })
    }
}
