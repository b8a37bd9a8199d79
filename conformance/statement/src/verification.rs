//! The report of a verification: the document of `shikaku verify --format json`.

use crate::certification::Summary;
use crate::strict;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of [`Verification::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/verify/v1";

/// What was verified of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// `shikaku/verify/v1`.
    pub schema: String,
    /// `shikaku`.
    pub tool: String,
    /// Version of the tool that verified.
    pub version: String,
    /// The commit of the tool's source, as in results.
    pub commit: String,
    /// The file of the statement, as given.
    pub statement: String,
    /// The instant for which time was checked.
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub outcome: VerificationOutcome,
    /// What the statement says; only if the signature is valid.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub says: Option<Says>,
    /// The ids of the keys with a valid signature.
    pub signed_by: Vec<String>,
    /// In their order.
    pub checks: Vec<Check>,
}

/// Whether a statement is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerificationOutcome {
    /// Everything was checked, and nothing is wrong.
    Valid,
    /// Something is wrong, or a verdict differs.
    Invalid,
    /// Nothing is wrong in what was checked, and not everything was checked.
    Incomplete,
}

/// What a signed statement says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Says {
    pub product: String,
    pub vendor: String,
    pub role: String,
    pub design: String,
    pub contract: String,
    pub summary: Summary,
    #[schemars(with = "String")]
    pub issued: Timestamp,
    #[schemars(with = "String")]
    pub expires: Timestamp,
    /// How many failures are accepted.
    pub waivers: u64,
    /// How many cases the certification lists.
    pub cases: u64,
    /// How many of them passed.
    pub cases_passed: u64,
    /// How many of them do not apply.
    pub cases_not_applicable: u64,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub check: CheckName,
    pub outcome: CheckOutcome,
    /// What is wrong, or why it was not checked.
    pub problems: Vec<String>,
}

/// What is checked, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckName {
    /// The envelope and its signatures.
    Signature,
    /// What the statement says fits together: the summary follows from the verdicts, the digests from the files.
    Structure,
    /// It was issued, has not expired, and its waivers count.
    Time,
    /// Every case of the role is listed: none was dropped.
    Cases,
    /// Every file of the evidence is there and unchanged, and there is no other.
    Files,
    /// Every verdict, judged again from the recordings, is the one stated.
    Verdicts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    Ok,
    Failed,
    /// It could not be checked, or not wholly.
    NotChecked,
}

impl Check {
    /// A check that failed if there are problems.
    pub fn of(check: CheckName, problems: Vec<String>) -> Check {
        let outcome = if problems.is_empty() { CheckOutcome::Ok } else { CheckOutcome::Failed };
        Check { check, outcome, problems }
    }

    /// A check that could not be made, and why.
    pub fn not_made(check: CheckName, why: impl Into<String>) -> Check {
        Check { check, outcome: CheckOutcome::NotChecked, problems: vec![why.into()] }
    }
}

impl VerificationOutcome {
    /// What follows from checks.
    pub fn of(checks: &[Check]) -> VerificationOutcome {
        let any = |outcome| checks.iter().any(|c| c.outcome == outcome);
        match (any(CheckOutcome::Failed), any(CheckOutcome::NotChecked)) {
            (true, _) => VerificationOutcome::Invalid,
            (false, true) => VerificationOutcome::Incomplete,
            (false, false) => VerificationOutcome::Valid,
        }
    }
}

impl Verification {
    /// The document, indented, with a line feed at its end.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        strict::written(self)
    }
}

/// The JSON Schema of [`Verification`] (2020-12), with a line feed at its end.
///
/// # Errors
/// None that input can cause.
pub fn json_schema() -> Result<String, serde_json::Error> {
    let mut schema = schemars::schema_for!(Verification).to_value();
    schema["properties"]["schema"]["const"] = SCHEMA.into();
    strict::written(&schema)
}
