//! The verdict of each rule over all that was played.

use conformance::{RuleOutcome, Strength, Verdict};
use serde::Serialize;
use statement::VerdictOutcome;
use std::collections::BTreeMap;

/// The verdict of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleSummary {
    pub rule: &'static str,
    pub outcome: VerdictOutcome,
    /// How often something was looked at.
    pub evaluated: u64,
    /// Why it is not reached, not observable or inconclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub findings: usize,
}

/// The outcome of a rule as certifications state it. `warns` is for a rule that is no MUST.
fn stated(outcome: RuleOutcome, warns: bool) -> VerdictOutcome {
    match outcome {
        RuleOutcome::Held => VerdictOutcome::Held,
        RuleOutcome::Broken if warns => VerdictOutcome::Warning,
        RuleOutcome::Broken => VerdictOutcome::Broken,
        RuleOutcome::NotReached => VerdictOutcome::NotReached,
        RuleOutcome::NotApplicable => VerdictOutcome::NotApplicable,
        RuleOutcome::NotObservable => VerdictOutcome::NotObservable,
        RuleOutcome::Inconclusive => VerdictOutcome::Inconclusive,
    }
}

/// Adds up the verdicts of runs.
#[derive(Default)]
pub struct Verdicts(BTreeMap<&'static str, Sum>);

#[derive(Default)]
struct Sum {
    /// The worst one so far, with its reason: by the same order, `verify` judges the recordings again.
    worst: Option<(VerdictOutcome, Option<String>)>,
    evaluated: u64,
    findings: usize,
}

impl Sum {
    fn add(&mut self, outcome: VerdictOutcome, why: Option<&String>) {
        if self.worst.as_ref().is_none_or(|(worst, _)| outcome > *worst) {
            self.worst = Some((outcome, why.cloned()));
        }
    }
}

impl Verdicts {
    pub fn add(&mut self, verdicts: &[Verdict]) {
        for verdict in verdicts {
            let sum = self.0.entry(verdict.id).or_default();
            let warns =
                conformance::rules::all().iter().map(|r| r.about()).any(|a| a.id == verdict.id && a.strength == Strength::Should);
            sum.add(stated(verdict.outcome, warns), verdict.why.as_ref());
            sum.evaluated += verdict.evaluated;
            sum.findings += verdict.findings.len();
        }
    }

    /// Of each rule, in the order of the table of rules: the worst that is known of it. A rule that no run was judged by was not
    /// reached.
    pub fn summary(mut self) -> Vec<RuleSummary> {
        let of = |rule: &dyn conformance::Rule| {
            let id = rule.about().id;
            let Sum { worst, evaluated, findings } = self.0.remove(id).unwrap_or_default();
            let (outcome, why) = worst.unwrap_or((VerdictOutcome::NotReached, None));
            RuleSummary { rule: id, outcome, evaluated, why, findings }
        };
        conformance::rules::all().iter().copied().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_run_breaks_a_rule_and_what_nobody_looked_at_is_not_held() {
        use RuleOutcome::{Broken, Held, Inconclusive, NotObservable, NotReached};
        let worst = |outcomes: &[RuleOutcome], warns: bool| {
            let mut sum = Sum::default();
            outcomes.iter().for_each(|outcome| sum.add(stated(*outcome, warns), Some(&outcome.name().to_string())));
            let (outcome, why) = sum.worst.unwrap();
            (outcome.name(), why.unwrap())
        };
        let of = |outcomes: &[RuleOutcome]| worst(outcomes, false).0;
        assert_eq!(of(&[Held, Broken, Held]), "broken");
        assert_eq!((worst(&[Held, Broken], true).0, worst(&[Broken, Inconclusive], true).0), ("warning", "inconclusive"));
        assert_eq!((of(&[Held, Inconclusive]), of(&[NotReached, Held])), ("inconclusive", "held"));
        // The reason is that of the outcome.
        assert_eq!(worst(&[NotReached, NotObservable], false), ("not-observable", "not observable".into()));
        assert!(Verdicts::default().summary().iter().all(|rule| rule.outcome == VerdictOutcome::NotReached));
    }
}
