//! The names of outcomes, as documents have them.

use super::{RuleOutcome, RunOutcome};

impl RunOutcome {
    pub const ALL: [RunOutcome; 5] =
        [RunOutcome::Passed, RunOutcome::Inconclusive, RunOutcome::Broken, RunOutcome::Differed, RunOutcome::Unfinished];

    pub fn name(self) -> &'static str {
        match self {
            RunOutcome::Passed => "passed",
            RunOutcome::Inconclusive => "inconclusive",
            RunOutcome::Broken => "broken",
            RunOutcome::Differed => "differed",
            RunOutcome::Unfinished => "unfinished",
        }
    }
}

impl RuleOutcome {
    pub const ALL: [RuleOutcome; 6] = [
        RuleOutcome::Held,
        RuleOutcome::Broken,
        RuleOutcome::NotReached,
        RuleOutcome::NotApplicable,
        RuleOutcome::NotObservable,
        RuleOutcome::Inconclusive,
    ];

    pub fn name(self) -> &'static str {
        match self {
            RuleOutcome::Held => "held",
            RuleOutcome::Broken => "broken",
            RuleOutcome::NotReached => "not-reached",
            RuleOutcome::NotApplicable => "not-applicable",
            RuleOutcome::NotObservable => "not-observable",
            RuleOutcome::Inconclusive => "inconclusive",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_in_json() {
        let written = |value: serde_json::Result<serde_json::Value>| value.unwrap().as_str().unwrap().to_string();
        for outcome in RunOutcome::ALL {
            assert_eq!(written(serde_json::to_value(outcome)), outcome.name());
        }
        for outcome in RuleOutcome::ALL {
            assert_eq!(written(serde_json::to_value(outcome)), outcome.name());
        }
    }
}
