//! Answers while an insurer's feed is late: what a visit must end in, and what the rules find right, must be the same.

use crate::run::results;
use reports::results::{RuleOutcome, Run, RunOutcome};
use std::path::Path;

fn play(scenario: &str, more: &[&str]) -> (i32, Vec<Run>) {
    let (code, results) = results(&[&[scenario, "--shrink", "0"], more].concat(), &[]);
    (code, results.runs)
}

fn field_case() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field-cases/two-insurers-one-heard.toml");
    path.to_str().unwrap().to_string()
}

fn outcome_of(run: &Run, rule: &str) -> (RuleOutcome, u64) {
    let rule = run.rules.iter().find(|r| r.id == rule).unwrap();
    (rule.outcome, rule.evaluated)
}

#[test]
fn of_two_insurers_the_one_that_was_heard_is_believed_until_the_other_is() {
    let (code, runs) = play(&field_case(), &["--design", "certificate", "--design", "keep-mapping"]);
    for run in &runs {
        assert_eq!(run.outcome, RunOutcome::Passed, "{}", run.design);
        // One of the two visits is answered.
        assert_eq!(outcome_of(run, "ELIG-001"), (RuleOutcome::Held, 1), "{}", run.design);
    }
    assert_eq!((code, runs.len()), (0, 2));
    // Where insurers are asked in each check, both are heard.
    let (code, runs) = play(&field_case(), &["--design", "ask-insurer"]);
    assert_eq!((code, outcome_of(&runs[0], "ELIG-001")), (0, (RuleOutcome::NotReached, 0)));
}

#[test]
fn a_broker_that_picks_one_of_two_insurers_breaks_a_rule() {
    for design in ["certificate", "ask-insurer"] {
        let (code, runs) = play(&field_case(), &["--design", design, "--mutant", "broker-picks-newer-insurer"]);
        assert_eq!((code, outcome_of(&runs[0], "ELIG-001").0), (1, RuleOutcome::Broken), "{design}");
    }
}

/// In this seed of the swarm a person whom two insurers claim visits before the feed of one of them has come.
#[test]
fn a_seed_of_the_swarm_that_was_a_false_alarm_passes() {
    for design in ["certificate", "signed-challenge"] {
        let (code, runs) = play("swarm", &["--seed", "1101", "--design", design]);
        assert_eq!((code, runs.len()), (0, 1), "{design}");
    }
}
