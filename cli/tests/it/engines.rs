//! Both engines play the built-in suites to the same end, with the same verdicts. Bytes may differ.

use crate::run::{CORE, results};
use reports::results::{Results, RuleOutcome, Run};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Runs by scenario and design.
fn by_name(results: &Results) -> BTreeMap<(&str, &str), &Run> {
    results.runs.iter().map(|r| ((r.scenario.as_str(), r.design.as_str()), r)).collect()
}

/// How a run ended, which demands it met, and the verdict of each rule.
fn verdicts(run: &Run) -> impl PartialEq + Debug + use<> {
    let demands: Vec<(String, bool)> = run.expectations.iter().map(|e| (e.what.clone(), e.held)).collect();
    let rules: Vec<(String, RuleOutcome)> = run.rules.iter().map(|r| (r.id.clone(), r.outcome)).collect();
    (run.outcome, run.error.clone(), demands, rules)
}

/// How often each step was reached, and how each visit ended. Equal on both engines if no queue overflows: otherwise microseconds
/// decide which requests are rejected.
fn course(run: &Run) -> impl PartialEq + Debug + use<> {
    let visits = run.expectations.iter().filter(|e| e.what.starts_with("visit ")).map(|e| e.detail.clone());
    (format!("{:?}", run.checks), run.steps.clone(), format!("{:?}", run.reached), visits.collect::<Vec<_>>())
}

fn agree<T: PartialEq + Debug>(one: &Results, other: &Results, look: impl Fn(&Run) -> T) {
    let (one, other) = (by_name(one), by_name(other));
    assert_eq!(one.len(), other.len());
    for (name, run) in &one {
        assert_eq!(other.get(name).map(|r| look(r)), Some(look(run)), "{name:?}");
    }
}

#[test]
fn the_core_suite_has_the_same_course_on_both_engines() {
    let (code, ticks) = results(&["--seed", "7", "--engine", "ticks"], &[]);
    let (default, events) = &*CORE;
    assert_eq!((code, *default), (0, 0));
    assert!(ticks.runs.len() > 100);
    agree(&ticks, events, verdicts);
    agree(&ticks, events, course);
    // The engines are really different.
    assert!(ticks.runs.iter().zip(&events.runs).any(|(t, e)| t.journal_sha256 != e.journal_sha256));
}

#[test]
fn the_faults_suite_has_the_same_verdicts_on_both_engines() {
    let [ticks, events] = ["ticks", "events"].map(|engine| results(&["--suite", "faults", "--engine", engine], &[]));
    assert_eq!((ticks.0, events.0), (0, 0));
    agree(&ticks.1, &events.1, verdicts);
}
