//! `shikaku run` from outside: the document, the journals, the exit codes, and the same bytes in any environment.

use crate::tool::shikaku;
use reports::results::{Results, RuleOutcome, Run, RunOutcome};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Runs and reads stdout as exactly one document.
pub fn results(args: &[&str], environment: &[(&str, &str)]) -> (i32, Results) {
    let output = shikaku().arg("run").args(args).args(["--format", "json"]).envs(environment.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let results = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    (output.status.code().unwrap(), results)
}

/// The `core` suite from one seed, sequentially. Several tests use it.
pub static CORE: LazyLock<(i32, Results)> =
    LazyLock::new(|| results(&["--seed", "7", "--jobs", "1"], &[("TZ", "Asia/Tokyo"), ("LANG", "C")]));

fn digests(results: &Results) -> BTreeMap<(String, String), (String, String)> {
    let key = |r: &Run| (r.scenario.clone(), r.design.clone());
    results.runs.iter().map(|r| (key(r), (r.journal_sha256.clone(), r.wire_sha256.clone()))).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_gives_others() {
    let (code, tokyo) = &*CORE;
    assert_eq!(*code, 0);
    let (_, utc) = results(&["--seed", "7", "--jobs", "2"], &[("TZ", "UTC"), ("LANG", "ja_JP.UTF-8")]);
    let (_, other) = results(&["--seed", "8"], &[]);
    let (tokyo, utc, other) = (digests(tokyo), digests(&utc), digests(&other));
    assert!(tokyo.len() >= 20);
    assert_eq!(tokyo, utc);
    for (run, (journal, wire)) in &tokyo {
        assert_ne!(journal, &other[run].0, "{run:?}");
        assert_ne!(wire, &other[run].1, "{run:?}");
    }
}

#[test]
fn the_document_reports_the_runs() {
    let (code, results) = results(&["everyday-visit", "jpki-down", "--seed", "3"], &[]);
    assert_eq!((code, results.runs.len()), (0, 4));
    assert_eq!((results.schema.as_str(), results.seed, results.last_seed), ("shikaku/results/v3", 3, 3));
    let everyday = &results.runs[0];
    assert_eq!((everyday.scenario.as_str(), everyday.outcome), ("everyday-visit", RunOutcome::Passed));
    assert_eq!((everyday.checks.started, everyday.checks.in_force), (6, 6));
    assert_eq!(everyday.expectations.iter().filter(|e| e.what.starts_with("visit ")).count(), 6);
    assert!(everyday.expectations.iter().all(|e| e.held));
    assert!((1..=7).all(|s| everyday.steps[&s.to_string()] == 6), "{:?}", everyday.steps);
    let down = &results.runs[2];
    assert_eq!((down.checks.in_force, down.checks.indeterminate), (2, 1));
    let latency = down.latency_ms.unwrap();
    // The broker waits two seconds for a connection to JPKI.
    assert!(latency.p50 < 500.0 && latency.max > 2000.0, "{latency:?}");
}

#[test]
fn out_keeps_results_and_journals_whose_digest_can_be_recomputed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/out");
    let status =
        shikaku().args(["run", "everyday-visit", "--seed", "3", "--journals", "all", "--out"]).arg(&out).output().unwrap().status;
    assert_eq!(status.code(), Some(0));
    let results: Results = serde_json::from_slice(&std::fs::read(out.join("results.json")).unwrap()).unwrap();
    for run in &results.runs {
        let journal = std::fs::read(out.join(format!("{}.{}.{}.jsonl", run.scenario, run.design, run.seed))).unwrap();
        let digest: String = Sha256::digest(&journal).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(digest, run.journal_sha256);
        let entries = sim::journal::read_lines(std::str::from_utf8(&journal).unwrap()).unwrap();
        assert!(entries.len() > 100);
    }
}

#[test]
fn a_broken_expectation_exits_with_1_and_prints_the_replay_command() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let text = include_str!("../../../scenarios/core/borrowed-card.toml").replace("\"photo-mismatch\"", "\"in-force\"");
    std::fs::write(&file, text).unwrap();
    let output = shikaku().arg("run").arg(&file).args(["--design", "certificate"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let reported = String::from_utf8(output.stdout).unwrap();
    let again = reported.lines().find_map(|l| l.trim().strip_prefix("repeat with: shikaku ")).expect("a replay line");
    assert!(reported.contains("visit 0 (person 0): expected `in-force`, got `photo-mismatch`"), "{reported}");
    let replayed = shikaku().args(again.split(' ')).output().unwrap();
    assert_eq!(replayed.status.code(), Some(1));
}

#[test]
fn a_write_error_is_reported_after_the_results() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("borrowed-card.certificate.1.jsonl")).unwrap();
    let args = ["run", "borrowed-card", "--jobs", "1", "--format", "json", "--journals", "all", "--out"];
    let output = shikaku().args(args).arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let reported: Results = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reported.runs[0].outcome, RunOutcome::Passed);
    assert!(String::from_utf8_lossy(&output.stderr).contains("borrowed-card.certificate.1.jsonl` cannot be written"));
    // Earlier results are kept too, and are marked as incomplete.
    let kept = folder.path().join("results.json");
    let reported: Results = serde_json::from_slice(&std::fs::read(&kept).unwrap()).unwrap();
    assert_eq!((reported.runs.len(), reported.complete), (1, false));
    std::fs::remove_file(&kept).unwrap();
    std::fs::create_dir(kept).unwrap();
    let output = shikaku().args(["run", "borrowed-card", "--out"]).arg(folder.path()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[test]
fn a_restarted_host_is_deterministic() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("down-at-once.toml");
    let text = include_str!("../../../scenarios/core/jpki-down.toml")
        .replace("at = \"7s\"", "at = \"0s\"")
        .replace("for = \"12s\"", "for = \"3s\"");
    let text = text
        .replace("\"jpki-unavailable\"", "\"in-force\"")
        .replace("at = \"2s\"", "at = \"6s\"")
        .replace("at = \"8s\"", "at = \"12s\"");
    std::fs::write(&file, text).unwrap();
    let (code, results) = results(&[file.to_str().unwrap(), "--seeds", "1..3", "--check-determinism"], &[]);
    assert_eq!(code, 0, "{results:?}");
}

#[test]
fn runs_played_twice_agree() {
    let (code, results) = results(&["morning-rush", "broker-restarted", "--check-determinism"], &[]);
    assert_eq!(code, 0);
    assert!(results.runs.iter().all(|r| r.outcome == RunOutcome::Passed));
}

#[test]
fn every_rule_is_tested_by_the_core_suite_or_in_the_designs_to_which_it_applies_and_holds() {
    let (code, core) = &*CORE;
    assert_eq!(*code, 0);
    let others = ["keep-mapping", "keep-for-a-time", "facility-pseudonym", "ask-insurer", "visible-number", "most-private"];
    let others = others.map(|name| ["--design", name]).concat();
    let (code, designs) = results(&[vec!["everyday-visit", "two-facilities"], others].concat(), &[]);
    assert_eq!(code, 0);
    // Each needs a design of its own.
    let (code, validity) = results(&["expiry-grace", "certificate-not-registered-yet", "renewed-and-not-known-for-a-day"], &[]);
    assert_eq!(code, 0);
    // Codes change only where somebody comes to the municipality.
    let asked =
        ["codes-change-in-turn", "report-of-a-leak-arrives-again", "--design", "certificate", "--design", "visible-number"];
    let (code, source) = results(&asked, &[]);
    assert_eq!(code, 0);
    // The registry is where a case is reported.
    let reported = ["cancer-registry-morning", "--design", "certificate", "--design", "visible-number"];
    let (code, registry) = results(&reported, &[]);
    assert_eq!(code, 0);
    let runs = || core.runs.iter().chain(&designs.runs).chain(&validity.runs).chain(&source.runs).chain(&registry.runs);
    let rules = || runs().flat_map(|r| &r.rules);
    let mut held: BTreeMap<&str, u64> = BTreeMap::new();
    for rule in rules() {
        assert_ne!(rule.outcome, RuleOutcome::Broken, "{}", rule.id);
        *held.entry(&rule.id).or_default() += u64::from(rule.outcome == RuleOutcome::Held);
    }
    assert_eq!(held.len(), conformance::rules::all().len(), "{held:?}");
    assert!(held.values().all(|n| *n > 0), "{held:?}");
    // In the default designs every rule that applies to one of them is tested.
    for rule in core.runs.iter().flat_map(|r| &r.rules).filter(|r| r.outcome == RuleOutcome::NotReached) {
        let is_held = |r: &reports::results::RuleResult| r.id == rule.id && r.outcome == RuleOutcome::Held;
        assert!(core.runs.iter().chain(&source.runs).chain(&registry.runs).flat_map(|r| &r.rules).any(is_held), "{}", rule.id);
    }
    // A rule that was not reached gives a reason.
    for rule in rules() {
        assert_eq!(rule.why.is_some(), rule.outcome == RuleOutcome::NotReached, "{}", rule.id);
    }
}
