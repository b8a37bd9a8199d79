//! `shikaku population` from outside.

use crate::tool;
use serde_json::Value;
use sim::terms::identifiers::{InstitutionCode, InsurerNumber, MyNumber, ResidentCode};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

fn population(args: &[&str]) -> String {
    let output = tool::shikaku().arg("population").args(args).env("TZ", "Asia/Tokyo").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn people_depend_on_the_seed_and_their_numbers_are_valid() {
    let text = population(&["--seed", "7", "--persons", "200"]);
    assert_eq!(text, population(&["--persons", "200", "--seed", "7"]));
    assert_ne!(text, population(&["--seed", "8", "--persons", "200"]));
    assert!(text.starts_with(&population(&["--seed", "7", "--persons", "20"])));
    for (index, line) in text.lines().enumerate() {
        let person: Value = serde_json::from_str(line).unwrap();
        assert_eq!(person["index"], index);
        MyNumber::new(person["my_number"].as_str().unwrap()).unwrap();
        ResidentCode::new(person["resident_code"].as_str().unwrap()).unwrap();
        for period in person["insurance"].as_array().unwrap() {
            InsurerNumber::new(period["insurer_number"].as_str().unwrap()).unwrap();
        }
        for code in person["institution_codes"].as_object().unwrap().values() {
            InstitutionCode::new(code.as_str().unwrap()).unwrap();
        }
        assert!(!person["certificates"].as_array().unwrap().is_empty());
    }
    assert_eq!(text.lines().count(), 200);
}

/// An independent implementation of the check digits.
const CHECK: &str = "
import json, sys
seen = set()
for line in open(sys.argv[1], encoding='utf-8'):
    person = json.loads(line)
    digits = [int(c) for c in person['my_number']]
    assert len(digits) == 12
    p = digits[10::-1]
    total = sum(d * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(p, 1))
    assert digits[11] == (0 if total % 11 <= 1 else 11 - total % 11), person['index']
    code = [int(c) for c in person['resident_code']]
    assert len(code) == 11
    total = sum(d * (2 + n % 6) for n, d in enumerate(code[9::-1]))
    assert code[10] == (11 - total % 11) % 10, person['index']
    seen.add(person['my_number'])
print(len(seen))
";

#[test]
fn python_confirms_the_check_digits() {
    if std::process::Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is missing");
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: there is no python3\n");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ndjson");
    let reported = population(&["--seed", "3", "--persons", "5000", "--out", file.to_str().unwrap()]);
    assert_eq!(reported, "");
    let output = std::process::Command::new("python3").args(["-c", CHECK]).arg(&file).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "5000", "{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the independent checker. Its answer: the people, and those of them who share a household with somebody before them.
fn python_finds_everybody_possible(file: &Path) -> Option<(usize, usize)> {
    let script = format!("{}/tests/people/check.py", env!("CARGO_MANIFEST_DIR"));
    let Ok(output) = std::process::Command::new("python3").arg(script).arg(file).output() else {
        assert!(std::env::var_os("CI").is_none(), "python3 is missing");
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: there is no python3\n");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut counts = text.split_whitespace().map(|n| n.parse().unwrap());
    Some((counts.next().unwrap(), counts.next().unwrap()))
}

#[test]
fn python_finds_drawn_and_changed_people_possible_and_is_not_blind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ndjson");
    let path = file.to_str().unwrap();
    population(&["--seed", "5", "--persons", "20000", "--out", path]);
    let Some((people, shared)) = python_finds_everybody_possible(&file) else { return };
    assert!(people == 20_000 && shared > 1_000, "{people} {shared}");
    for scenario in ["seventy-five-tomorrow", "seventy-five-today", "insured-elsewhere", "certificate-expired", "two-insurers"] {
        for seed in ["1", "2", "3", "4", "5"] {
            std::fs::write(&file, population(&["--seed", seed, "--scenario", scenario])).unwrap();
            python_finds_everybody_possible(&file);
        }
    }
    // One thing changed is found.
    let one = population(&["--seed", "5", "--persons", "1"]);
    let mut person: Value = serde_json::from_str(&one).unwrap();
    for (member, value) in [("copayment_percent", Value::from(11)), ("branch", "7".into()), ("until", "1901-01-01".into())] {
        let kept = std::mem::replace(&mut person["insurance"][0][member], value);
        std::fs::write(&file, format!("{person}\n")).unwrap();
        let script = format!("{}/tests/people/check.py", env!("CARGO_MANIFEST_DIR"));
        let output = std::process::Command::new("python3").arg(script).arg(&file).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{member}");
        person["insurance"][0][member] = kept;
    }
}

#[test]
fn a_scenario_gives_the_people_of_its_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, include_str!("../../../scenarios/core/two-insurers.toml")).unwrap();
    let built_in = population(&["--seed", "4", "--scenario", "two-insurers"]);
    assert_ne!(built_in, population(&["--seed", "5", "--scenario", "two-insurers"]));
    // The name of a scenario is part of the seed of its run, and a file's is its own.
    assert_ne!(built_in, population(&["--seed", "4", "--scenario", file.to_str().unwrap()]));
    let first: Value = serde_json::from_str(built_in.lines().next().unwrap()).unwrap();
    let open = first["insurance"].as_array().unwrap().iter().filter(|p| p["until"].is_null()).count();
    assert_eq!(open, 2, "{first}");
}

/// The people whose secrets `shikaku scan` finds in the journals of a folder.
fn found_in(journals: &Path, people: &str, folder: &Path) -> BTreeSet<u64> {
    let file = folder.join("people.ndjson");
    std::fs::write(&file, people).unwrap();
    let output = tool::shikaku().args(["scan", "--format", "json", "--people"]).arg(&file).arg(journals).output().unwrap();
    let scan: reports::scan::Scan =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    scan.findings.iter().map(|f| f.person).collect()
}

/// Plays one run, keeps its journal in `out`, and gives its results.
fn play(scenario: &[&str], seed: &str, out: &Path) -> Value {
    let args = ["--seed", seed, "--no-rules", "--shrink", "0", "--journals", "all", "--format", "json", "--out"];
    let output = tool::shikaku().arg("run").args(scenario).args(args).arg(out).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_drawn_scenario_and_a_saved_case_also_give_the_people_of_their_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    // Drawn: the number of people depends on the seed, and they are those of the run.
    play(&["--suite", "swarm"], "5", &path("swarm"));
    let people = population(&["--seed", "5", "--scenario", "swarm"]);
    let found = found_in(&path("swarm"), &people, folder.path());
    assert!(people.lines().count() > 1 && !found.is_empty(), "{people}");
    let others = population(&["--seed", "6", "--scenario", "swarm"]);
    assert_eq!(found_in(&path("swarm"), &others, folder.path()), BTreeSet::new());
    // Saved by `replay --save`: another name, the same people.
    let wrong = include_str!("../../../scenarios/core/everyday-visit.toml").replacen("\"in-force\"", "\"not-insured\"", 1);
    std::fs::write(path("wrong.toml"), wrong).unwrap();
    let args = ["--design", "certificate", "--seed", "4", "--format", "json"];
    let output = tool::shikaku().arg("run").arg(path("wrong.toml")).args(args).args(tool::UNLIMITED_SHRINKING).output().unwrap();
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    let token = results["runs"][0]["smallest"]["token"].as_str().unwrap();
    let saved = path("saved.toml");
    tool::shikaku().args(["replay", token, "--file"]).arg(path("wrong.toml")).arg("--save").arg(&saved).output().unwrap();
    let saved = saved.to_str().unwrap();
    play(&[saved, "--design", "certificate"], "4", &path("replayed"));
    let people = population(&["--seed", "4", "--scenario", saved]);
    assert!(!found_in(&path("replayed"), &people, folder.path()).is_empty(), "{people}");
    let original = population(&["--seed", "4", "--scenario", path("wrong.toml").to_str().unwrap()]);
    assert!(original.starts_with(people.lines().next().unwrap()), "{original}{people}");
}

#[test]
fn a_file_is_replaced_atomically_and_only_its_owner_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ndjson");
    std::fs::write(&file, "something else").unwrap();
    population(&["--persons", "3", "--out", file.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), population(&["--persons", "3"]));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
