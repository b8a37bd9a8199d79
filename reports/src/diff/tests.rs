use super::*;
use crate::results::{RuleOutcome, Run, RunOutcome};
use crate::rules::Lang;
use crate::samples::{failing, passing, results, rule, sweep};
use proptest::prelude::*;

/// The changes between one passing run and the same with `change`.
fn changed(change: impl FnOnce(&mut Run), tolerance: Option<f64>) -> Vec<(Direction, About, String)> {
    let mut run = passing(1);
    change(&mut run);
    let diff = Diff::of(&results(1..=1, vec![passing(1)]), &results(1..=1, vec![run]), tolerance).unwrap();
    diff.changes.into_iter().map(|c| (c.direction, c.about, c.subject)).collect()
}

#[test]
fn equal_results_have_no_changes() {
    let one = results(1..=30, sweep(1..=30));
    let diff = Diff::of(&one, &one.clone(), Some(0.0)).unwrap();
    assert_eq!((diff.changes, diff.remarks, diff.journals_changed), (vec![], vec![], 0));
}

#[test]
fn a_rule_that_is_no_longer_tested_is_a_regression() {
    use Direction::{Change, Improvement, Regression};
    use RuleOutcome::{Broken, Held, NotApplicable, NotReached};
    let all = [
        (Some(Held), Some(NotApplicable), Regression),
        (Some(NotApplicable), Some(Broken), Regression),
        (Some(NotApplicable), Some(Held), Improvement),
        (Some(NotReached), Some(NotApplicable), Change),
        (Some(Held), Some(Broken), Regression),
        (Some(Held), Some(NotReached), Regression),
        (Some(Held), None, Regression),
        (Some(NotReached), Some(Broken), Regression),
        (None, Some(Broken), Regression),
        (Some(Broken), Some(Held), Improvement),
        (Some(NotReached), Some(Held), Improvement),
        // A finding that is no longer searched for is not fixed.
        (Some(Broken), Some(NotReached), Change),
        (Some(Broken), None, Change),
        (Some(NotReached), None, Change),
        (None, Some(Held), Change),
        (None, Some(NotReached), Change),
    ];
    for (old, new, expected) in all {
        let with = |outcome: Option<RuleOutcome>| {
            let mut run = passing(1);
            run.rules = outcome.map(|o| rule("FLOW-001", o)).into_iter().collect();
            results(1..=1, vec![run])
        };
        let diff = Diff::of(&with(old), &with(new), None).unwrap();
        let found: Vec<_> = diff.changes.iter().filter(|c| c.about == About::Rule).map(|c| c.direction).collect();
        assert_eq!(found, [expected], "{old:?} to {new:?}");
    }
}

#[test]
fn a_worse_outcome_or_a_missing_run_is_a_regression() {
    let kinds = |old: Vec<Run>, new: Vec<Run>| -> Vec<(Direction, About)> {
        let diff = Diff::of(&results(1..=2, old), &results(1..=2, new), None).unwrap();
        diff.changes.into_iter().filter(|c| c.about != About::Figure).map(|c| (c.direction, c.about)).collect()
    };
    use Direction::{Change, Improvement, Regression};
    let mut fixed = failing(1);
    (fixed.outcome, fixed.rules, fixed.expectations) = (RunOutcome::Passed, passing(1).rules, passing(1).expectations);
    let worse = [(Regression, About::Run), (Regression, About::Rule), (Regression, About::Expectation)];
    assert_eq!(kinds(vec![fixed.clone()], vec![failing(1)]), worse);
    let better = [(Improvement, About::Run), (Improvement, About::Rule), (Improvement, About::Expectation)];
    assert_eq!(kinds(vec![failing(1)], vec![fixed]), better);
    assert_eq!(kinds(vec![passing(1), passing(2)], vec![passing(1)]), [(Regression, About::Run)]);
    assert_eq!(kinds(vec![passing(1)], vec![passing(1), failing(2)]), [(Change, About::Run)]);
}

#[test]
fn latency_is_a_regression_beyond_the_tolerance_only() {
    let slower = |p99: f64| move |r: &mut Run| r.latency_ms.as_mut().unwrap().p99 = p99;
    let figure = |direction| vec![(direction, About::Figure, "latency_ms/p99".to_string())];
    assert_eq!(changed(slower(9999.0), None), figure(Direction::Change));
    assert_eq!(changed(slower(2063.0 * 1.04), Some(5.0)), figure(Direction::Change));
    assert_eq!(changed(slower(2063.0 * 1.06), Some(5.0)), figure(Direction::Regression));
    assert_eq!(changed(slower(2063.0 * 0.9), Some(5.0)), figure(Direction::Improvement));
    assert_eq!(changed(slower(2063.1), Some(0.0)), figure(Direction::Regression));
}

#[test]
fn every_figure_is_compared() {
    let names = |change: fn(&mut Run)| changed(change, None).into_iter().map(|(_, _, name)| name).collect::<Vec<_>>();
    assert_eq!(names(|r| r.checks.refused = 4), ["checks/refused"]);
    assert_eq!(
        names(|r| {
            r.steps.insert("7".into(), 2);
        }),
        ["steps/7"]
    );
    assert_eq!(
        names(|r| {
            r.reached.outcomes.remove("in-force");
        }),
        ["reached/outcomes/in-force"]
    );
    assert_eq!(
        names(|r| {
            r.reached.faults.insert("line-cut".into(), 1);
        }),
        ["reached/faults/line-cut"]
    );
    assert_eq!(
        names(|r| {
            r.reached.states.insert("card/lost".into(), 1);
        }),
        ["reached/states/card/lost"]
    );
    assert_eq!(names(|r| r.rules[1].evaluated = 3), ["NVN-003/evaluated"]);
    assert_eq!(names(|r| r.virtual_s = 30.0), ["virtual_s"]);
    assert_eq!(names(|r| r.latency_ms = None).len(), 5);
    // The time that the machine took is not a result.
    assert_eq!(names(|r| r.wall_s = 30.0), Vec::<String>::new());
}

#[test]
fn a_duplicate_run_is_named() {
    let duplicate = results(1..=1, vec![passing(1), passing(1)]);
    let error = Diff::of(&results(1..=1, vec![]), &duplicate, None).unwrap_err();
    assert!(error.in_new);
    assert_eq!(error.to_string(), "everyday-visit / certificate / seed 1 is in the document twice");
}

#[test]
fn the_text_reads_well() {
    let old = results(1..=4, sweep(1..=4));
    let mut new = results(1..=4, sweep(1..=4));
    new.version = "1".into();
    new.complete = false;
    new.plan.scenarios[0].sha256 = "other".into();
    for run in new.runs.iter_mut().filter(|r| r.scenario == "everyday-visit") {
        run.rules[0] = rule("FLOW-004", RuleOutcome::NotReached);
        run.latency_ms.as_mut().unwrap().p99 = 2200.0 + run.seed as f64;
        run.journal_sha256 = "other".into();
        if run.seed != 3 {
            run.checks.refused = 1;
        }
    }
    for run in new.runs.iter_mut().filter(|r| r.scenario == "jpki-down") {
        (run.outcome, run.rules, run.expectations) = (RunOutcome::Passed, passing(1).rules, passing(1).expectations);
    }
    new.runs.pop();
    let mut added = passing(4);
    added.scenario = "two-insurers".into();
    new.runs.push(added);
    let diff = Diff::of(&old, &new, Some(5.0)).unwrap();
    insta::assert_snapshot!(diff.to_text(Lang::En));
    insta::assert_snapshot!("in_japanese", diff.to_text(Lang::Ja));
}

proptest! {
    /// Both directions: what is a regression one way is an improvement or a change the other way, and nothing appears or
    /// vanishes.
    #[test]
    fn the_reverse_comparison_has_the_same_changes(old in any_runs(), new in any_runs()) {
        let (old, new) = (results(1..=5, old), results(1..=5, new));
        let there = Diff::of(&old, &new, Some(1.0)).unwrap();
        let back = Diff::of(&new, &old, Some(1.0)).unwrap();
        let key = |c: &Change| (c.scenario.clone(), c.design.clone(), c.seed, c.about, c.subject.clone());
        prop_assert_eq!(there.changes.iter().map(key).collect::<Vec<_>>(), back.changes.iter().map(key).collect::<Vec<_>>());
        for (a, b) in there.changes.iter().zip(&back.changes) {
            prop_assert_eq!((&a.old, &a.new), (&b.new, &b.old));
            prop_assert!(a.direction != Direction::Improvement || b.direction == Direction::Regression, "{:?}", a);
        }
    }
}

fn any_runs() -> impl Strategy<Value = Vec<Run>> {
    let rule_outcome =
        prop::sample::select(vec![RuleOutcome::Held, RuleOutcome::Broken, RuleOutcome::NotReached, RuleOutcome::NotApplicable]);
    let outcome =
        prop::sample::select(vec![RunOutcome::Passed, RunOutcome::Broken, RunOutcome::Differed, RunOutcome::Unfinished]);
    let run = (1..=5u64, outcome, rule_outcome, any::<bool>(), 1.0..100.0f64).prop_map(|(seed, outcome, of_rule, held, p99)| {
        let mut run = passing(seed);
        run.outcome = outcome;
        run.rules[0] = rule("FLOW-004", of_rule);
        run.expectations[0].held = held;
        run.latency_ms.as_mut().unwrap().p99 = p99;
        run
    });
    prop::collection::vec(run, 0..5).prop_map(|mut runs: Vec<Run>| {
        runs.sort_by_key(|r| r.seed);
        runs.dedup_by_key(|r| r.seed);
        runs
    })
}
