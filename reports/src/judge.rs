//! The document of `shikaku judge --format json`, and the same as text. Its JSON Schema is generated from these types and is in
//! `docs/schema/judge.schema.json`.

use crate::human::{self, Tally, Widths};
use crate::looked::LookedAt;
use crate::paint::Paint;
use crate::results::{RuleOutcome, RuleResult, Run, RunOutcome};
use crate::rules::{Lang, Titles};
use crate::texts::{counted, counted_saying, details, say};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The value of [`Judgement::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/judge/v1";

/// The most recordings of which failures are shown as text; the rest is counted.
const SHOWN: usize = 50;
/// The most rules that are named if they had nothing to look at.
const NAMED: usize = 8;

/// The verdicts of one call of `shikaku judge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// `shikaku/judge/v1`.
    pub schema: String,
    /// `shikaku`.
    pub tool: String,
    /// Version of the tool that judged.
    pub version: String,
    /// The commit of the tool's source, as in results.
    pub commit: String,
    /// The ids of the rules that judged, in their order.
    pub rules: Vec<String>,
    /// The zones whose parties were seen; what parties of other zones wrote was left out.
    pub seen: Vec<String>,
    /// In the order of their files.
    pub recordings: Vec<JudgedRecording>,
    /// Recordings that could not be judged.
    pub unreadable: Vec<Unreadable>,
}

/// One recording and what the rules found in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgedRecording {
    /// The file of the journal, as given or found.
    pub journal: String,
    pub scenario: String,
    /// The name of the design.
    pub design: String,
    pub seed: u64,
    /// Tool and version that made the recording.
    pub recorded_by: String,
    /// SHA-256 over the journal's lines, as in results.
    pub journal_sha256: String,
    /// What the rules say of the run: the expectations of its scenario are not judged again.
    pub outcome: RunOutcome,
    /// How many expectations of its scenario were not met, by the `results.json` beside the recording. Nothing, if that does not have
    /// the run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expectations_not_met: Option<u64>,
    /// Why the recording is not whole, if it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// As in results: with every party seen, byte for byte the same.
    pub rules: Vec<RuleResult>,
}

/// A recording that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unreadable {
    /// The file of the journal.
    pub journal: String,
    /// What is wrong, where, and what to do.
    pub what: String,
}

impl JudgedRecording {
    /// What the rules say of a run. `fails` is whether a rule fails it.
    pub fn outcome_of(rules: &[RuleResult], fails: impl Fn(&RuleResult) -> bool) -> RunOutcome {
        match (rules.iter().any(fails), rules.iter().any(|r| r.outcome == RuleOutcome::Inconclusive)) {
            (true, _) => RunOutcome::Broken,
            (false, true) => RunOutcome::Inconclusive,
            (false, false) => RunOutcome::Passed,
        }
    }

    /// As a run of results, of which only the rules are known. `command` judges it again.
    fn as_run(&self, command: String) -> Run {
        Run {
            scenario: self.scenario.clone(),
            design: self.design.clone(),
            seed: self.seed,
            outcome: self.outcome,
            error: self.error.clone(),
            checks: Default::default(),
            expectations: Vec::new(),
            rules: self.rules.clone(),
            latency_ms: None,
            steps: BTreeMap::new(),
            journal_sha256: self.journal_sha256.clone(),
            wire_sha256: String::new(),
            virtual_s: 0.0,
            wall_s: 0.0,
            reached: Default::default(),
            incidents: Vec::new(),
            data: None,
            linkage: None,
            replay: command,
            smallest: None,
        }
    }
}

impl Judgement {
    /// The worst outcome of all recordings.
    pub fn worst(&self) -> RunOutcome {
        self.recordings.iter().map(|r| r.outcome).max().unwrap_or(RunOutcome::Passed)
    }

    /// The document, indented, with a line feed at its end.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// As text: a line for each recording, what was not observable, the counts, and failures last. `command` judges a recording
    /// again.
    pub fn text(&self, titles: &Titles, command: impl Fn(&JudgedRecording) -> String) -> String {
        let lang = titles.lang;
        // Whether a run passed is also up to its expectations.
        let held = say(lang, "judge-held", &[]);
        let names = self.recordings.iter().map(|r| (r.scenario.as_str(), r.design.as_str()));
        let widths = Widths::of(names, self.recordings.iter().map(|r| r.seed).max().unwrap_or(0), lang);
        let mut tally = Tally::default();
        let (mut text, mut warnings, mut failures) = (human::head(widths, lang) + "\n", String::new(), String::new());
        let mut failed = 0;
        for recording in &self.recordings {
            let run = recording.as_run(command(recording));
            tally.take(&run);
            let word = if run.outcome == RunOutcome::Passed { held.clone() } else { human::outcome_name(run.outcome, lang) };
            text += &(human::line_saying(&word, &run, widths) + "\n");
            warnings += &human::warnings_saying(&held, &run, titles);
            failed += usize::from(run.outcome != RunOutcome::Passed);
            if run.outcome != RunOutcome::Passed && failed <= SHOWN {
                failures += &format!("\n{}", human::failure(&run, titles));
            }
        }
        // Writing to a String does not fail.
        let _ = writeln!(text, "\n{}{}", self.not_observable(lang), self.looked_at(lang));
        let counts = tally.counts_saying(lang, "count-held");
        text += &(counted_saying(lang, "recordings", &[("n", self.recordings.len() as u64)], &[("counts", &counts)]) + "\n");
        if !self.unreadable.is_empty() {
            text += &(say(lang, "not-judgeable", &[("n", &self.unreadable.len().to_string())]) + "\n");
        }
        text += &(self.expectations(lang) + "\n");
        if !warnings.is_empty() {
            text += &format!("\n{warnings}");
        }
        text += &failures;
        if failed > SHOWN {
            let _ = writeln!(text, "\n{}", say(lang, "more-recordings", &[("n", &(failed - SHOWN).to_string())]));
        }
        text
    }

    /// That expectations of scenarios are not judged, and how many were not met when the runs were made.
    fn expectations(&self, lang: Lang) -> String {
        let known: Vec<u64> = self.recordings.iter().filter_map(|r| r.expectations_not_met).collect();
        let (missed, runs) = (known.iter().sum::<u64>(), known.iter().filter(|n| **n > 0).count() as u64);
        match (known.is_empty(), missed) {
            (true, _) => say(lang, "expectations-not-judged", &[]),
            (false, 0) => say(lang, "expectations-met", &[]),
            (false, _) => counted(lang, "expectations-missed", &[("missed", missed), ("runs", runs), ("of", known.len() as u64)]),
        }
    }

    /// The rules that need an end that was not seen, by that end.
    fn not_observable(&self, lang: Lang) -> String {
        let mut by_end: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for rule in self.recordings.iter().flat_map(|r| &r.rules).filter(|r| r.outcome == RuleOutcome::NotObservable) {
            by_end.entry(rule.why.as_deref().unwrap_or_default()).or_default().insert(&rule.id);
        }
        if by_end.is_empty() {
            return String::new();
        }
        let count: BTreeSet<&str> = by_end.values().flatten().copied().collect();
        let mut text = Paint::Coloured.strong(&say(lang, "not-observable", &[("n", &count.len().to_string())])) + "\n";
        for (why, rules) in by_end {
            let ids = rules.into_iter().collect::<Vec<_>>().join(&say(lang, "comma", &[]));
            let why = if lang == Lang::Ja { details::reason(why) } else { why.to_string() };
            text += &format!("  {}\n", say(lang, "named", &[("word", &why), ("name", &ids)]));
        }
        text + "\n"
    }

    /// Which of the other rules had nothing to look at.
    fn looked_at(&self, lang: Lang) -> String {
        let mut looked = LookedAt::default();
        for recording in &self.recordings {
            let mut run = recording.as_run(String::new());
            run.rules.retain(|r| r.outcome != RuleOutcome::NotObservable);
            looked.take(&run);
        }
        match looked.is_empty() {
            true => say(lang, "not-judged", &[]),
            false => looked.words(lang, NAMED, str::to_string),
        }
    }
}

/// The JSON Schema of [`Judgement`] (2020-12), with a line feed at its end.
///
/// # Errors
/// None that input can cause.
pub fn json_schema() -> Result<String, serde_json::Error> {
    let mut schema = schemars::schema_for!(Judgement).to_value();
    schema["properties"]["schema"]["const"] = SCHEMA.into();
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}
