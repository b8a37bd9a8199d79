//! Which scenarios tested which rules, and what was never reached: the document of `shikaku coverage --format json`. Its JSON
//! Schema is generated from these types and is in `docs/schema/coverage.schema.json`.

mod text;

use crate::results::{RuleOutcome, Run};
use crate::rules::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The value of [`Report::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/coverage/v1";

/// Everything that can be reached, by name, in the order of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Ids of rules.
    pub rules: Vec<String>,
    /// Codes of outcomes.
    pub outcomes: Vec<String>,
    pub faults: Vec<String>,
    /// As [`crate::results::Reached::states`] names them.
    pub states: Vec<String>,
    /// The choices of designs, as `axis/choice`.
    pub choices: Vec<String>,
}

/// Takes runs in any order. Its memory grows with scenarios and rules, not with seeds.
pub struct Coverage {
    lists: Lists,
    runs: u64,
    scenarios: BTreeSet<String>,
    /// By rule and scenario.
    cells: BTreeMap<String, BTreeMap<String, Cell>>,
    outcomes: BTreeMap<String, u64>,
    faults: BTreeMap<String, u64>,
    states: BTreeMap<String, u64>,
    choices: BTreeMap<String, u64>,
}

/// The outcome of a rule over the runs of a scenario. Broken in one run takes precedence over held in others, held over not
/// tested, and not reached over not applicable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    NotApplicable,
    NotReached,
    Held,
    Broken,
}

/// What the runs covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// `shikaku/coverage/v1`.
    pub schema: String,
    /// How many runs were counted.
    pub runs: u64,
    /// The scenarios that were run.
    pub scenarios: Vec<String>,
    /// In the order of `shikaku rules`.
    pub rules: Vec<RuleCoverage>,
    pub outcomes: Reached,
    pub faults: Reached,
    pub states: Reached,
    /// The choices of the designs in which runs were played, as `axis/choice`, each with the number of its runs.
    #[serde(default)]
    pub choices: Reached,
}

/// The scenarios that tested a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCoverage {
    pub id: String,
    /// Scenarios in which it had something to look at in at least one run, and held in every such run.
    pub held: Vec<String>,
    /// Scenarios in which it was broken in at least one run.
    pub broken: Vec<String>,
    /// Scenarios in which it was judged and never had anything to look at.
    pub not_reached: Vec<String>,
    /// Scenarios that were played only in designs to which it does not apply.
    #[serde(default)]
    pub not_applicable: Vec<String>,
}

/// How often the items of a list were reached, and which never were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    pub reached: BTreeMap<String, u64>,
    /// In the order of the list.
    pub never: Vec<String>,
}

impl RuleCoverage {
    /// How many scenarios tested it.
    pub fn tested(&self) -> usize {
        self.held.len() + self.broken.len()
    }
}

impl Coverage {
    pub fn new(lists: Lists) -> Self {
        let (scenarios, cells, outcomes, faults, states, choices) = Default::default();
        Coverage { lists, runs: 0, scenarios, cells, outcomes, faults, states, choices }
    }

    /// Counts the choices of the design in which a run was played.
    pub fn take_choices(&mut self, choices: impl IntoIterator<Item = String>) {
        choices.into_iter().for_each(|choice| *self.choices.entry(choice).or_default() += 1);
    }

    pub fn take(&mut self, run: &Run) {
        self.runs += 1;
        if !self.scenarios.contains(&run.scenario) {
            self.scenarios.insert(run.scenario.clone());
        }
        for rule in &run.rules {
            let cell = match rule.outcome {
                RuleOutcome::NotApplicable => Cell::NotApplicable,
                RuleOutcome::NotReached | RuleOutcome::NotObservable | RuleOutcome::Inconclusive => Cell::NotReached,
                RuleOutcome::Held => Cell::Held,
                RuleOutcome::Broken => Cell::Broken,
            };
            let of_rule = self.cells.entry(rule.id.clone()).or_default();
            let so_far = of_rule.entry(run.scenario.clone()).or_insert(cell);
            *so_far = cell.max(*so_far);
        }
        for (sum, of_run) in [
            (&mut self.outcomes, &run.reached.outcomes),
            (&mut self.faults, &run.reached.faults),
            (&mut self.states, &run.reached.states),
        ] {
            for (name, n) in of_run.iter().filter(|(_, n)| **n > 0) {
                let counted = sum.entry(name.clone()).or_default();
                *counted = counted.saturating_add(*n);
            }
        }
    }

    pub fn finish(mut self) -> Report {
        // A rule that is not in the list, for instance of an older tool, is reported after the others.
        let more: Vec<String> = self.cells.keys().filter(|id| !self.lists.rules.contains(id)).cloned().collect();
        let rule = |id: String| {
            let cells = self.cells.remove(&id).unwrap_or_default();
            let of = |wanted| cells.iter().filter(|(_, cell)| **cell == wanted).map(|(s, _)| s.clone()).collect();
            RuleCoverage {
                held: of(Cell::Held),
                broken: of(Cell::Broken),
                not_reached: of(Cell::NotReached),
                not_applicable: of(Cell::NotApplicable),
                id,
            }
        };
        let reached = |list: Vec<String>, reached: BTreeMap<String, u64>| {
            let never = list.into_iter().filter(|name| !reached.contains_key(name)).collect();
            Reached { reached, never }
        };
        Report {
            schema: SCHEMA.into(),
            runs: self.runs,
            scenarios: self.scenarios.into_iter().collect(),
            rules: self.lists.rules.into_iter().chain(more).map(rule).collect(),
            outcomes: reached(self.lists.outcomes, self.outcomes),
            faults: reached(self.lists.faults, self.faults),
            states: reached(self.lists.states, self.states),
            choices: reached(self.lists.choices, self.choices),
        }
    }
}

impl Report {
    /// Rules that no scenario tested.
    pub fn untested(&self) -> impl Iterator<Item = &RuleCoverage> {
        self.rules.iter().filter(|r| r.tested() == 0)
    }

    /// The document, indented, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// A line for each rule, and what was never reached.
    pub fn to_text(&self, lang: Lang) -> String {
        text::text(self, lang)
    }

    /// The matrix rule × scenario, with the scenarios by number.
    pub fn to_matrix(&self, lang: Lang) -> String {
        text::matrix(self, lang)
    }

    /// The same as [`Self::to_text`] in Markdown.
    pub fn to_markdown(&self, lang: Lang) -> String {
        text::markdown(self, lang)
    }
}

/// The JSON Schema of [`Report`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Report))? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{failing, rule, sweep, unfinished};

    fn lists() -> Lists {
        let names = |all: &[&str]| all.iter().map(|n| n.to_string()).collect();
        Lists {
            rules: names(&["SEC-008", "FLOW-004", "NVN-003", "AUDIT-001"]),
            outcomes: names(&["in-force", "not-insured", "pin-locked", "jpki-unavailable"]),
            faults: names(&["jpki-down", "line-cut"]),
            states: names(&["certificate/good", "certificate/revoked"]),
            choices: names(&["line/dedicated", "line/internet-vpn"]),
        }
    }

    fn report() -> Report {
        let mut coverage = Coverage::new(lists());
        sweep(1..=3).iter().for_each(|r| coverage.take(r));
        for i in 0..12 {
            let mut run = failing(1);
            run.scenario = format!("scenario-{i}");
            run.rules.push(rule("OLD-001", RuleOutcome::Held));
            coverage.take(&run);
        }
        coverage.take(&unfinished(1));
        coverage.take_choices(["line/dedicated".to_string()]);
        coverage.finish()
    }

    #[test]
    fn broken_takes_precedence_over_held_and_held_over_not_reached() {
        use RuleOutcome::{Broken, Held, NotApplicable, NotReached};
        for (all, expected) in [
            (vec![NotReached, Held], [1, 0, 0, 0]),
            (vec![Broken, Held, NotReached], [0, 1, 0, 0]),
            (vec![NotReached, NotReached], [0, 0, 1, 0]),
            (vec![NotApplicable, NotReached], [0, 0, 1, 0]),
            (vec![NotApplicable, NotApplicable], [0, 0, 0, 1]),
        ] {
            for turn in 0..all.len() {
                let mut coverage = Coverage::new(lists());
                for outcome in all.iter().cycle().skip(turn).take(all.len()) {
                    let mut run = failing(1);
                    run.rules = vec![rule("FLOW-004", *outcome)];
                    coverage.take(&run);
                }
                let r = &coverage.finish().rules[1];
                assert_eq!([r.held.len(), r.broken.len(), r.not_reached.len(), r.not_applicable.len()], expected, "{all:?}");
            }
        }
    }

    fn all_texts(r: &Report, lang: Lang) -> String {
        [r.to_text(lang), r.to_matrix(lang), r.to_markdown(lang)].join("\n----\n\n")
    }

    #[test]
    fn text_matrix_and_markdown_read_well() {
        let r = report();
        insta::assert_snapshot!(all_texts(&r, Lang::En));
        insta::assert_snapshot!("in_japanese", all_texts(&r, Lang::Ja));
    }

    #[test]
    fn nothing_run_is_nothing_covered() {
        let r = Coverage::new(lists()).finish();
        assert_eq!((r.untested().count(), r.outcomes.never.len(), r.faults.never.len(), r.states.never.len()), (4, 4, 2, 2));
        assert_eq!(serde_json::from_str::<Report>(&r.to_json().unwrap()).unwrap(), r);
        insta::assert_snapshot!(all_texts(&r, Lang::En));
    }
}
