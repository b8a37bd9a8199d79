//! What follows from verdicts, cases and waivers.

use crate::certification::{CaseOutcome, Certification, Summary, VerdictOutcome, Waiver};
use crate::escape::escaped;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Why a certification is not passed: what is broken, and what could not be tested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    pub broken: Vec<String>,
    pub incomplete: Vec<String>,
}

impl Reasons {
    pub fn summary(&self) -> Summary {
        match (self.broken.is_empty(), self.incomplete.is_empty()) {
            (false, _) => Summary::Failed,
            (true, false) => Summary::Incomplete,
            (true, true) => Summary::Passed,
        }
    }
}

impl Waiver {
    fn is_for_rule(&self, id: &str) -> bool {
        self.rule.as_deref() == Some(id)
    }

    fn is_for_case(&self, name: &str) -> bool {
        self.case.as_deref() == Some(name)
    }

    /// What it waives, in text that can be shown.
    pub fn what(&self) -> String {
        match (&self.rule, &self.case) {
            (Some(rule), _) => format!("rule {}", escaped(rule)),
            (None, Some(case)) => format!("case {}", escaped(case)),
            (None, None) => "nothing".into(),
        }
    }
}

impl Certification {
    /// The summary that follows from verdicts, cases and the waivers that count at an instant. The certification writes it into
    /// [`Certification::summary`].
    pub fn summary_at(&self, at: Timestamp) -> Summary {
        self.reasons_at(at).summary()
    }

    /// Why it is not passed at an instant.
    pub fn reasons_at(&self, at: Timestamp) -> Reasons {
        let waived_rule = |id: &str| self.waivers.iter().any(|w| w.is_for_rule(id) && w.until >= at);
        let waived_case = |name: &str| self.waivers.iter().any(|w| w.is_for_case(name) && w.until >= at);
        let mut reasons = Reasons::default();
        for verdict in self.verdicts.iter().filter(|v| !waived_rule(&v.rule)) {
            let what = format!("rule {} is {}", escaped(&verdict.rule), verdict.outcome.name());
            match verdict.outcome {
                VerdictOutcome::Broken => reasons.broken.push(what),
                VerdictOutcome::Inconclusive => reasons.incomplete.push(what),
                _ => {}
            }
        }
        let judged: BTreeSet<&str> = self.verdicts.iter().map(|v| v.rule.as_str()).collect();
        for id in self.rules.ids.iter().filter(|id| !judged.contains(id.as_str())) {
            reasons.incomplete.push(format!("rule {} has no verdict", escaped(id)));
        }
        for case in self.cases.iter().filter(|c| !waived_case(&c.name)) {
            let what = format!("case {}: {}", escaped(&case.name), case.outcome.name());
            match case.outcome {
                CaseOutcome::Failed => reasons.broken.push(what),
                CaseOutcome::NotReached | CaseOutcome::Setup => reasons.incomplete.push(what),
                CaseOutcome::Passed | CaseOutcome::NotApplicable => {}
            }
        }
        if !self.verdicts.iter().any(|v| v.outcome == VerdictOutcome::Held) {
            reasons.incomplete.push("no rule was held, so nothing was tested".into());
        }
        if !self.cases.iter().any(|c| c.outcome == CaseOutcome::Passed) {
            reasons.incomplete.push("no case passed, so nothing was tested".into());
        }
        reasons
    }

    /// Waivers of what did not fail: there is nothing to accept.
    pub fn unneeded_waivers(&self) -> Vec<&Waiver> {
        let needs = |w: &&Waiver| {
            let rule = self.verdicts.iter().any(|v| w.is_for_rule(&v.rule) && is_failure(v.outcome));
            let passes = |outcome| matches!(outcome, CaseOutcome::Passed | CaseOutcome::NotApplicable);
            rule || self.cases.iter().any(|c| w.is_for_case(&c.name) && !passes(c.outcome))
        };
        self.waivers.iter().filter(|w| !needs(w)).collect()
    }
}

fn is_failure(outcome: VerdictOutcome) -> bool {
    matches!(outcome, VerdictOutcome::Broken | VerdictOutcome::Inconclusive)
}
