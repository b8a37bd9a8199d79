//! `shikaku population` from outside.

use crate::tool;
use serde_json::Value;
use sim::terms::identifiers::{InstitutionCode, InsurerNumber, MyNumber, ResidentCode};
use std::io::Write;

fn population(args: &[&str]) -> String {
    let output = tool::shikaku().arg("population").args(args).env("TZ", "Asia/Tokyo").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn people_are_those_of_the_seed_and_their_numbers_are_right() {
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

/// Check digits by somebody else's arithmetic.
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
fn python_finds_the_check_digits_right() {
    if std::process::Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is missing");
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: there is no python3\n");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ndjson");
    let told = population(&["--seed", "3", "--persons", "5000", "--out", file.to_str().unwrap()]);
    assert_eq!(told, "");
    let output = std::process::Command::new("python3").args(["-c", CHECK]).arg(&file).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "5000", "{}", String::from_utf8_lossy(&output.stderr));
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

#[test]
fn a_file_is_replaced_whole_and_only_its_owner_reads_it() {
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
