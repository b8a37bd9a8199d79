//! From a failing run to the smallest case: found by the swarm, shrunk, replayed from its token.

use crate::tool::{self, UNLIMITED_SHRINKING};
use scenarios::shrink::token::Token;
use serde_json::Value;

fn shikaku(args: &[&str]) -> (i32, String, String) {
    let output = tool::shikaku().args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// A broker that accepts a suspended certificate as good is found within these seeds.
const SEEDS: &str = "1..40";

#[test]
fn the_swarm_finds_a_broken_broker_and_the_token_of_the_smallest_case_replays_it() {
    let args = ["run", "--suite", "swarm", "--seeds", SEEDS, "--mutant", "broker-ignores-suspension", "--fail-fast"];
    let (exit, stdout, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING, &["--format", "json"]].concat());
    assert_eq!(exit, 1);
    let results: Value = serde_json::from_str(&stdout).unwrap();
    let failed = results["runs"].as_array().unwrap().last().unwrap().clone();
    let smallest = &failed["smallest"];
    let size = |what: &str| smallest[what].as_u64().unwrap();
    assert!(size("people") <= 3 && size("facilities") == 1 && size("faults") <= 1 && size("visits") <= 2, "{smallest}");
    assert_eq!(smallest["failure"], "rule SEC-002 is broken in the zone broker");

    let token = smallest["token"].as_str().unwrap();
    let (exit, again, _) = shikaku(&["replay", token]);
    assert_eq!(exit, 1, "{again}");
    assert!(again.contains("SEC-002") && again.contains("and a byte-identical journal"), "{again}");
    let (_, json, _) = shikaku(&["replay", token, "--format", "json"]);
    let run: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(run["journal_sha256"], smallest["journal_sha256"]);

    // The saved case passes with a correct broker, and fails with the broken one.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smallest.toml");
    let file = file.to_str().unwrap();
    assert_eq!(shikaku(&["replay", token, "--save", file]).0, 1);
    let (exit, reported, _) = shikaku(&["check", file]);
    assert_eq!(exit, 0, "{reported}");
    let design = failed["design"].as_str().unwrap();
    assert_eq!(shikaku(&["run", file, "--design", design]).0, 0);
    // It is played with the same people: every byte on the wires is that of the case.
    let seed = failed["seed"].to_string();
    let whole = ["run", file, "--design", design, "--seed", &seed, "--mutant", "broker-ignores-suspension", "--shrink", "0"];
    let (_, json, _) = shikaku(&[&whole[..], &["--format", "json"]].concat());
    let copy: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(copy["runs"][0]["wire_sha256"], run["wire_sha256"]);
    assert_eq!(shikaku(&["run", file, "--design", design, "--mutant", "broker-ignores-suspension", "--shrink", "0"]).0, 1);

    // Stepping through: the output ends with the requested step.
    let (_, steps, _) = shikaku(&["replay", token, "--show", "--until", "4"]);
    assert!(steps.contains("step ④") && !steps.contains("step ⑤"), "{steps}");
    let (_, steps, _) = shikaku(&["replay", token, "--show", "--until", "#3"]);
    assert!(!steps.contains("step ①"), "{steps}");
}

/// A token made when ticks were the default names no engine, and one made on ticks today is written the same way.
#[test]
fn a_token_is_replayed_on_the_engine_on_which_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let text = include_str!("../../../scenarios/core/everyday-visit.toml").replacen("\"in-force\"", "\"not-insured\"", 1);
    std::fs::write(&file, text).unwrap();
    let digests = ["ticks", "events"].map(|engine| {
        let args = ["run", file.to_str().unwrap(), "--design", "certificate", "--engine", engine, "--format", "json"];
        let (_, stdout, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING].concat());
        let results: Value = serde_json::from_str(&stdout).unwrap();
        let smallest = results["runs"][0]["smallest"].clone();
        let token = smallest["token"].as_str().unwrap();
        let (exit, again, _) = shikaku(&["replay", token]);
        assert!(exit == 1 && again.contains("and a byte-identical journal"), "{engine}: {again}");
        let named = Token::read(token).unwrap().engine;
        assert_eq!(named.as_deref(), (engine == "events").then_some("events"));
        smallest["journal_sha256"].clone()
    });
    assert_ne!(digests[0], digests[1]);
}

#[test]
fn what_cannot_be_replayed_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let text = include_str!("../../../scenarios/core/everyday-visit.toml").replacen("\"in-force\"", "\"not-insured\"", 1);
    std::fs::write(&file, &text).unwrap();
    let path = file.to_str().unwrap();
    let args = ["run", path, "--design", "certificate", "--format", "json"];
    let (exit, stdout, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING].concat());
    assert_eq!(exit, 1);
    let results: Value = serde_json::from_str(&stdout).unwrap();
    let smallest = &results["runs"][0]["smallest"];
    assert_eq!((smallest["visits"].as_u64(), smallest["people"].as_u64()), (Some(1), Some(1)), "{smallest}");
    let token = smallest["token"].as_str().unwrap().to_string();
    assert_eq!(shikaku(&["replay", &token]).0, 1);

    let mut reported = Vec::new();
    let mut refused = |args: &[&str]| {
        let (exit, stdout, stderr) = shikaku(args);
        assert_eq!((exit, stdout.as_str()), (2, ""), "{stderr}");
        reported.push(stderr.replace(folder.path().to_str().unwrap(), "FOLDER"));
    };
    refused(&["replay", "hello"]);
    refused(&["replay", &token[..token.len() - 5]]);
    refused(&["replay", &token, "--until", "5"]);
    refused(&["replay", &token, "--show", "--until", "9"]);
    std::fs::write(&file, text.replace("An everyday visit", "Another title")).unwrap();
    refused(&["replay", &token]);
    std::fs::remove_file(&file).unwrap();
    refused(&["replay", &token]);
    // Digests of this file depend only on its text.
    insta::assert_snapshot!(reported.join("---\n"));
}

#[test]
fn pages_for_ci_report_the_same_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (junit, markdown, sarif) = (path("junit.xml"), path("summary.md"), path("found.sarif"));
    let args = ["run", "jpki-down", "--mutant", "broker-shows-code", "--shrink", "1"];
    let pages = ["--junit", &junit, "--markdown", &markdown, "--sarif", &sarif];
    assert_eq!(shikaku(&[&args[..], &UNLIMITED_SHRINKING, &pages[..]].concat()).0, 1);
    let read = |file: &str| std::fs::read_to_string(file).unwrap();
    assert!(read(&junit).contains("shikaku replay sk1-") && read(&junit).contains("<failure"));
    assert!(read(&markdown).contains("jpki-down") && read(&markdown).contains("NVN-"));
    let sarif: Value = serde_json::from_str(&read(&sarif)).unwrap();
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn coverage_names_what_was_never_reached() {
    let (exit, text, _) = shikaku(&["coverage", "jpki-down", "borrowed-card"]);
    assert_eq!(exit, 0);
    insta::assert_snapshot!(text);
    let (_, json, _) = shikaku(&["coverage", "jpki-down", "--format", "json"]);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["faults"]["reached"]["jpki-down"], 2);
    assert!(report["states"]["never"].as_array().unwrap().iter().any(|s| s == "certificate/revoked"));
}
