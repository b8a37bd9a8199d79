//! How long an operation takes: as a file says it, or as a machine was measured.

use super::units::Span;
use super::units::Spread;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sim::sample::Distribution;
use std::borrow::Cow;

/// How long an operation takes a worker.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceTime {
    /// How it is spread. Of a measured one, what the measurement comes to.
    pub spread: Spread,
    /// Of which measured operation it is a multiple, and how many times that.
    pub calibrated: Option<Calibrated>,
}

/// A multiple of a measured operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// The operation's name in the calibration file.
    pub operation: String,
    pub times: f64,
}

impl ServiceTime {
    pub fn distribution(&self) -> Distribution {
        self.spread.distribution()
    }
}

/// Everything that may be written in its place: the keys of one kind of spread, or those of a measured one.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[serde(expecting = "a time, such as { constant = \"2ms\" } or { calibrated = \"NAME\" }")]
struct Written {
    constant: Option<Span>,
    uniform: Option<Uniform>,
    exponential: Option<Exponential>,
    log_normal: Option<LogNormal>,
    calibrated: Option<String>,
    times: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Uniform {
    from: Span,
    to: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exponential {
    min: Span,
    mean: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogNormal {
    min: Span,
    median: Span,
    sigma: f64,
}

impl<'de> Deserialize<'de> for ServiceTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let w = Written::deserialize(from)?;
        let mut spreads = [
            w.constant.map(Spread::Constant),
            w.uniform.map(|u| Spread::Uniform { from: u.from, to: u.to }),
            w.exponential.map(|e| Spread::Exponential { min: e.min, mean: e.mean }),
            w.log_normal.map(|l| Spread::LogNormal { min: l.min, median: l.median, sigma: l.sigma }),
        ]
        .into_iter()
        .flatten();
        let (spread, second) = (spreads.next(), spreads.next());
        let wrong = |what: &str| Err(serde::de::Error::custom(what));
        match (spread, second, w.calibrated, w.times) {
            (Some(spread), None, None, None) => Ok(ServiceTime { spread, calibrated: None }),
            (None, None, Some(operation), times) => {
                let calibrated = Some(Calibrated { operation, times: times.unwrap_or(1.0) });
                Ok(ServiceTime { spread: Spread::Constant(Span::default()), calibrated })
            }
            (_, _, None, Some(_)) => wrong("`times` goes with `calibrated`: write { calibrated = \"NAME\", times = 2.0 }"),
            (None, None, None, None) => wrong("expected a time, such as { constant = \"2ms\" } or { calibrated = \"NAME\" }"),
            _ => wrong("expected one kind of time, not several"),
        }
    }
}

impl Serialize for ServiceTime {
    /// As it is spread: what is written needs no calibration file any more.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.spread.serialize(to)
    }
}

impl JsonSchema for ServiceTime {
    fn schema_name() -> Cow<'static, str> {
        "ServiceTime".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let spread = generator.subschema_for::<Spread>();
        json_schema!({
            "description": "How long an operation takes a worker",
            "anyOf": [spread, {
                "type": "object",
                "description": "A multiple of a measured operation",
                "properties": {
                    "calibrated": { "type": "string", "description": "The operation's name in the calibration file" },
                    "times": { "type": "number", "exclusiveMinimum": 0, "description": "How many times that; once, if not given" },
                },
                "required": ["calibrated"],
                "additionalProperties": false,
            }],
        })
    }
}
