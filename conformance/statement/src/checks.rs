//! What can be checked of a statement without its evidence.

use crate::certification::{CaseOutcome, Certification, RuleVerdict, SCHEMA, Summary, VerdictOutcome};
use crate::escape::escaped;
use crate::evidence::{JOURNAL, RECORDINGS};
use crate::in_toto::{Digests, PREDICATE_TYPE, Statement, Subject, TYPE};
use crate::names::{is_sha256, path_problem};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How far the clock of the signer may be ahead.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// The texts that occur more than once.
fn repeated<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.filter(|text| !seen.insert(*text)).map(escaped).collect()
}

impl Certification {
    /// What is wrong in it, without its evidence. `at` is the instant at which waivers must count.
    pub fn problems(&self, at: Timestamp) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.schema != SCHEMA {
            let found = escaped(&self.schema);
            wrong.push(format!("the schema is `{found}`; expected `{SCHEMA}`: use the version of the tool that wrote it"));
        }
        for (name, text) in self.texts() {
            if text.trim().is_empty() {
                wrong.push(format!("`{name}` is empty"));
            }
        }
        for (name, digest) in [("config_sha256", &self.config_sha256), ("rules.sha256", &self.rules.sha256)] {
            if !is_sha256(digest) {
                wrong.push(format!("`{name}` is not 64 lower-case hexadecimal digits"));
            }
        }
        if self.started > self.ended {
            wrong.push(format!("it ended at {}, before it started at {}", self.ended, self.started));
        }
        wrong.extend(self.verdict_problems());
        wrong.extend(self.case_problems());
        wrong.extend(self.waiver_problems());
        wrong.extend(self.summary_problem(at));
        wrong
    }

    fn texts(&self) -> [(&'static str, &str); 10] {
        [
            ("role", &self.role),
            ("product.name", &self.product.name),
            ("product.version", &self.product.version),
            ("product.vendor", &self.product.vendor),
            ("contract", &self.contract),
            ("tool.name", &self.tool.name),
            ("tool.version", &self.tool.version),
            ("tool.commit", &self.tool.commit),
            ("tool.openssl", &self.tool.openssl),
            ("design", &self.design),
        ]
    }

    /// A rule without a verdict, a verdict without a rule, and repetitions.
    fn verdict_problems(&self) -> Vec<String> {
        let ids: BTreeSet<&str> = self.rules.ids.iter().map(String::as_str).collect();
        let judged: BTreeSet<&str> = self.verdicts.iter().map(|v| v.rule.as_str()).collect();
        let mut wrong = Vec::new();
        wrong.extend(ids.difference(&judged).map(|id| format!("rule {} has no verdict", escaped(id))));
        wrong.extend(judged.difference(&ids).map(|id| format!("rule {} is not in the table of rules", escaped(id))));
        wrong.extend(repeated(self.rules.ids.iter().map(String::as_str)).iter().map(|id| format!("rule {id} is listed twice")));
        let twice = repeated(self.verdicts.iter().map(|v| v.rule.as_str()));
        wrong.extend(twice.iter().map(|id| format!("rule {id} has two verdicts")));
        wrong
    }

    fn case_problems(&self) -> Vec<String> {
        let twice = repeated(self.cases.iter().map(|c| c.name.as_str()));
        let mut wrong: Vec<String> = twice.iter().map(|name| format!("case {name} is listed twice")).collect();
        for case in &self.cases {
            let name = escaped(&case.name);
            if case.name.trim().is_empty() {
                wrong.push("a case has no name".into());
            }
            if matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Failed) && case.recordings.is_empty() {
                wrong.push(format!("case {name} is {} and names no recording", case.outcome.name()));
            }
            for path in &case.recordings {
                let is_journal = path.starts_with(RECORDINGS) && path.ends_with(JOURNAL);
                let problem = path_problem(path).or((!is_journal).then_some("it is not a journal in `recordings/`"));
                wrong.extend(problem.map(|p| format!("case {name}: the recording `{}`: {p}", escaped(path))));
            }
        }
        wrong
    }

    fn waiver_problems(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for waiver in &self.waivers {
            let what = waiver.what();
            let known = match (&waiver.rule, &waiver.case) {
                (Some(rule), None) => self.verdicts.iter().any(|v| v.rule == *rule),
                (None, Some(case)) => self.cases.iter().any(|c| c.name == *case),
                _ => {
                    wrong.push("a waiver must name either a rule or a case".into());
                    continue;
                }
            };
            if !known {
                wrong.push(format!("a waiver is for {what}, which has no verdict"));
            }
            if waiver.reason.trim().is_empty() || waiver.by.trim().is_empty() {
                wrong.push(format!("the waiver of {what} needs a reason and the name of who accepts it"));
            }
        }
        wrong
    }

    fn summary_problem(&self, at: Timestamp) -> Option<String> {
        let reasons = self.reasons_at(at);
        let follows = reasons.summary();
        let why = match follows {
            Summary::Passed => "nothing is broken or incomplete".to_string(),
            _ => reasons.broken.into_iter().chain(reasons.incomplete).take(5).collect::<Vec<_>>().join("; "),
        };
        let (stated, follows_name) = (self.summary.name(), follows.name());
        (self.summary != follows).then(|| format!("the summary is `{stated}`, and `{follows_name}` is what follows: {why}"))
    }
}

impl Statement {
    /// What is wrong in it, without its evidence.
    pub fn problems(&self) -> Vec<String> {
        let Statement { kind, predicate_type, predicate: p, .. } = self;
        let mut wrong = Vec::new();
        for (name, found, expected) in [("_type", kind, TYPE), ("predicateType", predicate_type, PREDICATE_TYPE)] {
            if found != expected {
                wrong.push(format!("`{name}` is `{}`; expected `{expected}`", escaped(found)));
            }
        }
        wrong.extend(p.certification.problems(p.issued));
        if p.issued < p.certification.ended {
            wrong.push(format!("it was issued at {}, before the certification ended at {}", p.issued, p.certification.ended));
        }
        if p.expires <= p.issued {
            wrong.push(format!("it expires at {}, and was issued at {}", p.expires, p.issued));
        }
        wrong.extend(self.file_problems());
        wrong
    }

    fn file_problems(&self) -> Vec<String> {
        let p = &self.predicate;
        let mut wrong = Vec::new();
        for file in &p.files {
            let problem = path_problem(&file.path).or((!is_sha256(&file.sha256)).then_some("its digest is not one"));
            wrong.extend(problem.map(|problem| format!("the file `{}`: {problem}", escaped(&file.path))));
        }
        if !p.files.is_sorted_by(|a, b| a.path < b.path) {
            wrong.push("the files are not in the order of their paths, or one is listed twice".into());
        }
        let listed: BTreeSet<&str> = p.files.iter().map(|f| f.path.as_str()).collect();
        for case in &p.certification.cases {
            let missing = case.recordings.iter().filter(|r| !listed.contains(r.as_str()));
            wrong.extend(missing.map(|r| format!("case {}: there is no file `{}`", escaped(&case.name), escaped(r))));
        }
        match Digests::of(&p.files, &p.certification.claims) {
            Err(e) => wrong.push(e),
            Ok(digests) => {
                wrong.extend(digests.differences(&p.digests));
                if self.subject != Subject::of(&p.certification, &digests) {
                    wrong.push("`subject` is not the product and the configuration that the predicate states".into());
                }
                if p.certification.config_sha256 != digests.config {
                    wrong.push("`config_sha256` is not the digest of `config.toml`".into());
                }
            }
        }
        wrong
    }

    /// Whether it counts at an instant: issued, not expired, and every waiver that it needs still counts.
    pub fn time_problems(&self, at: Timestamp) -> Vec<String> {
        let p = &self.predicate;
        let mut wrong = Vec::new();
        if p.issued.duration_since(at) > CLOCKS_DIFFER {
            wrong.push(format!("it was issued at {}, which is after {at}", p.issued));
        }
        if at > p.expires {
            wrong.push(format!("it has expired: it counted until {}, and it is {at}", p.expires));
        }
        let unneeded = p.certification.unneeded_waivers();
        for waiver in p.certification.waivers.iter().filter(|w| w.until < at && w.until >= p.issued) {
            if !unneeded.contains(&waiver) {
                wrong.push(format!("the waiver of {} has expired: it counted until {}", waiver.what(), waiver.until));
            }
        }
        wrong
    }
}

impl Digests {
    /// What differs from what is stated.
    fn differences(&self, stated: &Digests) -> Vec<String> {
        let all = [
            ("evidence", &self.evidence, &stated.evidence),
            ("recordings", &self.recordings, &stated.recordings),
            ("certification", &self.certification, &stated.certification),
            ("config", &self.config, &stated.config),
            ("claims", &self.claims, &stated.claims),
        ];
        let differs = all.into_iter().filter(|(_, computed, stated)| computed != stated);
        differs
            .map(|(name, computed, stated)| format!("the digest `{name}` is {computed}, stated is {}", escaped(stated)))
            .collect()
    }
}

/// How verdicts that were judged again differ from those that are stated: a rule that is missing, an unknown one, another outcome.
pub fn verdict_differences(stated: &[RuleVerdict], judged: &BTreeMap<String, VerdictOutcome>) -> Vec<String> {
    let by_rule: BTreeMap<&str, VerdictOutcome> = stated.iter().map(|v| (v.rule.as_str(), v.outcome)).collect();
    let mut all = Vec::new();
    for (rule, outcome) in judged {
        match by_rule.get(rule.as_str()) {
            None => all.push(format!("rule {rule} is missing: judged again it is {}", outcome.name())),
            Some(stated) if stated != outcome => {
                all.push(format!("rule {rule} is stated as {}, and judged again it is {}", stated.name(), outcome.name()));
            }
            Some(_) => {}
        }
    }
    let unknown = by_rule.keys().filter(|rule| !judged.contains_key(**rule));
    all.extend(unknown.map(|rule| format!("rule {} is stated, and no rule has this id", escaped(rule))));
    all
}
