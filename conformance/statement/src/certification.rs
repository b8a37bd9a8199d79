//! `certification.json`: what a certification writes about itself. A statement repeats all of it.

use crate::strict;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of [`Certification::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/certification/v1";

/// The largest document that is read, in bytes.
pub const LARGEST: u64 = 4 << 20;

/// One certification of one system in one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    /// `shikaku/certification/v1`.
    pub schema: String,
    /// The role under test, such as `broker`. What its parties wrote is never evidence.
    pub role: String,
    /// As its vendor declares it.
    pub product: Product,
    /// The version of the contract that was tested.
    pub contract: String,
    /// The tool that ran the certification.
    pub tool: Tool,
    /// The rules that judged.
    pub rules: RuleTable,
    /// The name of the design.
    pub design: String,
    pub seed: u64,
    /// How the system under test was driven.
    pub drive: DriveMode,
    /// When the certification began.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// When it ended.
    #[schemars(with = "String")]
    pub ended: Timestamp,
    /// SHA-256 of `config.toml` in the evidence.
    pub config_sha256: String,
    /// What the vendor claims to support, in the order of the configuration.
    pub claims: Vec<String>,
    /// One for every rule of `rules`, over all recordings.
    pub verdicts: Vec<RuleVerdict>,
    /// One for every case of the certification.
    pub cases: Vec<CaseVerdict>,
    /// Accepted failures, with their reasons.
    pub waivers: Vec<Waiver>,
    /// What follows from verdicts, cases and waivers.
    pub summary: Summary,
}

/// A product as its vendor declares it. Nobody has checked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub name: String,
    pub version: String,
    pub vendor: String,
}

/// The tool and what it was built from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `shikaku`.
    pub name: String,
    pub version: String,
    /// The commit of its source; with `-modified` if files differed from it, `unknown` if it was built without git.
    pub commit: String,
    /// The version of OpenSSL that was linked.
    pub openssl: String,
}

/// The rules that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTable {
    /// The SHA-256 that identifies the table: see `shikaku rules --format json` and docs/statement.md.
    pub sha256: String,
    /// In the order of the table.
    pub ids: Vec<String>,
}

/// How the system under test was driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriveMode {
    /// By HTTP.
    Http,
    /// By a command with JSON lines on stdin and stdout.
    Command,
    /// By an operator who followed prompts.
    Operator,
}

/// The outcome of a rule over all recordings, from the best known to the worst: the worst one of all recordings counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictOutcome {
    /// The rule does not apply to the design.
    NotApplicable,
    /// Nothing happened to which it applies.
    NotReached,
    /// It needs an end that nobody saw.
    NotObservable,
    Held,
    /// A SHOULD rule is broken.
    Warning,
    /// It could not look at all of it.
    Inconclusive,
    /// A MUST rule is broken.
    Broken,
}

impl VerdictOutcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            VerdictOutcome::NotApplicable => "not-applicable",
            VerdictOutcome::NotObservable => "not-observable",
            VerdictOutcome::NotReached => "not-reached",
            VerdictOutcome::Held => "held",
            VerdictOutcome::Warning => "warning",
            VerdictOutcome::Inconclusive => "inconclusive",
            VerdictOutcome::Broken => "broken",
        }
    }
}

/// A rule and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleVerdict {
    /// The id, such as `FLOW-001`.
    pub rule: String,
    pub outcome: VerdictOutcome,
    /// The clauses of the contract that it covers.
    pub clauses: Vec<String>,
}

/// The outcome of a case. Only the first is a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaseOutcome {
    Passed,
    Failed,
    /// The role, the claims or the design exclude it, or a live run cannot play it.
    NotApplicable,
    /// It was not played, or what it tests did not happen.
    NotReached,
    /// The set-up failed before anything was tested: nothing is known of the system.
    Setup,
}

impl CaseOutcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            CaseOutcome::Passed => "passed",
            CaseOutcome::Failed => "failed",
            CaseOutcome::NotApplicable => "not-applicable",
            CaseOutcome::NotReached => "not-reached",
            CaseOutcome::Setup => "setup",
        }
    }
}

/// A case and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseVerdict {
    pub name: String,
    pub outcome: CaseOutcome,
    /// The clauses of the contract that it covers.
    pub clauses: Vec<String>,
    /// The journals of the case in the evidence: `recordings/NAME.DESIGN.SEED.jsonl`. A case that passed or failed has one at
    /// least.
    pub recordings: Vec<String>,
}

/// A failure that somebody accepts: of a rule or of a case, and for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule; then there is no `case`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// The case; then there is no `rule`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub case: Option<String>,
    pub reason: String,
    /// Who accepts it.
    pub by: String,
    /// The last instant at which it counts.
    #[schemars(with = "String")]
    pub until: Timestamp,
}

/// What a certification says as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Summary {
    /// Nothing is broken or inconclusive that is not waived, every case was reached, and something was tested.
    Passed,
    /// A MUST rule is broken or a case failed.
    Failed,
    /// Nothing is broken, and not everything could be tested.
    Incomplete,
}

impl Summary {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Summary::Passed => "passed",
            Summary::Failed => "failed",
            Summary::Incomplete => "incomplete",
        }
    }
}

impl Certification {
    /// Reads `certification.json`.
    ///
    /// # Errors
    /// What is wrong and where, in text that can be shown.
    pub fn read(bytes: &[u8]) -> Result<Certification, String> {
        strict::read(bytes)
    }

    /// The document, indented, with a line feed at its end.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        strict::written(self)
    }
}

/// The JSON Schema of [`Certification`] (2020-12), with a line feed at its end.
///
/// # Errors
/// None that input can cause.
pub fn json_schema() -> Result<String, serde_json::Error> {
    let mut schema = schemars::schema_for!(Certification).to_value();
    schema["properties"]["schema"]["const"] = SCHEMA.into();
    strict::written(&schema)
}
