//! Scenarios and designs that must break a rule: they pass if it is broken, and only then. And the designs beside the yardstick.

use crate::tool;
use reports::results::{Results, RuleOutcome, Run, RunOutcome};
use std::collections::BTreeSet;

/// The rules that runs in a design break, over a suite: MUST and SHOULD.
fn broken_in(design: &str, suite: &str) -> (i32, BTreeSet<String>, Results) {
    let args = ["run", "--suite", suite, "--design", design, "--shrink", "0", "--format", "json"];
    let output = tool::shikaku().args(args).output().unwrap();
    let results: Results = serde_json::from_slice(&output.stdout).unwrap();
    let rules = results.runs.iter().flat_map(|run| &run.rules);
    let broken = rules.filter(|r| r.outcome == RuleOutcome::Broken).map(|r| r.id.clone()).collect();
    (output.status.code().unwrap(), broken, results)
}

#[test]
fn my_number_at_the_counter_breaks_exactly_the_rules_that_it_should() {
    for suite in ["core", "designs"] {
        let (code, broken, results) = broken_in("my-number", suite);
        assert_eq!(code, 0, "{suite}: every run passes, because its design breaks these rules on purpose");
        assert_eq!(broken, ["NVN-003", "NVN-062", "NVN-063"].map(String::from).into(), "{suite}");
        assert!(results.runs.len() > 1);
    }
}

#[test]
fn the_example_of_2014_breaks_no_rule_that_must_hold() {
    let (code, _, results) = broken_in("certificate", "core");
    let broken: Vec<_> = results.runs.iter().flat_map(|run| &run.rules).filter(|r| is_broken_must(r)).map(|r| &r.id).collect();
    assert_eq!((code, broken), (0, vec![]));
}

fn is_broken_must(rule: &reports::results::RuleResult) -> bool {
    rule.outcome == RuleOutcome::Broken && !rule.warning
}

/// On paper nothing is sent: the rules on what is sent do not apply, and those on the counter are held.
#[test]
fn on_paper_rules_are_not_applicable_where_nothing_is_online() {
    let (code, broken, results) = broken_in("paper", "core");
    assert_eq!((code, broken), (0, BTreeSet::new()));
    let rules = || results.runs.iter().flat_map(|run| &run.rules);
    for id in [
        "FLOW-001",
        "FLOW-002",
        "FLOW-003",
        "FLOW-005",
        "ELIG-001",
        "SEC-001",
        "SEC-005",
        "SEC-006",
        "AUDIT-002",
        "MIN-001",
        "NVN-004",
    ] {
        let all: BTreeSet<String> = rules().filter(|r| r.id == id).map(|r| format!("{:?}", r.outcome)).collect();
        assert_eq!(all, ["NotApplicable".to_string()].into(), "{id}");
    }
    for id in ["AUDIT-001", "ELIG-004", "NVN-003", "LINK-003"] {
        assert!(rules().any(|r| r.id == id && r.outcome == RuleOutcome::Held), "{id}");
    }
    assert!(results.runs.iter().all(|run| run.checks.in_force == 0 && run.checks.indeterminate > 0));
}

/// Taking the card out of its case shows the printed My Number on its back: it breaks three rules.
const MUTANT: &str = "facility-takes-card-out-of-case";
const ALL: &str = r#"["NVN-003", "NVN-062", "NVN-063"]"#;

/// One run of a scenario that must break these rules.
fn run(breaks: &str, more: &[&str]) -> (i32, Run) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("yardstick.toml");
    let text = format!(
        "title = {{ ja = \"カードの裏面\", en = \"The back of the card\" }}\nstory = \"① with the back of the card in sight.\"\nbreaks = {breaks}\n\
         people = 1\n[[visit]]\nat = \"2s\"\nperson = 0\nexpect = \"in-force\"\n"
    );
    std::fs::write(&file, text).unwrap();
    let args = ["--design", "certificate", "--shrink", "0", "--format", "json"];
    let output = tool::shikaku().arg("run").arg(&file).args(args).args(more).output().unwrap();
    let mut results: Results = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results.runs.len(), 1);
    (output.status.code().unwrap(), results.runs.remove(0))
}

fn missed(run: &Run) -> Vec<&str> {
    run.expectations.iter().filter(|e| !e.held).map(|e| e.what.as_str()).collect()
}

#[test]
fn a_yardstick_passes_if_its_rules_are_broken() {
    let (code, run) = run(ALL, &["--mutant", MUTANT]);
    assert_eq!((code, run.outcome), (0, RunOutcome::Passed), "{run:?}");
    assert_eq!(run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken).count(), 3);
}

#[test]
fn a_yardstick_fails_if_nothing_is_broken() {
    let (code, run) = run(ALL, &[]);
    assert_eq!((code, run.outcome), (1, RunOutcome::Broken));
    let demand = |id: &str| format!("rule {id} is broken, as this yardstick intends");
    assert_eq!(missed(&run), ["NVN-003", "NVN-062", "NVN-063"].map(demand));
    assert!(run.rules.iter().all(|r| r.outcome != RuleOutcome::Broken));
}

#[test]
fn a_yardstick_fails_if_other_rules_are_broken() {
    let (code, run) = run(r#"["NVN-062", "NVN-063"]"#, &["--mutant", MUTANT]);
    assert_eq!((code, run.outcome), (1, RunOutcome::Broken));
    assert!(missed(&run).is_empty(), "{run:?}");
}
