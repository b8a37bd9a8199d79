//! Signals end every command within two seconds, with what is done kept and exit code 4.

use super::{Ended, Limits, finish, head, limited_process, visit};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// How long a command may go on after a signal. The machine may be busy.
const LIMIT: Duration = Duration::from_millis(3000);
const LIMITS: Limits = Limits { megabytes: 4000, seconds: 60 };

fn signalled(args: &[&str], folder: &Path, signal: (&str, u64)) -> Ended {
    let mut command = limited_process(args, folder, LIMITS);
    finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), 60, Some(signal))
}

#[test]
fn every_long_command_ends_within_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    // Setting this up takes a minute.
    write("people.toml", head(12_000) + &visit(2, 0));
    write("people.ndjson", "{\"index\":0,\"my_number\":\"123456789018\"}\n".into());
    recordings(folder.path());
    for args in [
        &["judge", "recordings"][..],
        &["run", "people.toml", "--no-rules", "--out", "out"],
        &["run", "--seeds", "1..100000", "--no-rules", "--shrink", "0"],
        &["coverage", "--seeds", "1..1000"],
        &["selftest"],
        &["load", "national-peak", "--crypto", "modelled"],
        &["load", "oracle-mm1", "--seeds", "1..9999", "--format", "json"],
        &["load", "jpki-out", "--find-limit", "--slo", "p99=2s"],
        &["calibrate", "--seconds", "600", "--only", "ocsp-status"],
        &["population", "--persons", "200000000"],
        &["scan", "--people", "people.ndjson", "/dev/zero"],
        &["certify", "broker", "--self-test"],
    ] {
        for signal in ["INT", "TERM"] {
            let ended = signalled(args, folder.path(), (signal, 1500));
            assert_eq!(ended.code, Some(4), "{args:?} {signal}: {}", ended.shown());
            assert!(ended.took < LIMIT, "{args:?} {signal}: {}", ended.shown());
            let _ = fs::remove_dir_all(folder.path().join("out"));
        }
    }
}

/// A folder of recordings that takes a minute to judge: one, many times.
fn recordings(folder: &Path) {
    let args = ["run", "everyday-visit", "--design", "certificate", "--journals", "all", "--out", "one"];
    assert!(crate::tool::shikaku().args(args).current_dir(folder).output().unwrap().status.success());
    let line = "mkdir recordings && for n in $(seq 1000 3999); do for end in jsonl ground.json; do \
                ln one/everyday-visit.certificate.1.$end recordings/a$n.certificate.1.$end || exit 1; done; done";
    assert!(crate::tool::shell(line, folder).status().unwrap().success());
}

/// What was judged is reported, and what was not as well.
#[test]
fn an_interrupted_judge_reports_what_it_judged() {
    let folder = tempfile::tempdir().unwrap();
    recordings(folder.path());
    let ended = signalled(&["judge", "recordings", "--format", "json"], folder.path(), ("TERM", 2000));
    let judgement: reports::judge::Judgement =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}", ended.shown()));
    let (judged, not) = (judgement.recordings.len(), judgement.unreadable.len());
    assert!(ended.code == Some(4) && judged > 0 && not > 0 && judged + not == 3000, "{judged} {not}: {}", ended.shown());
    assert!(ended.stderr.contains(&format!("interrupted: {judged} of 3000 recordings were judged")), "{}", ended.shown());
}

/// What is done is kept, also if a run under way has to be given up.
#[test]
fn what_is_done_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), head(1) + &visit(2, 0)).unwrap();
    fs::write(folder.path().join("b.toml"), head(20_000) + &visit(2, 0)).unwrap();
    let args =
        ["run", "a.toml", "b.toml", "--design", "certificate", "--jobs", "1", "--out", "out", "--junit", "a.xml", "--no-rules"];
    let ended = signalled(&args, folder.path(), ("TERM", 3000));
    assert_eq!(ended.code, Some(4), "{}", ended.shown());
    assert!(ended.took < LIMIT && ended.stderr.contains("interrupted: 1 of 2 runs were done"), "{}", ended.shown());
    let results: serde_json::Value = serde_json::from_slice(&fs::read(folder.path().join("out/results.json")).unwrap()).unwrap();
    assert_eq!((results["complete"].as_bool(), results["runs"].as_array().map(Vec::len)), (Some(false), Some(1)));
    assert!(fs::read_to_string(folder.path().join("a.xml")).unwrap().contains("<testcase "));
    let left = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with(".shikaku"));
    assert_eq!(left.count(), 0);
    let args = ["load", "oracle-mm1", "--minutes", "0.1", "--crypto", "modelled", "--seeds", "1..9999", "--format", "json"];
    let ended = signalled(&args, folder.path(), ("INT", 4000));
    let results: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}", ended.shown()));
    assert!(results["runs"].as_array().is_some_and(|runs| !runs.is_empty()) && ended.code == Some(4), "{}", ended.shown());
    assert_eq!(results["interrupted"].as_bool(), Some(true));
}

/// What `load` has done is kept in the file too, and says that it is not all.
#[test]
fn an_interrupted_load_study_says_so_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let study = ["load", "oracle-mm1", "--minutes", "0.1", "--crypto", "modelled", "--seeds", "1..9999", "--out", "study.json"];
    let limit = ["load", "oracle-mm1", "--minutes", "0.2", "--find-limit", "--slo", "p99=3s", "--out", "limit.json"];
    // A search with so little to measure may have come to its end before the signal.
    for (args, file, list, may_end) in [(&study[..], "study.json", "runs", false), (&limit, "limit.json", "tries", true)] {
        let ended = signalled(args, folder.path(), ("INT", 4000));
        let text = fs::read(folder.path().join(file)).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ended.shown()));
        let results: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let interrupted = results["interrupted"].as_bool().unwrap();
        assert!(results[list].as_array().is_some_and(|all| !all.is_empty()), "{args:?}: {}", ended.shown());
        assert_eq!(interrupted, ended.code == Some(4), "{args:?}: {}", ended.shown());
        assert!(may_end || interrupted, "{args:?}: {}", ended.shown());
    }
}
