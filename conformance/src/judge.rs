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
    fn new(about: &About, judged: Judged) -> Self {
        let outcome = match (judged.findings.is_empty(), judged.evaluated) {
            (false, _) => RuleOutcome::Broken,
            (true, _) if !judged.unread.is_empty() => RuleOutcome::Inconclusive,
            (true, 0) if judged.unseen.is_some() => RuleOutcome::NotObservable,
            (true, 0) => RuleOutcome::NotReached,
            (true, _) => RuleOutcome::Held,
        };
        let why = match outcome {
            RuleOutcome::Inconclusive => Some(judged.unread.join("; ")),
            RuleOutcome::NotReached => Some(about.untested_en.to_string()),
            RuleOutcome::NotObservable => judged.unseen.clone(),
            _ => None,
        };
        let (evaluated, findings) = (judged.evaluated, judged.findings);
        // A broken rule may have more that could not be read: a remark reports it, and the verdict stays.
        let remarks = judged.remarks.into_iter().chain(judged.unread.into_iter().filter(|_| outcome == RuleOutcome::Broken));
        let remarks = remarks.chain(judged.unseen.filter(|_| outcome != RuleOutcome::NotObservable));
        Verdict { id: about.id, outcome, evaluated, findings, remarks: remarks.collect(), why, not_applicable: None }
    }

    /// Leaves out the findings of some claims, as if the rule could not find them: for the self-test, which must then fail.
    pub fn drop_claims(&mut self, claims: &[&str]) {
        let before = self.findings.len();
        self.findings.retain(|finding| !claims.contains(&finding.claim));
        if self.findings.is_empty() && before > 0 {
            self.outcome = if self.evaluated > 0 { RuleOutcome::Held } else { RuleOutcome::NotReached };
        }
    }

    /// The verdict of a rule that does not apply to the design.
    fn not_applicable(about: &'static About) -> Self {
        Verdict { not_applicable: Some(&about.applies), ..Verdict::unjudged(about, RuleOutcome::NotApplicable) }
    }

    /// The verdict of a rule that needs what nobody saw.
    fn not_observable(about: &'static About, unseen: String) -> Self {
        Verdict { why: Some(unseen), ..Verdict::unjudged(about, RuleOutcome::NotObservable) }
    }

    fn unjudged(about: &'static About, outcome: RuleOutcome) -> Self {
        let (findings, remarks) = (Vec::new(), Vec::new());
        Verdict { id: about.id, outcome, evaluated: 0, findings, remarks, why: None, not_applicable: None }
    }
}

/// Judges one run by all rules, in the order of the table of rules. Every party was seen that was not played elsewhere.
pub fn judge(journal: &[Entry], ground: &Ground) -> Vec<Verdict> {
    judge_seen(journal, ground, Seen::all())
}

/// Judges a run as if only some parties were seen: what others wrote in the journal is not read.
pub fn judge_seen(journal: &[Entry], ground: &Ground, seen: Seen) -> Vec<Verdict> {
    let seen = seen.as_recorded(journal);
    match seen.is_all() {
        true => verdicts(journal, ground, seen),
        false => verdicts(&seen.of(journal), ground, seen),
    }
}

fn verdicts(journal: &[Entry], ground: &Ground, seen: Seen) -> Vec<Verdict> {
    judge_evidence(&Evidence::new(journal, ground, seen))
}

/// Judges a run that was indexed before.
pub fn judge_evidence(run: &Evidence<'_>) -> Vec<Verdict> {
    let verdict = |rule: &&dyn Rule| match (rule.about().applies.to(&run.design), rule.about().unseen(&run.seen)) {
        (false, _) => Verdict::not_applicable(rule.about()),
        // It would take for missing what only was not seen.
        (true, Some(unseen)) => Verdict::not_observable(rule.about(), unseen),
        (true, None) => Verdict::new(rule.about(), rule.judge(run)),
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
    use crate::basis::Basis;
    use crate::claim::Claim;
    use crate::rule::{Sight, Strength};
    use terms::journal::Event;
    use terms::roles::Zone;

    const ABOUT: About = About {
        id: "X-001",
        title_en: "",
        title_ja: "",
        strength: Strength::Must,
        source: "",
        basis: Basis::Profile,
        claims: &[],
        details_en: "",
        details_ja: "",
        remedy_en: "",
        remedy_ja: "",
        untested_en: "",
        untested_ja: "",
        applies: Applies::EVERYWHERE,
        needs: &[],
    };

    fn finding() -> Finding {
        let event = Event::Fault { what: String::new(), does: None };
        Finding::that(
            &Claim { id: "X-001/one", what_en: "w" },
            &Entry { seq: 3, at_ns: 0, host: "h".into(), zone: Zone::Line, event },
            "w".into(),
        )
    }

    #[test]
    fn only_what_was_reached_and_read_is_held() {
        let verdict = |evaluated, findings, unread: &[&str]| {
            let unread = unread.iter().map(ToString::to_string).collect();
            Verdict::new(&ABOUT, Judged { evaluated, findings, unread, ..Judged::default() }).outcome
        };
        assert_eq!(verdict(1, vec![], &[]), RuleOutcome::Held);
        assert_eq!(verdict(0, vec![], &[]), RuleOutcome::NotReached);
        assert_eq!(verdict(1, vec![], &["a limit"]), RuleOutcome::Inconclusive);
        assert_eq!(verdict(0, vec![], &["a limit"]), RuleOutcome::Inconclusive);
        let unseen = |evaluated| {
            let unseen = Some("nobody was there".to_string());
            let verdict = Verdict::new(&ABOUT, Judged { evaluated, unseen, ..Judged::default() });
            (verdict.outcome, verdict.why.is_some(), verdict.remarks.len())
        };
        assert_eq!((unseen(0), unseen(1)), ((RuleOutcome::NotObservable, true, 0), (RuleOutcome::Held, false, 1)));
        for unread in [&[][..], &["a limit"][..]] {
            assert_eq!(verdict(1, vec![finding()], unread), RuleOutcome::Broken);
            assert_eq!(verdict(0, vec![finding()], unread), RuleOutcome::Broken);
        }
    }

    #[test]
    fn what_nobody_saw_is_not_observable_and_says_whose_side_is_needed() {
        let about = About { needs: &[Sight::Party(Zone::Broker), Sight::Link(Zone::Facility, Zone::Line)], ..ABOUT };
        let unseen = |zones: &[Zone]| about.unseen(&Seen::only(zones.iter().copied()));
        assert_eq!(unseen(&[Zone::Broker, Zone::Line]), None);
        assert_eq!(unseen(&[Zone::Line]).as_deref(), Some("this needs the side of `broker`"));
        assert_eq!(
            unseen(&[Zone::Jpki]).as_deref(),
            Some("this needs the side of `broker` and the side of `facility` or `line`")
        );
    }
}
