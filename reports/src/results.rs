//! The result document: what `shikaku run --format json` prints and `--out` writes as `results.json`. Its JSON Schema is
//! generated from these types and is in `docs/schema/results.schema.json`. If there may be many runs, it is written and read as a
//! stream.

mod alike;
mod digest;
mod names;
#[cfg(test)]
pub(crate) mod samples;
mod stream;

pub use alike::{HeadDifference, Member, differences};
pub use digest::RunsDigest;
pub use stream::{Head, ReadError, Reader, Tail, Writer};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The value of [`Results::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/results/v3";
/// The schemas before it, which are still read: v2 does not state commit, engine and rules; in v1 a design has another name.
pub const OLDER_SCHEMAS: [&str; 2] = ["shikaku/results/v2", "shikaku/results/v1"];

/// The results of one call of `shikaku run`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// `shikaku/results/v3`.
    pub schema: String,
    /// `shikaku`.
    pub tool: String,
    /// Version of the tool.
    pub version: String,
    /// The commit of the tool's source; with `-modified` if files differed from it, `unknown` if it was built without git.
    /// Documents of older schemas do not state it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// The version of OpenSSL that was linked. Bytes on the wires depend on it.
    pub openssl: String,
    /// The engine: `events` or `ticks`. Documents of older schemas do not state it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<String>,
    /// The ids of the rules that judged the runs; empty if none did (`--no-rules`). Documents of older schemas do not state them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rules: Option<Vec<String>>,
    /// The seed, or the first of a range.
    pub seed: u64,
    /// The last seed of the range; the same as `seed` if only one was run.
    pub last_seed: u64,
    /// The party that was broken on purpose, if one was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mutant: Option<String>,
    /// The whole sweep, of which these results may be a part.
    pub plan: Plan,
    /// Which part of the plan this is, as given to `--partition`; the whole plan, if not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partition: Option<String>,
    /// In the order of seeds, scenarios and designs, independent of the order in which they finished.
    pub runs: Vec<Run>,
    /// Whether every run of the partition is included: `false` after Ctrl-C, `--fail-fast` or `--max-fail`.
    pub complete: bool,
    /// SHA-256 over the runs, each as one line of JSON without `wall_s`, `smallest` and the `at` of expectations, and with an
    /// empty `replay`: the same for the same plan, however it was run.
    pub digest: String,
}

/// A part of a document of others as it may be shown: nothing in it begins a line or is obeyed by a terminal. The documents
/// themselves are kept as they are.
pub fn shown<T: Clone + Serialize + serde::de::DeserializeOwned>(part: &T) -> Cow<'_, T> {
    // What cannot be written as JSON cannot have been read from it.
    let Ok(mut value) = serde_json::to_value(part) else { return Cow::Borrowed(part) };
    let before = value.clone();
    // The only text of several lines.
    let error = value.get("error").and_then(|e| e.as_str()).map(|e| terms::shown::block(e).into_owned());
    terms::shown::strings(&mut value);
    if let (Some(error), Some(slot)) = (error, value.get_mut("error")) {
        *slot = error.into();
    }
    match value == before {
        true => Cow::Borrowed(part),
        false => serde_json::from_value(value).map_or(Cow::Borrowed(part), Cow::Owned),
    }
}

/// All runs that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// In the order in which they are run.
    pub scenarios: Vec<PlannedScenario>,
    /// The designs that are played. Documents of the schema before this one have none.
    #[serde(default)]
    pub designs: Vec<PlannedDesign>,
    /// How many runs there are, over all partitions.
    pub runs: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedScenario {
    pub name: String,
    /// SHA-256 of the content of the scenario's file, with the files that it includes.
    pub sha256: String,
    /// The requested designs in which it is played, by name.
    #[serde(alias = "variants")]
    pub designs: Vec<String>,
}

/// A design, with its choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedDesign {
    pub name: String,
    /// SHA-256 of its name, choices and parameters.
    pub sha256: String,
    /// Its choice on every axis, by the axis.
    pub choices: BTreeMap<String, String>,
    /// The parameters of its choices.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub parameters: BTreeMap<String, String>,
}

/// How a run ended. The worst outcome counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// Every expectation and every rule held.
    Passed,
    /// Nothing was broken, and a rule could not look at everything.
    Inconclusive,
    /// An expectation or a rule did not hold.
    Broken,
    /// Two runs of the same seed differed.
    Differed,
    /// The run could not finish.
    Unfinished,
}

/// One scenario in one design from one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    pub scenario: String,
    /// The name of the design.
    #[serde(alias = "variant")]
    pub design: String,
    pub seed: u64,
    pub outcome: RunOutcome,
    /// Why the run could not finish, or where two runs differed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    pub checks: Checks,
    pub expectations: Vec<Expectation>,
    pub rules: Vec<RuleResult>,
    /// From the request (step ④) to the recorded outcome, of all checks that got so far. `null` if none did.
    pub latency_ms: Option<LatencyMs>,
    /// How many checks reached each of the steps ① to ⑦; the keys are `1` to `7`.
    pub steps: BTreeMap<String, u64>,
    /// SHA-256 over the journal's lines, as `--out` writes them.
    pub journal_sha256: String,
    /// SHA-256 over all bytes on all simulated wires, with their times.
    pub wire_sha256: String,
    /// Simulated seconds.
    pub virtual_s: f64,
    /// Seconds that the run took on this machine: with `smallest`, the only field that differs between two runs of one seed.
    pub wall_s: f64,
    /// The outcomes, faults and states that this run reached.
    pub reached: Reached,
    /// What came of the attacks and errors that the scenario states or draws, by cause.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub incidents: Vec<Incidents>,
    /// What came of wrong and late data; absent if the registers said what is true all the time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<DataQuality>,
    /// How well the cancer registry found the reports of one person; absent without a registry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub linkage: Option<Linkage>,
    /// The command that repeats this run.
    pub replay: String,
    /// The smallest case found that fails in the same way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub smallest: Option<Smallest>,
}

/// What came of one attack or one kind of error in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Incidents {
    pub cause: String,
    /// How many visits, entries, guesses or people could have met it.
    pub out_of: u64,
    /// How many met it.
    pub met: u64,
    /// Of these, how many were let through: accepted as in force, read, or joined. For an attack: wrong acceptances.
    pub let_through: u64,
    /// How many were refused, or found to be not in force.
    pub refused: u64,
    /// Of how many nothing is known.
    pub not_known: u64,
    /// More counts, by name: the outcomes of visits, the classes of data that were read, what people were joined by.
    pub of: BTreeMap<String, u64>,
}

/// How well the cancer registry found the reports of one person, in counts: precision is `joined_rightly` of `joined`, recall `joined_rightly` of
/// `same`, and the share at which people looked `looked_at` of `candidates`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Linkage {
    /// Reports that are in the registry at the end.
    pub reports: u64,
    /// Of the reports in pairs about which something was decided, those for which the registry had a code.
    pub with_code: u64,
    /// Pairs of reports of one person.
    pub same: u64,
    /// Pairs about which something was decided: they agreed in one of the 20 combinations, or have the same code.
    pub candidates: u64,
    /// Of these, the pairs at which a person looked.
    pub looked_at: u64,
    /// Pairs of reports that the registry has under one patient.
    pub joined: u64,
    /// Of these, the pairs that are of one person.
    pub joined_rightly: u64,
}

/// How often a run reached what, by name. What is not listed was not reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// Outcomes of checks, by their codes.
    pub outcomes: BTreeMap<String, u64>,
    /// Faults that began.
    pub faults: BTreeMap<String, u64>,
    /// Visits by the state of the person, the card, the facility or the request: `certificate/revoked`.
    pub states: BTreeMap<String, u64>,
}

/// What came of wrong and late data, although every party worked as built: what the ground truth knows and no rule can find.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataQuality {
    /// Disclosures to the wrong facility: data of one person that a facility was shown in a check of another.
    pub wrong_disclosures: Vec<WrongDisclosure>,
    /// How many answers differ from what is true, by kind: `another-person`, `copayment`, `copayment-not-shown`, `identifier`,
    /// `in-force-though-ended`, `not-insured-though-insured`, `other-insurer`.
    pub answers_unlike_truth: BTreeMap<String, u64>,
    /// When the registers say something else of a person than what is true.
    pub registers_differ: Vec<RegisterDiffers>,
}

/// Data of one person that a facility was shown in a check of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrongDisclosure {
    /// Index of the person whose data it is.
    pub person: u64,
    /// The class of data: `insured-identifier` or `eligibility`.
    pub class: String,
    /// The facility, by its name in the journal.
    pub facility: String,
    /// Index of the person at the counter.
    pub visitor: u64,
    pub times: u64,
    /// The first time, in seconds of the run.
    pub first_s: f64,
    /// The last time, in seconds of the run.
    pub last_s: f64,
}

/// A time in which the registers say something else of a person than what is true, in seconds of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterDiffers {
    pub person: u64,
    pub from_s: f64,
    /// When all of it is right again; absent if it is not in this run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until_s: Option<f64>,
}

/// A failing run made smaller: it breaks the same rule, or fails an expectation in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Smallest {
    /// The token for `shikaku replay`: at most 64 characters. `null` if the case cannot be written in as many.
    pub token: Option<String>,
    /// What the command needs besides the token: the files of your own scenario and design.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub options: String,
    /// The file of the case in the folder of `--out`, which `shikaku replay` also takes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// What fails in both runs: a rule and a place, or an outcome instead of another.
    pub failure: String,
    pub people: u64,
    pub facilities: u64,
    pub visits: u64,
    pub faults: u64,
    /// How many smaller runs were tried.
    pub tries: u64,
    pub journal_sha256: String,
}

/// How the checks of a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    pub started: u64,
    pub in_force: u64,
    pub not_in_force: u64,
    pub refused: u64,
    pub indeterminate: u64,
}

/// A result that the scenario requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The subject: a visit, or what is demanded of all of them.
    pub what: String,
    pub held: bool,
    /// What was expected, and what came of it.
    pub detail: String,
    /// Where it is written: `FILE:LINE`. What is drawn is written nowhere. Not part of any digest, since the file is named as
    /// in the call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<String>,
}

/// The outcome of a rule. Only *held* is a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOutcome {
    Held,
    Broken,
    /// Nothing happened to which the rule applies.
    #[serde(alias = "not-tested")]
    NotReached,
    /// The rule does not apply to the design.
    NotApplicable,
    /// The rule needs an end that nobody saw.
    NotObservable,
    /// The rule could not look at all of it.
    Inconclusive,
}

/// A rule and what it found in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleResult {
    pub id: String,
    pub outcome: RuleOutcome,
    /// Whether it is broken and only a warning, since the rule is a SHOULD: the run passes all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub warning: bool,
    /// How many times the rule had something to look at.
    pub evaluated: u64,
    pub findings: Vec<Finding>,
    /// What the rule did not search for in this run, and why.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub remarks: Vec<String>,
    /// Why it is not reached, not observable or inconclusive; only then.
    #[serde(skip_serializing_if = "Option::is_none", default, alias = "untested")]
    pub why: Option<String>,
    /// Why the rule does not apply to the design; only if it is not applicable.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_applicable: Option<Reason>,
}

/// A reason in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub ja: String,
    pub en: String,
}

/// One place at which a rule did not hold. It never repeats a secret value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What kind of finding it is, such as `SEC-002/reported-lost`: `shikaku explain` says what that is. Absent in results of
    /// earlier versions.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub claim: String,
    pub what: String,
    /// The party at which it was found.
    pub host: String,
    pub zone: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check: Option<String>,
    /// Index of the person concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<u64>,
    /// Where in the entry: head, body, byte offset.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// How the value was encoded, outermost layer first: `base64/gzip/plain`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spelling: Option<String>,
    /// The hops of the value, from where it was first seen to this place.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hops: Vec<String>,
    /// First and last journal entry (`seq`) concerned.
    pub entries: (u64, u64),
}

/// Percentiles in milliseconds, each the smallest wait that this share of the checks did not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LatencyMs {
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
}

impl Smallest {
    /// How to replay it.
    pub fn command(&self) -> String {
        match (&self.token, &self.file) {
            (Some(token), _) => format!("shikaku replay {token}{}", self.options),
            (None, Some(file)) => format!("shikaku replay {file}{} (the file is in the folder of --out)", self.options),
            (None, None) => "it has too many parts for a token: run it with --out, which keeps it in a file".into(),
        }
    }

    /// How large the case is: `1 person, 1 facility, 2 visits, 1 fault`.
    pub fn size(&self) -> String {
        let all = [
            (self.people, "person", "people"),
            (self.facilities, "facility", "facilities"),
            (self.visits, "visit", "visits"),
            (self.faults, "fault", "faults"),
        ];
        all.map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many })).join(", ")
    }
}

impl Results {
    /// The members before the runs.
    pub fn head(&self) -> Head {
        Head {
            schema: self.schema.clone(),
            tool: self.tool.clone(),
            version: self.version.clone(),
            commit: self.commit.clone(),
            openssl: self.openssl.clone(),
            engine: self.engine.clone(),
            rules: self.rules.clone(),
            seed: self.seed,
            last_seed: self.last_seed,
            mutant: self.mutant.clone(),
            plan: self.plan.clone(),
            partition: self.partition.clone(),
        }
    }

    /// The worst outcome of all runs.
    pub fn outcome(&self) -> RunOutcome {
        self.runs.iter().map(|r| r.outcome).max().unwrap_or(RunOutcome::Passed)
    }

    /// The document, indented, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The JSON Schema of [`Results`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Results))? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_of_an_earlier_version_is_read_and_written_without_a_claim() {
        let text = r#"{"what":"an institution code","host":"facility-000000","zone":"facility","entries":[40,40]}"#;
        let finding: Finding = serde_json::from_str(text).unwrap();
        assert_eq!((finding.claim.as_str(), serde_json::to_string(&finding).unwrap()), ("", text.to_string()));
    }
}
