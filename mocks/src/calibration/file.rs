//! The calibration file: what operations cost on a machine. Written by `shikaku calibrate` or by hand, read by scenarios. Its
//! JSON Schema is generated from these types and is in `docs/schema/calibration.schema.json`.

use super::machine::Machine;
use super::span::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// The value of [`Calibration::schema`]. It changes when a reader of older files would misread a newer one.
pub const SCHEMA: &str = "shikaku/calibration/v1";

/// What operations cost on a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Calibration")]
pub struct Calibration {
    /// `shikaku/calibration/v1`.
    pub schema: String,
    /// What measured, with its version.
    pub tool: String,
    /// The OpenSSL that did the cryptography.
    pub openssl: String,
    pub machine: Machine,
    /// By the operation's name.
    pub operation: BTreeMap<String, Measured>,
}

/// What one operation costs. Times are those of one operation, on one thread, by the clock on the wall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What is done, in one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
    pub median: Span,
    /// One round in ten was faster.
    pub p10: Span,
    /// One round in ten was slower.
    pub p90: Span,
    pub mean: Span,
    /// How many times were taken.
    pub rounds: u64,
    /// How many operations there were in each round: several where one is too short to be timed, and then the round's mean counts.
    #[serde(default = "one")]
    pub batch: u64,
}

fn one() -> u64 {
    1
}

impl Measured {
    /// How many of these one thread executes per second.
    pub fn per_second(&self) -> f64 {
        1.0 / self.median.0.as_secs_f64()
    }

    /// Whether the slower rounds took so much longer that the machine must have been busy with something else.
    pub fn is_unsteady(&self) -> bool {
        self.p90.0 > self.median.0 * 2
    }

    /// What is wrong with its numbers, if anything.
    fn fault(&self) -> Option<&'static str> {
        if self.p10.0.is_zero() || self.mean.0.is_zero() {
            return Some("a time is zero, but every operation takes time");
        }
        if self.p10 > self.median || self.median > self.p90 {
            return Some("`p10`, `median` and `p90` must not fall");
        }
        if self.rounds == 0 || self.batch == 0 {
            return Some("`rounds` and `batch` are at least 1");
        }
        None
    }
}

/// Why a text is not a calibration file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CalibrationFault {
    pub message: String,
    /// The bytes of the text to which it refers, if known.
    pub span: Option<Range<usize>>,
}

const ABOUT: &str = "\
# What operations cost on one thread of the machine below, measured by doing them: see `shikaku calibrate --help`.
";

impl Calibration {
    /// Reads the text of a file.
    pub fn read(text: &str) -> Result<Self, CalibrationFault> {
        let wrong = |message: String| CalibrationFault { message, span: None };
        let read: Calibration =
            toml::from_str(text).map_err(|e| CalibrationFault { message: e.message().to_string(), span: e.span() })?;
        if read.schema != SCHEMA {
            return Err(wrong(format!("its schema is `{}`, and `{SCHEMA}` is what this version reads", read.schema)));
        }
        for (name, measured) in &read.operation {
            if let Some(fault) = measured.fault() {
                let head = format!("[operation.{name}]");
                let span = text.find(&head).map(|at| at..at + head.len());
                return Err(CalibrationFault { message: format!("the operation `{name}`: {fault}"), span });
            }
        }
        Ok(read)
    }

    /// The text of the file.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        Ok(format!("{ABOUT}{}", toml::to_string(self)?))
    }

    /// The content as one JSON document, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The JSON Schema of [`Calibration`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Calibration))? + "\n")
}
