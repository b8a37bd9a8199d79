//! Judges a run by all rules.

use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule};
use crate::rules;
use serde::Serialize;
use std::fmt;
use terms::ground::Ground;
use terms::journal::Entry;

/// The outcome of a rule in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOutcome {
    Held,
    Broken,
    /// There was nothing to look at.
    NotTested,
    /// It does not apply to the run's design.
    NotApplicable,
}

impl RuleOutcome {
    pub fn name(self) -> &'static str {
        match self {
            RuleOutcome::Held => "held",
            RuleOutcome::Broken => "broken",
            RuleOutcome::NotTested => "not tested",
            RuleOutcome::NotApplicable => "not applicable",
        }
    }
}

/// What one rule found in one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub id: &'static str,
    pub outcome: RuleOutcome,
    pub evaluated: u64,
    pub findings: Vec<Finding>,
    pub remarks: Vec<String>,
    /// Why there was nothing to look at; only if it was not tested.
    pub untested: Option<&'static str>,
    /// Why it does not apply to the design; only if it is not applicable.
    #[serde(skip)]
    pub not_applicable: Option<&'static Applies>,
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
            not_applicable: None,
        }
    }

    /// The verdict of a rule that does not apply to the design.
    fn not_applicable(about: &'static About) -> Self {
        Verdict {
            id: about.id,
            outcome: RuleOutcome::NotApplicable,
            evaluated: 0,
            findings: Vec::new(),
            remarks: Vec::new(),
            untested: None,
            not_applicable: Some(&about.applies),
        }
    }
}

/// Judges one run by all rules, in the order of the table of rules.
pub fn judge(journal: &[Entry], ground: &Ground) -> Vec<Verdict> {
    let run = Evidence::new(journal, ground);
    let verdict = |rule: &&dyn Rule| match rule.about().applies.to(&run.design) {
        true => Verdict::new(rule.about(), rule.judge(&run)),
        false => Verdict::not_applicable(rule.about()),
    };
    rules::all().iter().map(verdict).collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {} looked at", self.id, self.outcome.name(), self.evaluated)?;
        if let Some(why) = self.untested.or(self.not_applicable.map(|a| a.otherwise_en)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Strength;
    use terms::journal::Event;
    use terms::roles::Zone;

    const ABOUT: About = About {
        id: "X-001",
        title_en: "",
        title_ja: "",
        strength: Strength::Must,
        source: "",
        details_en: "",
        remedy_en: "",
        untested_en: "",
        applies: Applies::EVERYWHERE,
    };

    fn finding() -> Finding {
        let event = Event::Fault { what: String::new(), does: None };
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
