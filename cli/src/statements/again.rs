//! Judges the recordings of a certification again, with the rules of this tool.

use crate::judge::recording::Recording;
use crate::judge::roles::Roles;
use crate::run::{COMMIT, judge};
use conformance::Strength;
use data_encoding::HEXLOWER;
use reports::results::{RuleOutcome, RuleResult};
use sha2::{Digest, Sha256};
use statement::checks::verdict_differences;
use statement::escape::escaped;
use statement::evidence::{JOURNAL, RECORDINGS};
use statement::{Certification, EvidenceFile, Product, RuleTable, RuleVerdict, Tool, VerdictOutcome};
use std::collections::BTreeMap;
use std::path::Path;

/// The verdicts of this tool.
#[derive(Debug, Default)]
pub struct JudgedAgain {
    /// By rule, the worst outcome of all recordings.
    pub verdicts: BTreeMap<String, VerdictOutcome>,
    /// How many recordings were judged.
    pub recordings: u64,
    /// What is wrong: a recording is not one of this certification.
    pub problems: Vec<String>,
    /// What could not be judged, and why.
    pub unjudged: Vec<String>,
}

/// This tool, as statements name it.
pub fn tool() -> Tool {
    Tool {
        name: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: COMMIT.into(),
        openssl: scenarios::openssl_version().into(),
    }
}

/// The product of a self-test: the mock of the role.
pub fn mock() -> Product {
    let version = env!("CARGO_PKG_VERSION").to_string();
    Product { name: "Shikaku mock".into(), version, vendor: "Shikaku".into() }
}

/// The tool that certified, in text that can be shown.
pub fn said_tool(certification: &Certification) -> String {
    let tool = &certification.tool;
    escaped(&format!("{} {} ({})", tool.name, tool.version, tool.commit))
}

/// The rules of this tool. The digest is over a line for each rule: `ID must|should CLAIM CLAIM…`, each with a line feed.
pub fn rule_table() -> RuleTable {
    let mut hash = Sha256::new();
    for rule in conformance::rules::all() {
        let about = rule.about();
        let strength = if about.strength == Strength::Must { "must" } else { "should" };
        let claims: String = about.claims.iter().map(|claim| format!(" {}", claim.id)).collect();
        hash.update(format!("{} {strength}{claims}\n", about.id));
    }
    RuleTable { sha256: HEXLOWER.encode(&hash.finalize()), ids: judge::ids() }
}

/// The journals of the evidence, by their paths in it.
pub fn journals(files: &[EvidenceFile]) -> impl Iterator<Item = &str> {
    let is_journal = |path: &&str| path.starts_with(RECORDINGS) && path.ends_with(JOURNAL);
    files.iter().map(|f| f.path.as_str()).filter(is_journal)
}

/// Judges every recording of the evidence as if nothing were known of the inside of the role under test.
pub fn judge_again(folder: &Path, files: &[EvidenceFile], certification: &Certification) -> JudgedAgain {
    let mut again = JudgedAgain::default();
    let seen = match Roles::all_but(&certification.role) {
        Ok(seen) => seen,
        Err(e) => {
            again.problems.push(escaped(&format!("the role under test: {e}")));
            return again;
        }
    };
    for path in journals(files) {
        // One recording is in memory at a time.
        match Recording::read(&folder.join(path)) {
            Ok(recording) => again.take(path, recording, &seen, certification),
            Err(e) => again.unjudged.push(escaped(&format!("{e:#}"))),
        }
    }
    if again.recordings == 0 && again.unjudged.is_empty() {
        again.unjudged.push(format!("there is no recording (*{JOURNAL}) in `{RECORDINGS}`"));
    }
    again
}

impl JudgedAgain {
    /// What is wrong, compared with the verdicts that are stated. If a recording could not be judged, only what the others show to
    /// be worse than stated.
    pub fn wrong(&self, stated: &[RuleVerdict]) -> Vec<String> {
        let worse = |v: &&RuleVerdict| self.verdicts.get(&v.rule).is_some_and(|judged| *judged > v.outcome);
        let differ = match (self.recordings, self.unjudged.is_empty()) {
            (0, _) => Vec::new(),
            (_, true) => verdict_differences(stated, &self.verdicts),
            (_, false) => {
                let worse: Vec<RuleVerdict> = stated.iter().filter(worse).cloned().collect();
                let of_worse = self.verdicts.iter().filter(|(rule, _)| worse.iter().any(|v| v.rule == **rule));
                verdict_differences(&worse, &of_worse.map(|(rule, outcome)| (rule.clone(), *outcome)).collect())
            }
        };
        self.problems.iter().cloned().chain(differ).collect()
    }

    fn take(&mut self, path: &str, recording: Recording, seen: &Roles, certification: &Certification) {
        let (head, shown) = (&recording.head, escaped(path));
        if (&head.design, head.seed) != (&certification.design, certification.seed) {
            self.problems.push(format!(
                "`{shown}` is of the design {} and seed {}; the certification is of the design {} and seed {}",
                escaped(&head.design),
                head.seed,
                escaped(&certification.design),
                certification.seed
            ));
        }
        // What is missing because it was cut off is no violation.
        if let Some(why) = &recording.cut_off {
            self.unjudged.push(format!("`{shown}`: {why}"));
            return;
        }
        let seen = seen.seen().with_exported_records(&recording.entries);
        for result in judge::seen(&recording.entries, &recording.ground, seen) {
            let outcome = outcome_of(&result);
            let worst = self.verdicts.entry(result.id).or_insert(outcome);
            *worst = outcome.max(*worst);
        }
        self.recordings += 1;
    }
}

/// The outcome of a rule as certifications state it.
pub fn outcome_of(result: &RuleResult) -> VerdictOutcome {
    match result.outcome {
        RuleOutcome::Held => VerdictOutcome::Held,
        RuleOutcome::Broken if result.warning => VerdictOutcome::Warning,
        RuleOutcome::Broken => VerdictOutcome::Broken,
        RuleOutcome::NotReached => VerdictOutcome::NotReached,
        RuleOutcome::NotApplicable => VerdictOutcome::NotApplicable,
        RuleOutcome::NotObservable => VerdictOutcome::NotObservable,
        RuleOutcome::Inconclusive => VerdictOutcome::Inconclusive,
    }
}
