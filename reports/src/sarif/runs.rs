//! Findings of runs as SARIF 2.1.0, for pages that show them beside code (GitHub's code scanning and others).
//!
//! Findings that differ only in the seed are one result, whose `occurrenceCount` is their number. The location of an expectation is
//! its line in the scenario's file; that of a rule is the first line of that file, since these pages require a place in a file; party
//! and zone are its logical location.

use super::{SCHEMA, uri};
use crate::failure::{clipped, expectation};
use crate::results::{Finding, RuleOutcome, RuleResult, Run, RunOutcome};
use crate::rules::{Lang, RuleText};
use crate::view::{Extent, View, ViewDescription, ViewError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The most results of a document. GitHub shows no more of one upload.
pub const MOST_RESULTS: usize = 5_000;
/// The most notifications of runs that could not finish.
const MOST_NOTIFICATIONS: usize = 100;
/// The most characters of a text.
const LENGTH: usize = 1_000;
/// The rule of expectations that did not hold.
const EXPECTATION: &str = "expectation";
/// The rule of two runs of one seed that differed.
const DETERMINISM: &str = "determinism";

/// Takes runs in any order; of each result the occurrence with the lowest seed is reported.
pub struct Sarif {
    version: String,
    rules: Vec<Value>,
    /// Position in `rules`, by id.
    index: BTreeMap<String, usize>,
    files: BTreeMap<String, String>,
    /// By fingerprint.
    results: BTreeMap<String, KeptResult>,
    /// Occurrences of results beyond those that are kept.
    dropped: u64,
    notifications: BTreeMap<(String, String, u64), String>,
    unfinished: u64,
}

struct KeptResult {
    seed: u64,
    count: u64,
    result: Value,
}

/// The content of a result.
struct Fact<'a> {
    rule: &'a str,
    text: String,
    /// What identifies it, independent of the seed.
    identity: String,
    place: Option<&'a Finding>,
    /// The file and the line of an expectation.
    line: Option<(&'a str, u64)>,
}

/// `--sarif FILE`.
pub static VIEW: ViewDescription = ViewDescription {
    name: "sarif",
    help: "Write what was found as SARIF 2.1.0, for tools that show it beside the scenario files",
    begin: |with| Box::new(Sarif::new(&with.head.version, with.rules, with.files.clone())),
};

impl View for Sarif {
    fn take(&mut self, run: &Run) {
        Sarif::take(self, run);
    }

    fn finish(self: Box<Self>, extent: Extent) -> Result<String, ViewError> {
        Sarif::finish(*self, extent).map_err(|e| ViewError { view: VIEW.name, reason: e.to_string() })
    }
}

impl Sarif {
    /// `rules` are those that runs are judged by. `files` has the path of each scenario's file, from the root of the repository,
    /// by the scenario's name; a scenario that is missing is assumed to be in `NAME.toml`.
    pub fn new(version: &str, rules: &[RuleText], files: BTreeMap<String, String>) -> Self {
        let mut all: Vec<Value> = rules.iter().map(described).collect();
        for (id, title, help) in [
            (EXPECTATION, "The scenario's expectations are met", "Compare what the scenario's file expects with the result."),
            (
                DETERMINISM,
                "Two runs of one seed are the same",
                "Run it again with `--check-determinism`: the first difference is shown.",
            ),
        ] {
            all.push(json!({
                "id": id,
                "shortDescription": { "text": title },
                "fullDescription": { "text": title },
                "help": { "text": help },
                "defaultConfiguration": { "level": "error" },
            }));
        }
        let index = all.iter().enumerate().filter_map(|(i, r)| Some((r["id"].as_str()?.to_string(), i))).collect();
        let (results, notifications) = Default::default();
        Sarif { version: version.into(), rules: all, index, files, results, dropped: 0, notifications, unfinished: 0 }
    }

    pub fn take(&mut self, run: &Run) {
        // A yardstick that passes has rules that are broken, as it expects.
        let reported = |r: &&RuleResult| r.warning || run.outcome != RunOutcome::Passed && r.outcome == RuleOutcome::Broken;
        for rule in run.rules.iter().filter(reported) {
            for f in &rule.findings {
                // Facility and entry are drawn from the seed.
                let identity = format!("{}/{}/{}", f.zone, f.host, f.what).replace(|c: char| c.is_ascii_digit(), "0");
                self.add(run, Fact { rule: &rule.id, text: f.what.clone(), identity, place: Some(f), line: None });
            }
        }
        for e in run.expectations.iter().filter(|e| !e.held) {
            // Person and duration are drawn from the seed, and so is which visits failed.
            let expected = e.detail.split(',').next().unwrap_or_default();
            let identity = format!("{}: {expected}", e.what).replace(|c: char| c.is_ascii_digit(), "0");
            let written = e.at.as_deref().and_then(|at| at.rsplit_once(':'));
            let line = written.and_then(|(file, line)| Some((file, line.parse().ok()?)));
            self.add(run, Fact { rule: EXPECTATION, identity, text: expectation(e, Lang::En), place: None, line });
        }
        let error = || run.error.clone().unwrap_or_else(|| "the run failed".into());
        match run.outcome {
            RunOutcome::Differed => {
                self.add(run, Fact { rule: DETERMINISM, text: error(), identity: String::new(), place: None, line: None })
            }
            RunOutcome::Unfinished => {
                self.unfinished += 1;
                let text = format!("{} / {} / seed {} could not finish: {}", run.scenario, run.design, run.seed, error());
                self.notifications.insert((run.scenario.clone(), run.design.clone(), run.seed), clipped(&text, LENGTH));
                if self.notifications.len() > MOST_NOTIFICATIONS {
                    self.notifications.pop_last();
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, run: &Run, fact: Fact) {
        let print = fingerprint(run, &fact);
        let count = self.results.get(&print).map_or(0, |known| known.count) + 1;
        if let Some(known) = self.results.get_mut(&print)
            && known.seed <= run.seed
        {
            known.count = count;
            return;
        }
        let result = self.result(run, &fact, &print);
        self.results.insert(print, KeptResult { seed: run.seed, count, result });
        // Those with the lowest fingerprints are kept, so that the order of runs does not matter.
        if self.results.len() > MOST_RESULTS {
            self.dropped += self.results.pop_last().map_or(0, |(_, last)| last.count);
        }
    }

    fn result(&self, run: &Run, fact: &Fact, print: &str) -> Value {
        let whole = || self.files.get(&run.scenario).cloned().unwrap_or_else(|| format!("{}.toml", run.scenario));
        let (file, line) = fact.line.map_or_else(|| (whole(), 1), |(file, line)| (file.to_string(), line));
        let mut location = json!({
            "physicalLocation": { "artifactLocation": { "uri": uri(&file) }, "region": { "startLine": line } },
        });
        let mut at = String::new();
        let mut properties = json!({
            "scenario": run.scenario,
            "design": run.design,
            "seed": run.seed,
            "replay": clipped(&run.replay, LENGTH),
        });
        if let Some(f) = fact.place {
            location["logicalLocations"] =
                json!([{ "name": f.host, "fullyQualifiedName": format!("{}/{}", f.zone, f.host), "kind": "module" }]);
            let check = f.check.as_deref().map_or(String::new(), |c| format!(", {c}"));
            let place = f.place.as_deref().map_or(String::new(), |p| format!(", {p}"));
            at = format!(" at {} ({}{check}), entry {}{place}", f.host, f.zone, f.entries.0);
            properties["entries"] = json!(f.entries);
            properties["claim"] = json!(f.claim);
        }
        let text = format!("{}{at}. Scenario {}, design {}, seed {}.", fact.text, run.scenario, run.design, run.seed);
        let mut result = json!({
            "ruleId": fact.rule,
            "level": "error",
            "message": { "text": format!("{} Repeat with: {}", clipped(&text, LENGTH), clipped(&run.replay, LENGTH)) },
            "locations": [location],
            // GitHub distinguishes results by this key; without it all results of a rule in one file would be one.
            "partialFingerprints": { "primaryLocationLineHash": format!("{print}:1") },
            "properties": properties,
        });
        if let Some(index) = self.index.get(fact.rule) {
            result["ruleIndex"] = json!(index);
            result["level"] = self.rules[*index]["defaultConfiguration"]["level"].clone();
        }
        result
    }

    /// The document, indented, with a line feed at its end.
    pub fn finish(self, extent: Extent) -> Result<String, serde_json::Error> {
        let error = |text: String| json!({ "level": "error", "message": { "text": text } });
        let mut notifications: Vec<Value> = self.notifications.into_values().map(error).collect();
        let not_listed = self.unfinished - notifications.len() as u64;
        notifications.extend(extent.incomplete(Lang::En).map(|what| {
            let mut notification = error(what);
            notification["descriptor"] = json!({ "id": "incomplete" });
            notification
        }));
        for (n, what) in [(not_listed, "runs that could not finish are not listed"), (self.dropped, "findings are not listed")] {
            if n > 0 {
                notifications
                    .push(json!({ "level": "warning", "message": { "text": format!("{n} more {what}: see results.json") } }));
            }
        }
        let results: Vec<Value> = self
            .results
            .into_values()
            .map(|KeptResult { count, mut result, .. }| {
                result["occurrenceCount"] = json!(count);
                result
            })
            .collect();
        let document = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": "shikaku", "version": self.version, "rules": self.rules } },
                // Distinguishes this upload from those of other tools.
                "automationDetails": { "id": "shikaku/" },
                "invocations": [{
                    "executionSuccessful": self.unfinished == 0 && extent.is_complete(),
                    "toolExecutionNotifications": notifications,
                }],
                "results": results,
            }],
        });
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }
}

fn described(rule: &RuleText) -> Value {
    let level = if rule.strength == "must" { "error" } else { "warning" };
    let help = format!("{}\n\nHow it is checked: {}\n\nHow to fix it: {}", rule.source, rule.checked, rule.remedy);
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title.en },
        "fullDescription": { "text": format!("{} ({})", rule.title.en, rule.title.ja) },
        "help": { "text": help },
        "defaultConfiguration": { "level": level },
    })
}

/// The same for every seed: rule, scenario, design and the fact.
fn fingerprint(run: &Run, fact: &Fact) -> String {
    let mut digest = Sha256::new();
    for part in [fact.rule, &run.scenario, &run.design, fact.identity.as_str()] {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    digest.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Title;
    use crate::samples::{failing, sweep};

    fn rules() -> Vec<RuleText> {
        let rule = |id: &str, strength: &str| RuleText {
            id: id.into(),
            strength: strength.into(),
            title: Title {
                en: "The institution code never reaches a facility".into(), ja: "機関別符号は届かない".into()
            },
            source: "「保険医療機関等では番号・符号を用いない」".into(),
            basis: "example".into(),
            basis_text: "the source gives it as an example".into(),
            claims: Vec::new(),
            checked: "All that a facility wrote is searched.".into(),
            remedy: "Answer by the certificate.".into(),
            untested: "no facility did anything".into(),
            japanese: Default::default(),
            applies: None,
            clauses: Vec::new(),
            mutants: Vec::new(),
        };
        vec![rule("NVN-003", "must"), rule("LINK-001", "should")]
    }

    fn document(runs: &[Run]) -> String {
        let files = [("jpki-down".to_string(), "scenarios/core/jpki-down.toml".to_string())].into();
        let mut sarif = Sarif::new("0", &rules(), files);
        runs.iter().for_each(|r| sarif.take(r));
        sarif.finish(Extent { done: runs.len() as u64, due: runs.len() as u64 }).unwrap()
    }

    #[test]
    fn what_was_interrupted_is_not_successful() {
        let text = Sarif::new("0", &rules(), BTreeMap::new()).finish(Extent { done: 42, due: 6150 }).unwrap();
        let invocation = serde_json::from_str::<Value>(&text).unwrap()["runs"][0]["invocations"][0].clone();
        assert_eq!(invocation["executionSuccessful"], false);
        let notification = &invocation["toolExecutionNotifications"][0];
        assert_eq!((&notification["level"], &notification["descriptor"]["id"]), (&json!("error"), &json!("incomplete")));
        assert_eq!(notification["message"]["text"], "incomplete: 42 of 6150 planned runs were done");
    }

    #[test]
    fn findings_of_a_sweep_read_as_documented() {
        let mut runs = sweep(1..=4);
        let text = document(&runs);
        runs.reverse();
        assert_eq!(text, document(&runs), "the order of runs does not matter");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_thousand_seeds_with_one_cause_are_as_many_results_as_one_seed() {
        let results = |text: &str| serde_json::from_str::<Value>(text).unwrap()["runs"][0]["results"].as_array().unwrap().clone();
        let (one, many) = (results(&document(&sweep(1..=1))), results(&document(&sweep(1..=1000))));
        let prints = |all: &[Value]| all.iter().map(|r| r["partialFingerprints"].clone()).collect::<Vec<_>>();
        assert_eq!(prints(&one), prints(&many).into_iter().filter(|p| prints(&one).contains(p)).collect::<Vec<_>>());
        let failed = |all: &[Value]| {
            all.iter().filter(|r| r["ruleId"] == "NVN-003").map(|r| r["occurrenceCount"].as_u64().unwrap()).sum::<u64>()
        };
        assert_eq!((failed(&one), failed(&many)), (5, 5000));
    }

    #[test]
    fn the_number_of_results_is_bounded_and_the_rest_is_counted() {
        let runs: Vec<Run> = (0..MOST_RESULTS as u64)
            .map(|i| {
                let mut run = failing(1);
                run.scenario = format!("scenario {}", letters(i));
                run
            })
            .collect();
        let text: Value = serde_json::from_str(&document(&runs)).unwrap();
        let run = &text["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), MOST_RESULTS);
        let listed: u64 = run["results"].as_array().unwrap().iter().map(|r| r["occurrenceCount"].as_u64().unwrap()).sum();
        let reported = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
        // Five findings of a rule and one expectation in each run.
        assert_eq!(reported, format!("{} more findings are not listed: see results.json", 6 * MOST_RESULTS as u64 - listed));
    }

    fn letters(i: u64) -> String {
        i.to_string().chars().map(|c| char::from(b'a' + (c as u8 - b'0'))).collect()
    }
}
