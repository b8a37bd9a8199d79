//! Judges a run by all rules.

use crate::evidence::{Evidence, Seen};
use crate::rule::{About, Applies, Finding, Judged, Rule};
use crate::rules;
use serde::Serialize;
use std::fmt;
use terms::ground::Ground;
use terms::journal::Entry;

/// The outcome of a rule in one run. Only the first is a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOutcome {
    Held,
    Broken,
    /// It does not apply to the run's design.
    NotApplicable,
    /// Nothing happened to which it applies.
    NotReached,
    /// It needs an end that nobody saw.
    NotObservable,
    /// It could not look at all of it.
    Inconclusive,
}

impl RuleOutcome {
    pub fn name(self) -> &'static str {
        match self {
            RuleOutcome::Held => "held",
            RuleOutcome::Broken => "broken",
            RuleOutcome::NotApplicable => "not applicable",
            RuleOutcome::NotReached => "not reached",
            RuleOutcome::NotObservable => "not observable",
            RuleOutcome::Inconclusive => "inconclusive",
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
    /// Why it is *not reached*, *not observable* or *inconclusive*; only then.
    pub why: Option<String>,
    /// Why it does not apply to the design; only if it is not applicable.
    #[serde(skip)]
    pub not_applicable: Option<&'static Applies>,
}

impl Verdict {
    fn new(about: &About, judged: Judged, unseen: Option<String>) -> Self {
        let outcome = match (judged.findings.is_empty(), judged.evaluated) {
            (false, _) => RuleOutcome::Broken,
            (true, _) if unseen.is_some() => RuleOutcome::NotObservable,
            (true, _) if !judged.unread.is_empty() => RuleOutcome::Inconclusive,
            (true, 0) => RuleOutcome::NotReached,
            (true, _) => RuleOutcome::Held,
        };
        let why = match outcome {
            RuleOutcome::NotObservable => unseen,
            RuleOutcome::Inconclusive => Some(judged.unread.join("; ")),
            RuleOutcome::NotReached => Some(about.untested_en.to_string()),
            RuleOutcome::Held | RuleOutcome::Broken | RuleOutcome::NotApplicable => None,
        };
        let (evaluated, findings) = (judged.evaluated, judged.findings);
        // A broken rule may have more that could not be read: it is said, and changes nothing.
        let remarks = judged.remarks.into_iter().chain(judged.unread.into_iter().filter(|_| outcome == RuleOutcome::Broken));
        Verdict { id: about.id, outcome, evaluated, findings, remarks: remarks.collect(), why, not_applicable: None }
    }

    /// The verdict of a rule that does not apply to the design.
    fn not_applicable(about: &'static About) -> Self {
        Verdict {
            id: about.id,
            outcome: RuleOutcome::NotApplicable,
            evaluated: 0,
            findings: Vec::new(),
            remarks: Vec::new(),
            why: None,
            not_applicable: Some(&about.applies),
        }
    }
}

/// Judges one run by all rules, in the order of the table of rules. Every party was seen.
pub fn judge(journal: &[Entry], ground: &Ground) -> Vec<Verdict> {
    judge_seen(journal, ground, Seen::all())
}

/// Judges a run of which only some parties were seen. What others wrote must not be in the journal: see [`Seen::of`].
pub fn judge_seen(journal: &[Entry], ground: &Ground, seen: Seen) -> Vec<Verdict> {
    let run = Evidence::new(journal, ground, seen);
    let verdict = |rule: &&dyn Rule| match rule.about().applies.to(&run.design) {
        true => Verdict::new(rule.about(), rule.judge(&run), rule.about().unseen(&run.seen)),
        false => Verdict::not_applicable(rule.about()),
    };
    rules::all().iter().map(verdict).collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {} looked at", self.id, self.outcome.name(), self.evaluated)?;
        if let Some(why) = self.why.as_deref().or(self.not_applicable.map(|a| a.otherwise_en)) {
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
        needs: &[],
    };

    fn finding() -> Finding {
        let event = Event::Fault { what: String::new() };
        Finding::at("X-001", &Entry { seq: 3, at_ns: 0, host: "h".into(), zone: Zone::Line, event }, "w".into())
    }

    #[test]
    fn only_what_was_reached_seen_and_read_is_held() {
        let verdict = |evaluated, findings, unread: &[&str], unseen: Option<&str>| {
            let unread = unread.iter().map(ToString::to_string).collect();
            let judged = Judged { evaluated, findings, unread, ..Judged::default() };
            Verdict::new(&ABOUT, judged, unseen.map(str::to_string)).outcome
        };
        assert_eq!(verdict(1, vec![], &[], None), RuleOutcome::Held);
        assert_eq!(verdict(0, vec![], &[], None), RuleOutcome::NotReached);
        assert_eq!(verdict(1, vec![], &["a limit"], None), RuleOutcome::Inconclusive);
        assert_eq!(verdict(1, vec![], &[], Some("this needs more")), RuleOutcome::NotObservable);
        for (unread, unseen) in [(&[][..], None), (&["a limit"][..], None), (&[][..], Some("this needs more"))] {
            assert_eq!(verdict(1, vec![finding()], unread, unseen), RuleOutcome::Broken);
            assert_eq!(verdict(0, vec![finding()], unread, unseen), RuleOutcome::Broken);
        }
    }
}
