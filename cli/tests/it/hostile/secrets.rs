//! Secrets on disk and on screens.

use super::{SMALL, limited};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const NUMBER: &str = "123456789018";

/// Every file below a folder, and the folder, is its owner's alone.
fn private(path: &Path) {
    let about = fs::symlink_metadata(path).unwrap();
    let mode = about.permissions().mode() & 0o777;
    assert_eq!(mode & 0o077, 0, "others can read {}: {mode:o}", path.display());
    if about.is_dir() {
        fs::read_dir(path).unwrap().for_each(|f| private(&f.unwrap().path()));
    }
}

#[test]
fn what_has_secrets_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["run", "everyday-visit", "--journals", "all", "--out", "recordings"][..],
        &["run", "everyday-visit", "--mutant", "broker-shows-code", "--out", "failed"],
        &["population", "--persons", "3", "--out", "people.ndjson"],
        &["certify", "jpki", "--self-test", "--quick", "--out", "evidence"],
    ] {
        let ended = limited(args, folder.path(), super::Limits { megabytes: 2000, seconds: 60 });
        assert!(matches!(ended.code, Some(0 | 1)), "{args:?}: {}", ended.shown());
    }
    fs::read_dir(folder.path()).unwrap().for_each(|f| private(&f.unwrap().path()));
}

#[test]
fn an_index_is_no_value() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), "nothing").unwrap();
    for line in [
        format!("{{\"index\":{NUMBER},\"my_number\":\"{NUMBER}\"}}"),
        format!("{{\"index\":{NUMBER},\"resident_code\":\"12345678903\"}}"),
        "{\"index\":12345678903,\"institution_codes\":{}}".to_string(),
        "{\"index\":18,\"my_number\":\"000000000018\"}".to_string(),
    ] {
        fs::write(folder.path().join("people.ndjson"), &line).unwrap();
        let ended = limited(&["scan", "--people", "people.ndjson", "a.log"], folder.path(), SMALL);
        assert!(ended.code == Some(2) && !ended.stderr.contains(NUMBER), "{line}: {}", ended.shown());
    }
}

#[test]
fn a_name_that_is_a_value_is_masked_also_if_it_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.ndjson"), format!("{{\"index\":0,\"my_number\":\"{NUMBER}\"}}\n")).unwrap();
    let locked = folder.path().join(format!("locked-{NUMBER}"));
    fs::create_dir(&locked).unwrap();
    fs::write(locked.join(format!("{NUMBER}.log")), "x").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let named = format!("locked-{NUMBER}/{NUMBER}.log");
    for path in [format!("missing-{NUMBER}"), format!("missing-{NUMBER}/{NUMBER}"), named, ".".to_string()] {
        for format in ["human", "json", "sarif"] {
            let ended = limited(&["scan", "--people", "people.ndjson", &path, "--format", format], folder.path(), SMALL);
            assert!(matches!(ended.code, Some(1 | 2 | 4)), "{path}: {}", ended.shown());
            assert!(!ended.stdout.contains(NUMBER) && !ended.stderr.contains(NUMBER), "{path}: {}", ended.shown());
        }
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_replay_shows_no_value_unless_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let run = [
        "run",
        "everyday-visit",
        "--design",
        "certificate",
        "--mutant",
        "broker-logs-code-in-base64",
        "--out",
        "out",
        "--shrink-time",
        "60s",
    ];
    let mutants = limited(&["run", "--list-mutants"], folder.path(), SMALL).stdout;
    // Any mutant that logs a code plainly.
    let mutant = mutants.lines().filter_map(|l| l.split(' ').next()).find(|m| m.contains("logs")).unwrap();
    let run: Vec<&str> = run.iter().map(|a| if a.contains("base64") { mutant } else { a }).collect();
    let ended = limited(&run, folder.path(), super::Limits { megabytes: 1000, seconds: 60 });
    assert_eq!(ended.code, Some(1), "{mutant}: {}", ended.shown());
    let token = fs::read_dir(folder.path().join("out")).unwrap().map(|f| f.unwrap().path());
    let token = token.into_iter().find(|f| f.to_str().unwrap().ends_with(".smallest.json")).unwrap();
    let people = limited(&["population", "--scenario", "everyday-visit"], folder.path(), SMALL).stdout;
    fs::write(folder.path().join("people.ndjson"), people).unwrap();
    let found = |more: &[&str]| {
        let args = [&["replay", token.to_str().unwrap(), "--show"][..], more].concat();
        let shown = limited(&args, folder.path(), SMALL);
        assert_eq!(shown.code, Some(1), "{}", shown.shown());
        fs::write(folder.path().join("shown.txt"), shown.stdout).unwrap();
        limited(&["scan", "--people", "people.ndjson", "shown.txt"], folder.path(), SMALL).code
    };
    assert_eq!((found(&[]), found(&["--reveal"])), (Some(0), Some(1)), "{mutant}");
}
