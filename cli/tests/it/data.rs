//! Wrong and late data, while every party works as built: what rules can see, what they cannot, and what came of it.

use crate::run::results;
use crate::tool::shikaku;
use reports::results::{DataQuality, RuleOutcome, Run, RunOutcome};
use std::path::Path;

const BOTH: [&str; 4] = ["--design", "certificate", "--design", "ask-insurer"];

fn field_case(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/field-cases/{name}.toml")).to_str().unwrap().to_string()
}

fn play(scenario: &str, more: &[&str]) -> (i32, Vec<Run>) {
    let (code, results) = results(&[&[scenario, "--shrink", "0"], more].concat(), &[]);
    (code, results.runs)
}

fn passed(run: &Run) -> &DataQuality {
    let broken: Vec<_> = run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken).collect();
    let missed: Vec<_> = run.expectations.iter().filter(|e| !e.held).collect();
    assert_eq!(run.outcome, RunOutcome::Passed, "{} {}: {broken:?} {missed:?}", run.scenario, run.design);
    run.data.as_ref().unwrap()
}

/// Every rule holds while another person's data are shown: the result alone counts it.
#[test]
fn a_wrong_link_is_invisible_to_every_rule_and_the_result_counts_what_was_shown_to_whom() {
    let (code, runs) = play(&field_case("wrong-link"), &BOTH);
    assert_eq!((code, runs.len()), (0, 2));
    for run in &runs {
        let data = passed(run);
        let shown: Vec<_> = data
            .wrong_disclosures
            .iter()
            .map(|d| (d.person, d.class.as_str(), d.facility.as_str(), d.visitor, d.times))
            .collect();
        let expected = [(0, "eligibility", "facility-000001", 1, 1), (0, "insured-identifier", "facility-000001", 1, 1)];
        assert_eq!(shown, expected, "{}", run.design);
        assert_eq!(data.answers_unlike_truth.get("another-person"), Some(&1));
        let healed: Vec<_> = data.registers_differ.iter().map(|d| (d.person, d.from_s, d.until_s)).collect();
        assert_eq!(healed, [(0, 0.0, Some(60.0)), (1, 0.0, Some(60.0))]);
    }
}

#[test]
fn two_people_who_are_swapped_are_shown_to_each_others_clinics_until_the_correction() {
    let (code, runs) = play("two-people-swapped", &BOTH);
    assert_eq!(code, 0);
    for run in &runs {
        let data = passed(run);
        let mut shown: Vec<_> = data.wrong_disclosures.iter().map(|d| (d.person, d.visitor)).collect();
        shown.dedup();
        assert_eq!(shown, [(0, 1), (1, 0)], "{}", run.design);
        assert!(data.wrong_disclosures.iter().all(|d| d.last_s < 60.0));
    }
}

#[test]
fn late_registrations_are_sayable_and_end_as_the_registers_say() {
    let (code, runs) = play(&field_case("late-registration"), &BOTH);
    assert_eq!(code, 0);
    for run in &runs {
        assert_eq!(passed(run).answers_unlike_truth.get("other-insurer"), Some(&1), "{}", run.design);
    }
    let (code, runs) = play(&field_case("old-insurer-late"), &[]);
    assert_eq!((code, runs.iter().all(|r| r.outcome == RunOutcome::Passed)), (0, true));
}

/// Feeds in another order than the registrations, with withdrawals among them, and from other insurers: answered by what the broker has.
#[test]
fn feeds_in_any_order_end_as_the_broker_can_know_and_break_no_rule() {
    for name in ["old-feed-before-new", "wrong-link-while-a-feed-is-late", "two-records-and-late-feeds"] {
        let (code, runs) = play(&field_case(name), &["--seeds", "1..3"]);
        for run in &runs {
            passed(run);
        }
        assert_eq!((code, runs.len()), (0, 6), "{name}");
    }
}

/// No rule is broken by what an insurer does not state; the result counts the answers without a share, and two filled-in ones are found by selftest.
#[test]
fn a_share_that_is_not_stated_is_not_shown_and_counted() {
    let (code, runs) = play("shares-withheld-for-days", &BOTH);
    assert_eq!((code, runs.len()), (0, 2));
    for run in &runs {
        let data = passed(run);
        assert_eq!(data.answers_unlike_truth.get("copayment-not-shown"), Some(&2), "{}", run.design);
        assert!(data.wrong_disclosures.is_empty());
        let healed: Vec<_> = data.registers_differ.iter().map(|d| (d.person, d.from_s, d.until_s)).collect();
        assert!(healed.contains(&(0, 1_800.0, Some(435_600.0))), "{healed:?}");
    }
}

/// A run in which the registers are right all the time says nothing of them.
#[test]
fn a_run_without_wrong_data_measures_none() {
    let (_, runs) = play("everyday-visit", &[]);
    assert!(runs.iter().all(|run| run.data.is_none()));
}

/// What no person can be is refused with the reason and its place.
#[test]
fn an_impossible_person_is_refused_with_file_and_line() {
    let head = "title = { ja = \"人\", en = \"People\" }\nstory = \"Nobody can be that.\"\nday = \"2027-04-05\"\npeople = 3\n";
    let visit = "[[visit]]\nat = \"2s\"\nperson = 0\nexpect = \"in-force\"\n";
    let folder = tempfile::tempdir().unwrap();
    for (part, line, why) in [
        ("insurance = \"turns-75-tomorrow\"\nborn = \"1952-04-05\"", 8, "turns 75 on 2027-04-05"),
        ("insurance = \"moved-yesterday\"\nborn = \"1940-01-01\"", 8, "no move to another insurer is possible"),
        ("insured-with = \"late-elderly\"\nborn = \"1980-01-01\"", 7, "75 and older are with `late-elderly`"),
        ("insured-with = \"kyokai-kenpo\"\nborn = \"1940-01-01\"", 7, "insures nobody who was born on that day"),
        ("certificate = \"expired\"\nborn = \"1980-05-05\"", 8, "the birthday must be 04-04"),
        ("born = \"2027-04-01\"", 7, "60 days to 110 years old"),
        ("dependent-of = 0", 7, "not their own dependent"),
        ("dependent-of = 1\ninsurance = \"ended\"", 7, "a dependent's insurance is that of person 1"),
        ("dependent-of = 1\nborn = \"1947-04-01\"", 7, "nobody's dependent"),
        ("born = \"1952-03-30\"", 7, "turned 75 on 2027-03-30"),
        ("born = \"1952-04-05\"", 7, "turns-75-today"),
    ] {
        let file = folder.path().join("nobody.toml");
        std::fs::write(&file, format!("{head}[[person]]\nindex = 0\n{part}\n{visit}")).unwrap();
        let output = shikaku().arg("check").arg(&file).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).to_string() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{part}: {text}");
        assert!(text.contains(why) && text.contains(&format!("nobody.toml:{line}:")), "{part}: {text}");
    }
}

/// What is due by age in the run, a change before the birth, and a household that cannot be are refused where they are written.
#[test]
fn what_a_person_cannot_have_been_is_refused_with_file_and_line() {
    let head = "title = { ja = \"人\", en = \"People\" }\nstory = \"Nobody can be that.\"\npeople = 3\n";
    let visit = "[[visit]]\nat = \"2s\"\nperson = 0\nexpect = \"never-wrong\"\n";
    let leaves = "[[event]]\nat = \"20s\"\ndoes = { leaves-insurer = { person = 0, since-days-ago = 365 } }\n";
    let midnight = "day = \"2027-03-31\"\nstarts = \"23:59:30\"\n";
    let folder = tempfile::tempdir().unwrap();
    for (text, line, why) in [
        (format!("{midnight}[[person]]\nindex = 0\nborn = \"2020-05-05\"\n"), 8, "is due on 2027-04-01"),
        (format!("{midnight}[[person]]\nindex = 0\nborn = \"1952-04-01\"\n"), 8, "turns-75-tomorrow"),
        (format!("[[person]]\nindex = 0\nborn = \"2026-03-05\"\n{leaves}"), 6, "must be born by 2026-02-24"),
        (format!("[[person]]\nindex = 1\ndependent-of = 0\nborn = \"2026-06-01\"\n{leaves}"), 6, "must be born by 2026-02-24"),
        (
            "[[person]]\nindex = 1\ndependent-of = 0\n[[person]]\nindex = 0\nborn = \"1918-02-27\"\n".into(),
            9,
            "25 to 74 years old",
        ),
    ] {
        let file = folder.path().join("nobody.toml");
        std::fs::write(&file, format!("{head}{text}{visit}")).unwrap();
        let output = shikaku().arg("check").arg(&file).output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).to_string() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}: {shown}");
        assert!(shown.contains(why) && shown.contains(&format!("nobody.toml:{line}:")), "{text}: {shown}");
    }
    // A birthday on 29 February is on 28 February in other years, so that a certificate can have ended on it.
    let leap = "day = \"2027-03-01\"\n[[person]]\nindex = 0\nborn = \"1980-02-29\"\ncertificate = \"expired\"\n";
    let file = folder.path().join("leap.toml");
    std::fs::write(&file, format!("{head}{leap}{}", visit.replace("never-wrong", "certificate-expired"))).unwrap();
    let output = shikaku().arg("run").arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The number of a branch has two digits: a larger household is refused, and not counted beyond the end of a type.
#[test]
fn a_household_has_as_many_people_as_branch_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("household.toml");
    for (dependents, code) in [(99, 0), (100, 2), (300, 2)] {
        let people: String = (1..=dependents).map(|n| format!("[[person]]\nindex = {n}\ndependent-of = 0\n")).collect();
        let head = format!("title = {{ ja = \"家族\", en = \"A family\" }}\nstory = \"①\"\npeople = {}\n", dependents + 1);
        std::fs::write(&file, format!("{head}{people}[[visit]]\nat = \"2s\"\nperson = {dependents}\nexpect = \"in-force\"\n"))
            .unwrap();
        let output = shikaku().args(["run", "--design", "certificate"]).arg(&file).output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).to_string() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{dependents}: {shown}");
        assert_eq!(code == 2, shown.contains("more than 99 dependents"), "{shown}");
    }
}

/// The drawn job changes of a morning: some are registered, some are not, and the result counts the answers that are not true.
#[test]
fn job_changes_come_late_by_their_distributions() {
    let (code, runs) = play("job-changes-of-april", &["--seeds", "1..4", "--design", "certificate"]);
    assert_eq!(code, 0);
    let unlike: u64 = runs.iter().flat_map(|run| passed(run).answers_unlike_truth.values()).sum();
    let late: usize = runs.iter().map(|run| passed(run).registers_differ.len()).sum();
    assert!(unlike > 5 && late > 20, "{unlike} {late}");
}
