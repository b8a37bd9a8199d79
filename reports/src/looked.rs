//! Whether rules had something to look at, over any number of runs.

use crate::results::{RuleOutcome, Run};
use crate::rules::Lang;
use crate::texts::say;
use std::collections::BTreeMap;

/// Whether a rule had something to look at in some runs; the highest value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Looked {
    /// It applies to none of the designs.
    NotApplicable,
    /// It had nothing to look at in any run.
    AtNothing,
    AtSomething,
}

/// The values of all rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct LookedAt(BTreeMap<String, Looked>);

impl LookedAt {
    pub fn take(&mut self, run: &Run) {
        for rule in &run.rules {
            let looked = match rule.outcome {
                RuleOutcome::NotApplicable => Looked::NotApplicable,
                RuleOutcome::NotReached => Looked::AtNothing,
                RuleOutcome::NotObservable | RuleOutcome::Inconclusive => Looked::AtNothing,
                RuleOutcome::Held | RuleOutcome::Broken => Looked::AtSomething,
            };
            match self.0.get_mut(&rule.id) {
                Some(so_far) => *so_far = looked.max(*so_far),
                None => drop(self.0.insert(rule.id.clone(), looked)),
            }
        }
    }

    /// `36 rules, 2 of them with nothing to look at, which is not held: A, B; 1 of them not applicable to the designs: C`. At
    /// most `most` rules of each kind are named, each as `name` writes it.
    pub fn words(&self, lang: Lang, most: usize, name: impl Fn(&str) -> String) -> String {
        let of = |kind: Looked| {
            let all: Vec<&String> = self.0.iter().filter(|(_, looked)| **looked == kind).map(|(id, _)| id).collect();
            let named = all.iter().take(most).map(|id| name(id)).chain((all.len() > most).then(|| "…".to_string()));
            (all.len(), named.collect::<Vec<_>>().join(&say(lang, "comma", &[])))
        };
        let all = self.0.len().to_string();
        let mut text = match of(Looked::AtNothing) {
            (0, _) if of(Looked::NotApplicable).0 == 0 => return say(lang, "rules-all", &[("n", &all)]),
            (0, _) => say(lang, "rules-count", &[("n", &all)]),
            (n, named) => say(lang, "rules-nothing", &[("n", &all), ("nothing", &n.to_string()), ("named", &named)]),
        };
        if let (n @ 1.., named) = of(Looked::NotApplicable) {
            text += &say(lang, "rules-outside", &[("n", &n.to_string()), ("named", &named)]);
        }
        text
    }

    /// Whether no rule judged the runs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
