//! `shikaku load` from outside.

use crate::tool;
use serde_json::Value;
use std::path::PathBuf;

fn study(folder: &tempfile::TempDir, more: &str) -> PathBuf {
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
