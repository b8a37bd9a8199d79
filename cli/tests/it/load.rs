//! `shikaku load` from outside.

use crate::tool;
use serde_json::Value;
use std::path::PathBuf;

pub fn study(folder: &tempfile::TempDir, more: &str) -> PathBuf {
    let text = format!(
        r#"
title = {{ ja = "試験用", en = "For a test" }}
story = "A few facilities."
people = 200

[load]
source = "assumption"
rate = "8 per second"
lasts = "200s"
warm-up = "10s"

[[load.kind]]
kind = "clinic"
facilities = 30
visits = "100 %"
readers = 2

[[load.kind]]
kind = "pharmacy"
facilities = 20
follows = {{ share = "50 %", after = {{ constant = "60s" }} }}
readers = 2
{more}"#
    );
    let path = folder.path().join("small.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn shikaku(args: &[&str]) -> std::process::Output {
    tool::shikaku().args(args).output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = shikaku(&[args, &["--format", "json"]].concat());
    assert!(output.stderr.is_empty() || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn two_processes_give_the_same_digest_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, "");
    let file = file.to_str().unwrap();
    let one = json(&["load", file, "--minutes", "0.5"]);
    let again = json(&["load", file, "--minutes", "0.5"]);
    let other = json(&["load", file, "--minutes", "0.5", "--seed", "2"]);
    assert_eq!(one["digest"], again["digest"]);
    assert_eq!(one["runs"][0]["wire_sha256"], again["runs"][0]["wire_sha256"]);
    assert_ne!(one["digest"], other["digest"]);
    assert_eq!(one["runs"][0]["answered"], 1.0);
    let seeds = json(&["load", file, "--minutes", "0.5", "--seeds", "1..3", "--crypto", "modelled"]);
    assert_eq!((seeds["intervals"].as_str(), seeds["runs"].as_array().map(Vec::len)), (Some("seeds"), Some(3)));
    assert!(seeds["answer"]["p50"]["plus_minus"].as_f64().unwrap() > 0.0);
}

#[test]
fn modelled_cryptography_does_not_change_the_measured_times() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, "");
    let times = |crypto: &str| {
        let reported = json(&["load", file.to_str().unwrap(), "--minutes", "1", "--crypto", crypto]);
        ["p50", "p90", "p99"].map(|q| reported["answer"][q]["value"].as_f64().unwrap())
    };
    for (real, modelled) in times("real").into_iter().zip(times("modelled")) {
        assert!((real / modelled - 1.0).abs() < 0.01, "{real} ms and {modelled} ms");
    }
}

/// Coordinated omission: a stalled system must not look good because nobody could be served meanwhile.
#[test]
fn a_stalled_system_shows_in_the_waits() {
    let folder = tempfile::tempdir().unwrap();
    let fault = "\n[[fault]]\nat = \"100s\"\nfor = \"20s\"\ndoes = { link-cut = { between = [\"facility\", \"line\"] } }\n";
    let file = study(&folder, fault);
    let reported = json(&["load", file.to_str().unwrap(), "--crypto", "modelled"]);
    let run = &reported["runs"][0];
    let course = run["course"].as_array().unwrap();
    let arrivals = |i: usize| course[i]["arrivals"].as_u64().unwrap();
    // Arrivals go on during the stall: stretches 9 and 10, of a Poisson process with a mean of 80.
    assert!((9..=10).all(|i| (45..=115).contains(&arrivals(i))), "{course:#?}");
    let p99 = |i: usize| course[i]["counter_p99"].as_f64().unwrap();
    // People who came early in the cut waited for nearly all of it, and so did those queueing for the same readers.
    assert!(p99(9) > 15_000.0 && p99(2) < 10_000.0, "{} and {}", p99(9), p99(2));
    assert!(run["counter"]["p99"]["value"].as_f64().unwrap() > 10_000.0);
    assert!(run["recovery_s"].as_f64().is_some_and(|s| s <= 60.0), "{}", run["recovery_s"]);
    assert_eq!(run["faults"].as_array().unwrap().len(), 2);
}

#[test]
fn a_service_level_is_an_exit_code_and_a_limit_is_found() {
    let folder = tempfile::tempdir().unwrap();
    // One worker with 50 ms per check: at most twenty per second.
    let capacity = "\n[capacity.broker]\nsource = \"assumption\"\nworkers = 1\nservice = { check = { constant = \"50ms\" }, lookup = { constant = \"0s\" } }\n";
    let file = study(&folder, capacity);
    let file = file.to_str().unwrap();
    let level = |slo: &str| shikaku(&["load", file, "--minutes", "0.5", "--crypto", "modelled", "--slo", slo]).status.code();
    assert_eq!((level("p99=5s"), level("p50=1ms")), (Some(0), Some(1)));
    let out = folder.path().join("limit.json");
    let search = ["--find-limit", "--slo", "p99=1s", "--minutes", "3", "--out", out.to_str().unwrap()];
    let found = json(&[&["load", file, "--crypto", "modelled"], &search[..]].concat());
    assert_eq!(found, serde_json::from_slice::<Value>(&std::fs::read(&out).unwrap()).unwrap());
    let limit = found["limit_per_s"].as_f64().unwrap();
    assert!((17.0..=20.5).contains(&limit), "{limit}");
    assert!(found["tries"].as_array().unwrap().iter().all(|t| t["busiest"] == "broker"));
}

/// If nothing is ever answered, there is no slow answer either.
#[test]
fn a_service_level_does_not_hold_for_a_stalled_broker() {
    let folder = tempfile::tempdir().unwrap();
    let capacity = "\n[capacity.broker]\nsource = \"assumption\"\nworkers = 1\nservice = { check = { constant = \"1h\" } }\n\n[capacity.facility]\nsource = \"assumption\"\nattempts = 1\nanswer = \"1h\"\n";
    let file = study(&folder, capacity);
    for slo in ["p99=30m", "counter-p50=30m"] {
        let output = shikaku(&["load", file.to_str().unwrap(), "--minutes", "0.5", "--crypto", "modelled", "--slo", slo]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("does NOT hold"), "{text}");
    }
}

#[test]
fn what_cannot_be_played_is_told() {
    let reported = |args: &[&str]| {
        let output = shikaku(args);
        (output.status.code(), String::from_utf8(output.stderr).unwrap().lines().next().unwrap_or_default().to_string())
    };
    let folder = tempfile::tempdir().unwrap();
    let wrong = study(&folder, "\n[[visit]]\nat = \"1s\"\nperson = 0\nfacility = 0\nexpect = \"in-force\"\n");
    let (code, text) = reported(&["load", wrong.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(text.contains("a load study has no visits"), "{text}");
    let good = study(&folder, "");
    let all = [
        reported(&["load", "national-peek"]),
        reported(&["load", "everyday-visit"]),
        reported(&["load", "national-peak", "--slo", "p98=2s"]),
        reported(&["load", "national-peak", "--find-limit"]),
        reported(&["load", "national-peak", "--crypto", "none"]),
        reported(&["load", "national-peak", "--minutes", "0"]),
        reported(&["load", "national-peak", "--out", "/nowhere/at/all.json"]),
        (reported(&["run", good.to_str().unwrap()]).0, "run refuses load studies".into()),
    ];
    assert!(all.iter().all(|(code, _)| *code == Some(2)));
    insta::assert_snapshot!(all.map(|(_, text)| text).join("\n"));
}

#[test]
fn a_study_reads_as_documented() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, "\n[[fault]]\nat = \"100s\"\nfor = \"20s\"\ndoes = \"jpki-down\"\n");
    let output = shikaku(&["load", file.to_str().unwrap(), "--crypto", "modelled"]);
    let text = String::from_utf8(output.stdout).unwrap();
    // Without wall-clock times, and without the digest, which depends on the version of OpenSSL.
    let steady: Vec<&str> = text.lines().filter(|l| !l.contains("of this machine") && !l.starts_with("digest")).collect();
    insta::assert_snapshot!(steady.join("\n"));
}

pub const FAULT: &str = "\n[[fault]]\nat = \"100s\"\nfor = \"20s\"\ndoes = \"jpki-down\"\n";

#[test]
fn a_fault_that_is_cut_off_is_named_and_one_run_with_a_fault_has_no_interval() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, FAULT);
    let out = folder.path().join("out.json");
    let output = shikaku(&["load", file.to_str().unwrap(), "--minutes", "1.6", "--out", out.to_str().unwrap()]);
    let (text, notes) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    // The fault is from 90 s to 110 s of the measured time, which ends at 96 s.
    assert!(notes.contains("the fault `jpki-down` lasts from 90 s to 110 s"), "{notes}");
    assert!(text.contains("is not played in full") && text.contains("no intervals"), "{text}");
    let results: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!((&results["faults"][0]["whole"], &results["intervals"]), (&Value::from(false), &Value::from("none")));
    assert!(
        results["answer"]["p50"]["plus_minus"].is_null() && results["runs"][0]["stations"][0]["wait_ms"]["plus_minus"].is_null()
    );
    assert_eq!((&results["crypto"], &results["interrupted"]), (&Value::from("modelled"), &Value::from(false)));
    let whole = json(&["load", file.to_str().unwrap(), "--seeds", "1..3"]);
    assert_eq!((&whole["faults"][0]["whole"], &whole["intervals"]), (&Value::from(true), &Value::from("seeds")));
    assert!(whole["counter"]["p50"]["plus_minus"].as_f64().is_some());
    // Before a fault that never begins, a run is stationary.
    let before = json(&["load", file.to_str().unwrap(), "--minutes", "1"]);
    assert_eq!(before["intervals"], "batches");
}

/// A limit without the study's fault would be that of another study.
#[test]
fn each_try_of_a_search_plays_the_faults_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, FAULT);
    let search = ["--find-limit", "--slo", "p50=1s", "--rate", "2"];
    let output = shikaku(&[&["load", file.to_str().unwrap(), "--format", "json"], &search[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["faults"][0]["whole"], &found["measured_s"]), (&Value::from(true), &Value::from(200.0)));
    // A tenth of the visits meet the outage: at no rate do 99 % get an answer.
    assert!(found["limit_per_s"].is_null(), "{found}");
    assert!(found["tries"].as_array().unwrap().iter().all(|t| t["answered"].as_f64().unwrap() < 0.99), "{found}");
    let cut = shikaku(&["load", file.to_str().unwrap(), "--find-limit", "--slo", "p50=1s", "--minutes", "1", "--rate", "400"]);
    assert!(String::from_utf8_lossy(&cut.stderr).contains("not played in full"));
    assert!(String::from_utf8_lossy(&cut.stdout).contains("is not played in full"));
}

#[test]
fn studies_that_differ_in_design_meet_the_same_arrivals() {
    let arrivals = |name: &str| {
        let found = json(&["load", name, "--minutes", "0.5", "--facilities", "100"]);
        let course = found["runs"][0]["course"].as_array().unwrap().clone();
        (found["design"].clone(), course.iter().map(|s| s["arrivals"].as_u64().unwrap()).collect::<Vec<_>>())
    };
    let (one, other) = (arrivals("jpki-out"), arrivals("jpki-out-remembered"));
    assert_ne!(one.0, other.0);
    assert_eq!(one.1, other.1);
}

#[test]
fn results_of_load_studies_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, FAULT);
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    for (name, more) in
        [("a", &["--design", "certificate"][..]), ("b", &["--design", "keep-for-a-time"]), ("c", &["--rate", "4"])]
    {
        let out = at(name);
        let played = shikaku(&[&["load", file.to_str().unwrap(), "--out", &out], more].concat());
        assert_eq!(played.status.code(), Some(0), "{}", String::from_utf8_lossy(&played.stderr));
    }
    let diff = |old: &str, new: &str, more: &[&str]| {
        let output = shikaku(&[&["diff", &at(old), &at(new)], more].concat());
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(diff("a", "a", &["--tolerance", "0%"]).0, Some(0));
    // The design that remembers answers more people during the outage; the one that does not is a regression.
    let (better, worse) = (diff("a", "b", &[]), diff("b", "a", &[]));
    assert!(better.1.contains("Improvements") && better.0 == Some(0), "{}", better.1);
    assert!(worse.1.contains("answered") && worse.0 == Some(1), "{}", worse.1);
    let unlike = diff("a", "c", &[]);
    assert!(unlike.1.contains("rate: 8, 4") && unlike.0 == Some(2), "{}", unlike.1);
    assert!(diff("a", "c", &["--across"]).0 != Some(2));
}

#[test]
fn a_study_reads_in_japanese_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, FAULT);
    let output = shikaku(&["load", file.to_str().unwrap(), "--lang", "ja", "--slo", "p50=1s"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let steady: Vec<&str> = text.lines().filter(|l| !l.contains("この計算機") && !l.starts_with("ダイジェスト")).collect();
    insta::assert_snapshot!(steady.join("\n"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_study_keeps_what_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let file = study(&folder, "");
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shikaku"));
    command.args(["load", file.to_str().unwrap(), "--seeds", "1..10000", "--out", &at("out.json"), "--html", &at("page")]);
    let mut running = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    let pid = running.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let asked = Stopwatch::start();
    assert_eq!(running.wait().unwrap().code(), Some(4));
    // A second by its promise; a busy machine needs more.
    assert!(asked.seconds() < 3.0, "{} s", asked.seconds());
    let results: Value = serde_json::from_slice(&std::fs::read(at("out.json")).unwrap()).unwrap();
    assert_eq!((&results["interrupted"], &results["planned_seeds"]), (&Value::from(true), &Value::from(10_000)));
    let runs = results["runs"].as_array().unwrap();
    assert!(!runs.is_empty() && runs.iter().rev().skip(1).all(|r| r["stopped_at_s"].is_null()), "{runs:#?}");
    assert!(std::fs::read_to_string(at("page/report.html")).unwrap().contains("interrupted"));
}

/// Wall-clock time.
#[cfg(unix)]
struct Stopwatch(std::time::Instant);

#[cfg(unix)]
impl Stopwatch {
    #[allow(clippy::disallowed_methods, reason = "the time that the user waits")]
    fn start() -> Self {
        Stopwatch(std::time::Instant::now())
    }

    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
