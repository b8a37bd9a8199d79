//! What a rule is and what it says.

use crate::evidence::Evidence;
use crate::rules;
use serde::Serialize;
use sim::ground::Ground;
use sim::journal::Entry;
use sim::terms::check::CheckId;
use sim::terms::roles::Zone;
use std::fmt;

/// One demand on a run.
pub trait Rule: Sync {
    fn about(&self) -> &'static About;

    /// Looks at a run. It sees everything, and remembers nothing from the run before.
    fn judge(&self, run: &Evidence<'_>) -> Judged;
}

/// How much a rule weighs, in the words of RFC 2119.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    Must,
    Should,
}

/// What can be said of a rule without a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Stable: results, statements and scenarios name it.
    pub id: &'static str,
    pub title_en: &'static str,
    pub title_ja: &'static str,
    pub strength: Strength,
    /// Where the demand comes from: the seed's own words, a section of an RFC, or `profile` for this project's contract.
    pub source: &'static str,
    /// What exactly is looked at, and what is not.
    pub details_en: &'static str,
    /// What to do when it fails.
    pub remedy_en: &'static str,
    /// Why there may be nothing to look at in a run: the reason that stands beside *not tested*.
    pub untested_en: &'static str,
}

/// What a rule found in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// How many times there was something to look at.
    pub evaluated: u64,
    pub findings: Vec<Finding>,
    /// What the rule did not look at, and why.
    pub remarks: Vec<String>,
}

/// One violation. No text in it holds a secret value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub rule: &'static str,
    pub what: String,
    /// The party at which it was seen, and its zone.
    pub host: String,
    pub zone: Zone,
    pub check: Option<CheckId>,
    /// First and last journal entry concerned, by their running numbers.
    pub entries: (u64, u64),
    /// Index of the person concerned.
    pub person: Option<u64>,
    /// Where in the entry: `head, line 3` counts lines from 1, `body, byte 120` counts bytes from 0.
    pub place: Option<String>,
    /// In which form a number stood there, encodings outermost first: `base64/gzip/plain`.
    pub spelling: Option<String>,
    /// By which hops a value got there, from where it was first seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<String>,
}

impl Finding {
    /// A finding that concerns one entry.
    pub fn at(rule: &'static str, entry: &Entry, what: String) -> Self {
        Finding {
            rule,
            what,
            host: entry.host.clone(),
            zone: entry.zone,
            check: None,
            entries: (entry.seq, entry.seq),
            person: None,
            place: None,
            spelling: None,
            hops: Vec::new(),
        }
    }

    pub fn of_check(mut self, check: &CheckId, person: Option<u64>) -> Self {
        self.check = Some(check.clone());
        self.person = person;
        self
    }

    /// Widens the range of entries so that it reaches back to `seq`.
    pub fn since(mut self, seq: u64) -> Self {
        self.entries.0 = self.entries.0.min(seq);
        self
    }
}

/// How a rule fared in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOutcome {
    Held,
    Broken,
    /// There was nothing to look at.
    NotTested,
}

impl RuleOutcome {
    pub fn name(self) -> &'static str {
        match self {
            RuleOutcome::Held => "held",
            RuleOutcome::Broken => "broken",
            RuleOutcome::NotTested => "not tested",
        }
    }
}

/// One rule's word on one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub id: &'static str,
    pub outcome: RuleOutcome,
    pub evaluated: u64,
    pub findings: Vec<Finding>,
    pub remarks: Vec<String>,
    /// Why there was nothing to look at; only where it was not tested.
    pub untested: Option<&'static str>,
}

impl Verdict {
    fn new(about: &About, judged: Judged) -> Self {
        let outcome = match (judged.findings.is_empty(), judged.evaluated) {
            (false, _) => RuleOutcome::Broken,
            (true, 0) => RuleOutcome::NotTested,
            (true, _) => RuleOutcome::Held,
        };
        Verdict {
            id: about.id,
            outcome,
            evaluated: judged.evaluated,
            findings: judged.findings,
            remarks: judged.remarks,
            untested: (outcome == RuleOutcome::NotTested).then_some(about.untested_en),
        }
    }
}

/// Judges one run by all rules, in the order of their table.
pub fn judge(journal: &[Entry], ground: &Ground) -> Vec<Verdict> {
    let run = Evidence::new(journal, ground);
    rules::all().iter().map(|rule| Verdict::new(rule.about(), rule.judge(&run))).collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {} looked at", self.id, self.outcome.name(), self.evaluated)?;
        if let Some(why) = self.untested {
            write!(f, " ({why})")?;
        }
        for finding in &self.findings {
            write!(f, "\n  {finding}")?;
        }
        for remark in &self.remarks {
            write!(f, "\n  note: {remark}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.entries;
        match first == last {
            true => write!(f, "entry {first}")?,
            false => write!(f, "entries {first} to {last}")?,
        }
        write!(f, ", {} ({})", self.host, self.zone.name())?;
        for part in [self.check.as_ref().map(ToString::to_string), self.place.clone()].into_iter().flatten() {
            write!(f, ", {part}")?;
        }
        write!(f, ": {}", self.what)?;
        if !self.hops.is_empty() {
            write!(f, " [{}]", self.hops.join(" → "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::journal::Event;

    const ABOUT: About = About {
        id: "X-001",
        title_en: "",
        title_ja: "",
        strength: Strength::Must,
        source: "",
        details_en: "",
        remedy_en: "",
        untested_en: "",
        };

    fn finding() -> Finding {
        let event = Event::Fault { what: String::new() };
        Finding::at("X-001", &Entry { seq: 3, at_ns: 0, host: "h".into(), zone: Zone::Line, event }, "w".into())
    }

    #[test]
    fn nothing_to_look_at_is_not_held() {
        let verdict = |evaluated, findings| Verdict::new(&ABOUT, Judged { evaluated, findings, remarks: vec![] }).outcome;
        assert_eq!(verdict(0, vec![]), RuleOutcome::NotTested);
        assert_eq!(verdict(1, vec![]), RuleOutcome::Held);
        assert_eq!(verdict(1, vec![finding()]), RuleOutcome::Broken);
        assert_eq!(verdict(0, vec![finding()]), RuleOutcome::Broken);
    }
}
