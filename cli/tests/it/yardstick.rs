//! Scenarios that must break a rule: they pass if it is broken, and only then.

use crate::tool;
use reports::results::{Results, RuleOutcome, Run, RunOutcome};

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
