//! How long an operation takes: as given in a file, or as measured on a machine.

use super::diagnostic::unknown;
use super::targets::{Server, Target};
use super::units::{Span, Spread};
use mocks::capacity::TimedOperation;
use mocks::roles::description::RoleDescription;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sim::sample::Distribution;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// How long an operation takes a worker.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceTime {
    /// Its distribution. For a measured operation, the one fitted to the measurement.
    pub spread: Spread,
    /// The measured operation that it is a multiple of, and the factor.
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

/// All forms in a file: the keys of one kind of distribution, or those of a measured operation.
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
            (_, _, None, Some(_)) => wrong("`times` needs `calibrated`: write { calibrated = \"NAME\", times = 2.0 }"),
            (None, None, None, None) => wrong("expected a time, such as { constant = \"2ms\" } or { calibrated = \"NAME\" }"),
            _ => wrong("expected one kind of time, not several"),
        }
    }
}

impl Serialize for ServiceTime {
    /// As its distribution: a written-out scenario no longer needs the calibration file.
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
                    "times": { "type": "number", "exclusiveMinimum": 0, "description": "The factor; 1, if not given" },
                },
                "required": ["calibrated"],
                "additionalProperties": false,
            }],
        })
    }
}

/// How long operations take, by operation. Those not given take a time that is an assumption of this project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceTimes(BTreeMap<TimedOperation, ServiceTime>);

impl ServiceTimes {
    /// No operation of a role takes any time.
    pub fn none(role: &RoleDescription) -> Self {
        let none = || ServiceTime { spread: Spread::Constant(Span::default()), calibrated: None };
        ServiceTimes(role.timed.iter().map(|timed| (timed.operation, none())).collect())
    }

    pub(super) fn given_mut(&mut self) -> impl Iterator<Item = (TimedOperation, &mut ServiceTime)> {
        self.0.iter_mut().map(|(operation, time)| (*operation, time))
    }

    /// What is given, by operation.
    pub fn given(&self) -> impl Iterator<Item = (TimedOperation, &ServiceTime)> {
        self.0.iter().map(|(operation, time)| (*operation, time))
    }

    /// Whether the time of an operation is given.
    pub fn has(&self, operation: TimedOperation) -> bool {
        self.0.contains_key(&operation)
    }
}

impl<'de> Deserialize<'de> for ServiceTimes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Times;
        impl<'de> Visitor<'de> for Times {
            type Value = ServiceTimes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("times by operation, such as { check = { constant = \"1ms\" } }")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ServiceTimes, A::Error> {
                let mut times = BTreeMap::new();
                while let Some(OperationKey(operation)) = map.next_key()? {
                    times.insert(operation, map.next_value()?);
                }
                Ok(ServiceTimes(times))
            }
        }
        from.deserialize_map(Times)
    }
}

/// A key of `service`: the name of an operation of any server.
struct OperationKey(TimedOperation);

impl<'de> Deserialize<'de> for OperationKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Key;
        impl Visitor<'_> for Key {
            type Value = OperationKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an operation")
            }

            fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<OperationKey, E> {
                let all = || Server::all().into_iter().flat_map(|s| s.role().timed).map(|t| t.operation);
                all().find(|o| o.name() == key).map(OperationKey).ok_or_else(|| {
                    let mut known: Vec<&str> = all().map(TimedOperation::name).collect();
                    known.sort_unstable();
                    known.dedup();
                    E::custom(unknown("operation", key, &known))
                })
            }
        }
        from.deserialize_identifier(Key)
    }
}

impl Serialize for ServiceTimes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(operation, time)| (operation.name(), time)))
    }
}

impl JsonSchema for ServiceTimes {
    fn schema_name() -> Cow<'static, str> {
        "ServiceTimes".into()
    }

    // The operations are added from the table of roles, see `add_servers`.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<ServiceTime>();
        json_schema!({
            "type": "object",
            "description": "How long operations take. Those not given take a time that is an assumption of this project.",
            "properties": {},
            "additionalProperties": false,
        })
    }
}
