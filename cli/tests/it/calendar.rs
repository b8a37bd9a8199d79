//! Runs across midnight: facilities ask about the day on which they ask, and a wrong day breaks a rule. The scenarios are cases
//! from the field, in `tests/field-cases`.

use crate::run::results;
use crate::tool::shikaku;
use reports::results::{RuleOutcome, Run, RunOutcome};
use std::path::{Path, PathBuf};

fn field_case(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/field-cases/{name}.toml"));
    path.to_str().unwrap().to_string()
}

/// The exit code and the runs of a scenario, in every design that comes with the tool.
fn play(scenario: &str, more: &[&str]) -> (i32, Vec<Run>) {
    let designs =
        ["certificate", "signed-challenge", "keep-mapping", "keep-for-a-time", "facility-pseudonym", "least-kept", "ask-insurer"];
    let designs: Vec<&str> = designs.iter().flat_map(|name| ["--design", name]).collect();
    let (code, results) = results(&[&[scenario, "--shrink", "0"], designs.as_slice(), more].concat(), &[]);
    assert_eq!(results.runs.len(), 7);
    (code, results.runs)
}

fn broken(run: &Run) -> Vec<&str> {
    run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken).map(|r| r.id.as_str()).collect()
}

fn missed(run: &Run) -> Vec<&str> {
    run.expectations.iter().filter(|e| !e.held).map(|e| e.what.as_str()).collect()
}

#[test]
fn after_midnight_the_new_day_is_asked_about_and_answered() {
    let (code, runs) = play(&field_case("midnight"), &[]);
    for run in &runs {
        assert_eq!((run.outcome, broken(run), missed(run)), (RunOutcome::Passed, vec![], vec![]), "{}", run.design);
        let rule = run.rules.iter().find(|r| r.id == "ELIG-006").unwrap();
        assert_eq!((rule.outcome, rule.evaluated), (RuleOutcome::Held, 6), "{}", run.design);
    }
    assert_eq!(code, 0);
}

/// The file expects what was answered when facilities asked about the day of the run's start.
#[test]
fn a_facility_that_asks_about_the_day_of_the_start_breaks_rules_although_every_visit_ends_as_the_file_expects() {
    let file = field_case("midnight-as-played");
    let (code, runs) = play(&file, &["--mutant", "facility-asks-about-first-day"]);
    for run in &runs {
        assert_eq!(missed(run), [""; 0], "{}", run.design);
        assert_eq!((run.outcome, broken(run)), (RunOutcome::Broken, vec!["ELIG-001", "ELIG-006"]), "{}", run.design);
    }
    assert_eq!(code, 1);
    // Without the mutant no rule is broken, and the wrong expectations are missed.
    let (code, runs) = play(&file, &[]);
    for run in &runs {
        assert_eq!((run.outcome, broken(run)), (RunOutcome::Broken, vec![]), "{}", run.design);
        assert_eq!(missed(run).len(), 2, "{}: {:?}", run.design, missed(run));
    }
    assert_eq!(code, 1);
}

#[test]
fn a_terminal_whose_clock_is_16_hours_ahead_breaks_a_rule_and_is_not_answered() {
    let (code, runs) = play(&field_case("terminal-clock-16h"), &[]);
    for run in &runs {
        assert_eq!((run.outcome, broken(run), missed(run)), (RunOutcome::Broken, vec!["ELIG-006"], vec![]), "{}", run.design);
        assert_eq!((run.checks.started, run.checks.indeterminate), (1, 1), "{}", run.design);
        let finding = run.rules.iter().flat_map(|r| &r.findings).next().unwrap();
        assert_eq!(finding.what, "the facility asked about 2027-04-06 on 2027-04-05");
    }
    assert_eq!(code, 1);
}

/// Forty midnights, from March to the end of April, and several checks a day.
#[test]
fn a_run_of_several_weeks_is_played_and_its_last_day_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weeks.toml");
    let text = "title = { ja = \"数週間\", en = \"Weeks\" }\nstory = \"① to ⑦ on many days.\"\nday = \"2027-03-20\"\nstarts = \"22:00\"\npeople = 40\n\
                [[person]]\nindex = 0\ninsurance = \"gap\"\n\
                [[visit]]\nat = \"2s\"\nperson = 0\nexpect = \"not-insured\"\n\
                [[visit]]\nat = \"960h\"\nperson = 0\nexpect = \"in-force\"\n\
                [[workload]]\nfrom = \"1h\"\nuntil = \"950h\"\narrivals = { poisson = { rate = \"0.2 per hour\" } }\nexpect = \"as-if-undisturbed\"\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let (code, weeks) = results(&[file, "--design", "certificate", "--design", "signed-challenge", "--shrink", "0"], &[]);
    for run in &weeks.runs {
        assert_eq!((broken(run), missed(run)), (vec![], vec![]), "{}", run.design);
        assert!(run.checks.started > 150, "{}", run.checks.started);
    }
    assert_eq!(code, 0);
    let output = shikaku().args(["run", file, "--engine", "ticks", "--shrink", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let printed = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(printed.contains("the engine `ticks` plays 24 at most"), "{printed}");
}
