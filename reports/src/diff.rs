//! What changed between two result documents: the document of `shikaku diff --format json`. Its JSON Schema is generated from
//! these types and is in `docs/schema/diff.schema.json`.

mod compare;
mod text;

use crate::results::Results;
use crate::rules::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of [`Diff::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/diff/v3";

/// What changed from the old results to the new ones. Runs are matched by scenario, design and seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Diff {
    /// `shikaku/diff/v3`.
    pub schema: String,
    pub old: Side,
    pub new: Side,
    /// By how many percent p99 may grow; `null` if no growth is a regression.
    pub tolerance_percent: Option<f64>,
    /// How the two documents differ as a whole: tools, engines, rules, plans, completeness.
    pub remarks: Vec<String>,
    /// How many of the changes are regressions.
    pub regressions: u64,
    /// How many are improvements.
    pub improvements: u64,
    /// How many runs that both have differ in their journals.
    pub journals_changed: u64,
    /// How many runs that both have differ in the bytes on the wires.
    pub wires_changed: u64,
    /// Ordered by scenario, design and seed.
    pub changes: Vec<Change>,
}

/// One of the two result documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    pub version: String,
    /// The commit of the tool, if the document states it.
    pub commit: Option<String>,
    pub openssl: String,
    /// The engine, if the document states it.
    pub engine: Option<String>,
    /// Whether rules judged the runs, if the document states it.
    pub judged: Option<bool>,
    pub runs: u64,
    pub digest: String,
}

/// One thing that changed in one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub scenario: String,
    pub design: String,
    pub seed: u64,
    pub direction: Direction,
    pub about: About,
    /// The rule's id, what is expected, or the figure's name: `latency_ms/p99`. Empty for a run.
    pub subject: String,
    /// Its value in the old results; `null` if it is only in the new ones.
    pub old: Option<String>,
    /// Its value in the new results; `null` if it is only in the old ones.
    pub new: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Something that held no longer does: it failed, was not reached, or is missing.
    Regression,
    Improvement,
    /// Neither.
    Change,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The outcome of a run, or whether the run exists.
    Run,
    Rule,
    Expectation,
    Figure,
}

/// Two runs in one document with the same scenario, design and seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateRun {
    /// Whether the document is the new one.
    pub in_new: bool,
    /// `SCENARIO / DESIGN / seed N`.
    pub run: String,
}

impl std::fmt::Display for DuplicateRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is in the document twice", self.run)
    }
}

impl std::error::Error for DuplicateRun {}

impl Diff {
    /// `tolerance_percent` is by how much p99 may grow before it is a regression; without it, no growth is one.
    pub fn of(old: &Results, new: &Results, tolerance_percent: Option<f64>) -> Result<Diff, DuplicateRun> {
        compare::compare(old, new, tolerance_percent)
    }

    /// The document, indented, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The comparison as text for people. A change that is the same in several seeds is reported once.
    pub fn to_text(&self, lang: Lang) -> String {
        text::text(self, lang)
    }
}

/// The JSON Schema of [`Diff`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Diff))? + "\n")
}

#[cfg(test)]
mod tests;
