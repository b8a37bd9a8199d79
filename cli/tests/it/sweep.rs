//! Sweeps from outside: merging parts, ending early, keeping journals.

use crate::tool::{self, UNLIMITED_SHRINKING};
use reports::results::{Results, RunOutcome, RunsDigest};
use std::fs;
use std::path::Path;
use std::process::Output;

const QUICK: &[&str] = &["run", "--filter", "card", "--no-rules", "--seeds", "1..2"];

fn shikaku(args: &[&str]) -> Output {
    tool::shikaku().args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs into a folder, and returns the exit code and the results in it.
fn run(args: &[&str], out: &Path) -> (Option<i32>, Results) {
    let output = shikaku(&[args, &["--out", out.to_str().unwrap()]].concat());
    (output.status.code(), document(&out.join("results.json")))
}

fn document(file: &Path) -> Results {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// The document without wall-clock times.
fn timeless(mut results: Results) -> String {
    results.runs.iter_mut().for_each(|r| r.wall_s = 0.0);
    results.to_json().unwrap()
}

fn digest(results: &Results) -> String {
    let mut digest = RunsDigest::default();
    results.runs.iter().for_each(|r| digest.take(r).unwrap());
    digest.finish()
}

/// A scenario of which every run fails, in both designs.
fn failing(folder: &Path) -> String {
    let file = folder.join("wrong.toml");
    let text = include_str!("../../../scenarios/core/borrowed-card.toml").replace("\"photo-mismatch\"", "\"in-force\"");
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_string()
}

fn journals(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|n| n.ends_with(".jsonl")).collect();
    names.sort();
    names
}

#[test]
fn merged_parts_equal_the_unsharded_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: String| folder.path().join(name);
    let (code, whole) = run(QUICK, &path("whole".into()));
    assert_eq!((code, whole.complete, &whole.partition), (Some(0), true, &None));
    assert_eq!((whole.runs.len() as u64, digest(&whole)), (whole.plan.runs, whole.digest.clone()));
    for by in ["hash", "slice"] {
        let mut parts = Vec::new();
        let mut found = 0;
        // Different numbers of jobs, and the last part first.
        for part in (1..=4).rev() {
            let out = path(format!("{by}{part}"));
            let partition = format!("{by}:{part}/4");
            let (code, results) = run(&[QUICK, &["--partition", &partition, "--jobs", &part.to_string()]].concat(), &out);
            assert_eq!((code, results.partition.as_ref(), &results.plan), (Some(0), Some(&partition), &whole.plan));
            found += results.runs.len();
            parts.push(out.to_str().unwrap().to_string());
        }
        assert_eq!(found, whole.runs.len());
        let merged = path(format!("{by}-merged"));
        let mut args = vec!["merge", "--out", merged.to_str().unwrap(), "--format", "json"];
        args.extend(parts.iter().map(String::as_str));
        let output = shikaku(&args);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(output.stdout, fs::read(merged.join("results.json")).unwrap());
        let merged = document(&merged.join("results.json"));
        assert_eq!(merged.digest, whole.digest);
        assert!(timeless(merged) == timeless(whole.clone()), "{by}");
    }
}

/// Parts of sweeps that differ by how they were made, and damaged ones, each in its folder in `dir`.
fn make_parts(dir: &str) {
    let path = |name: &str| format!("{dir}/{name}");
    let make = |name: &str, args: &[&str]| {
        let output = shikaku(&[&["run", "borrowed-card", "--no-rules", "--out", &path(name)], args].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    };
    make("1", &["--partition", "slice:1/3", "--seeds", "1..3"]);
    make("2", &["--partition", "slice:2/3", "--seeds", "1..3"]);
    make("3", &["--partition", "slice:3/3", "--seeds", "1..3"]);
    make("hash", &["--partition", "hash:3/3", "--seeds", "1..3"]);
    make("seeds", &["--partition", "slice:3/3", "--seeds", "1..4"]);
    make("mutant", &["--partition", "slice:3/3", "--seeds", "1..3", "--mutant", "facility-shows-my-number"]);
    make("engine", &["--partition", "slice:3/3", "--seeds", "1..3", "--engine", "ticks"]);
    make("designs", &["--partition", "slice:3/3", "--seeds", "1..3", "--design", "certificate", "--design", "keep-mapping"]);
    // The same part, judged by rules.
    let judged = ["run", "borrowed-card", "--out", &path("judged"), "--partition", "slice:3/3", "--seeds", "1..3"];
    assert_eq!(shikaku(&judged).status.code(), Some(0));
    make("whole", &["--seeds", "1..3"]);
    let file = |name: &str| format!("{dir}/{name}/results.json");
    let corrupt = |from: &str, name: &str, what: &str, with: &str| {
        fs::create_dir(path(name)).unwrap();
        let good = fs::read_to_string(file(from)).unwrap();
        let corrupted = good.replacen(what, with, 1);
        assert_ne!(good, corrupted, "{name}");
        fs::write(file(name), corrupted).unwrap();
    };
    corrupt("3", "incomplete", "\"complete\": true", "\"complete\": false");
    corrupt("3", "changed", "\"held\": true", "\"held\": false");
    corrupt("3", "version", "\"version\": \"", "\"version\": \"9");
    corrupt("3", "commit", "\"commit\": \"", "\"commit\": \"9");
    corrupt("3", "unstated", "\"engine\": \"events\",", "");
    corrupt("3", "older", "results/v3", "results/v2");
    corrupt("judged", "rules", "\"AUDIT-001\",", "");
    corrupt("3", "scenario", "\"sha256\": \"", "\"sha256\": \"9");
    corrupt("3", "renamed", "slice:3/3", "slice:2/3");
    // The error has a position, so nothing before it may depend on the machine.
    let mut steady = document(Path::new(&file("3")));
    (steady.openssl, steady.commit) = ("OpenSSL".into(), Some("0123abcd".into()));
    fs::create_dir(path("steady")).unwrap();
    fs::write(file("steady"), timeless(steady)).unwrap();
    corrupt("steady", "cut", "\"complete\": true", "");
}

#[test]
fn what_cannot_be_merged_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let path = |name: &str| format!("{dir}/{name}");
    make_parts(dir);
    let commit = document(&folder.path().join("1/results.json")).commit.unwrap();
    let rules = document(&folder.path().join("judged/results.json")).rules.unwrap().len();
    let cases: &[&[&str]] = &[
        &["1", "2"],
        &["1"],
        &["1", "2", "3", "2"],
        &["1", "2", "hash"],
        &["1", "2", "seeds"],
        &["1", "2", "mutant"],
        &["whole"],
        &["1", "2", "incomplete"],
        &["1", "2", "changed"],
        &["1", "2", "version"],
        &["1", "2", "commit"],
        &["1", "2", "engine"],
        &["1", "2", "judged"],
        &["judged", "rules"],
        &["1", "2", "designs"],
        &["1", "2", "unstated"],
        &["1", "2", "older"],
        &["1", "2", "scenario"],
        &["1", "3", "renamed"],
        &["1", "2", "cut"],
        &["1", "2", "nowhere"],
        &["1", "2", "3", "--out", "3"],
    ];
    let mut reported = Vec::new();
    for case in cases {
        let args: Vec<String> = case.iter().map(|a| if a.starts_with("--") { a.to_string() } else { path(a) }).collect();
        let output = shikaku(&[&["merge"][..], &args.iter().map(String::as_str).collect::<Vec<_>>()].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{case:?}");
        let printed = text(&output.stderr).replace(dir, "FOLDER").replace(&commit, "COMMIT");
        // How many rules there are changes with each new one.
        let printed = printed.replace(&format!("by {rules} rules"), "by ALL rules");
        let printed = printed.replace(&format!("by {} rules", rules - 1), "by ALL rules but one");
        reported.push(format!("$ shikaku merge {}\n{printed}", case.join(" ")));
    }
    insta::assert_snapshot!(reported.join("\n"));
}

#[test]
fn an_empty_part_passes_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let output = shikaku(&["run", "borrowed-card", "--partition", "slice:9/9", "--out", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("the part slice:9/9 contains none of the"), "{}", text(&output.stderr));
    let results = document(&folder.path().join("results.json"));
    assert_eq!((results.runs.len(), results.complete), (0, true));
}

#[test]
fn a_sweep_ends_with_the_nth_run_that_failed_whatever_the_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let file = failing(folder.path());
    let all = [&["run", &file, "borrowed-card", "--no-rules", "--seeds", "1..6"][..], &UNLIMITED_SHRINKING].concat();
    let mut seen = Vec::new();
    for jobs in ["1", "2", "5"] {
        let out = folder.path().join(jobs);
        let args = [&all[..], &["--max-fail", "3", "--jobs", jobs, "--out", out.to_str().unwrap()]].concat();
        let output = shikaku(&args);
        assert_eq!(output.status.code(), Some(1));
        let reported = text(&output.stderr);
        assert!(reported.contains("since 3 did not pass: the results are incomplete"), "{reported}");
        let results = document(&out.join("results.json"));
        assert_eq!((results.complete, results.runs.last().unwrap().outcome), (false, RunOutcome::Broken));
        assert_eq!(results.runs.iter().filter(|r| r.outcome == RunOutcome::Broken).count(), 3);
        assert_eq!(journals(&out).len(), 3, "{:?}", journals(&out));
        // No temporary file is left.
        assert!(fs::read_dir(&out).unwrap().all(|e| !text(e.unwrap().file_name().as_encoded_bytes()).starts_with('.')));
        seen.push((timeless(results), journals(&out)));
    }
    assert!(seen.iter().all(|s| *s == seen[0]));
    let (code, results) = run(&[&all[..], &["--fail-fast"]].concat(), &folder.path().join("fast"));
    assert_eq!((code, results.complete), (Some(1), false));
    assert_eq!(results.runs.last().unwrap().outcome, RunOutcome::Broken);
    // If the last run reaches the limit, nothing is missing.
    let (_, whole) = run(&all, &folder.path().join("whole"));
    let failed = whole.runs.iter().filter(|r| r.outcome == RunOutcome::Broken).count().to_string();
    let reversed = ["run", &file, "--no-rules", "--seeds", "1..6", "--shrink", "0", "--max-fail", &failed];
    let (code, results) = run(&reversed, &folder.path().join("exact"));
    assert_eq!((code, results.complete), (Some(1), true));
}

#[test]
fn the_requested_journals_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = failing(folder.path());
    let keep = |name: &str, journals_of: &[&str]| {
        let out = folder.path().join(name);
        let base = ["run", &file, "borrowed-card", "--no-rules", "--design", "certificate", "--shrink", "0"];
        let (code, _) = run(&[&base[..], journals_of].concat(), &out);
        assert_eq!(code, Some(1));
        journals(&out)
    };
    assert_eq!(keep("default", &[]), ["wrong.certificate.1.jsonl"]);
    assert_eq!(keep("failed", &["--journals", "failed"]), ["wrong.certificate.1.jsonl"]);
    assert_eq!(keep("all", &["--journals", "all"]), ["borrowed-card.certificate.1.jsonl", "wrong.certificate.1.jsonl"]);
    assert_eq!(keep("none", &["--journals", "none"]), [""; 0]);
}

#[cfg(unix)]
mod interrupted {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Child, Stdio};

    /// A process that is killed when its test ends.
    struct Running(Child);

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn start(args: &[&str]) -> Running {
        Running(tool::process().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn interrupt(child: &Running, signal: &str) {
        // The shell's builtin: not every machine has the program `kill`.
        let line = format!("kill {signal} {}", child.0.id());
        assert!(tool::shell(&line, Path::new("/")).status().unwrap().success());
    }

    #[test]
    fn the_first_signal_keeps_the_results() {
        let folder = tempfile::tempdir().unwrap();
        for (signal, jobs) in [("-INT", "2"), ("-TERM", "1")] {
            let out = folder.path().join(signal);
            let args = ["run", "--filter", "card", "--no-rules", "--seeds", "1..100000", "--jobs", jobs];
            let mut child = start(&[&args[..], &["--out", out.to_str().unwrap()]].concat());
            let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
            // The head and two runs.
            (0..3).for_each(|_| drop(lines.next().unwrap().unwrap()));
            interrupt(&child, signal);
            let shown: Vec<String> = lines.map(Result::unwrap).collect();
            let mut reported = String::new();
            child.0.stderr.take().unwrap().read_to_string(&mut reported).unwrap();
            assert_eq!(child.0.wait().unwrap().code(), Some(4), "{reported}");
            let results = document(&out.join("results.json"));
            let done = results.runs.len();
            assert!(!results.complete && done >= 2 && (done as u64) < results.plan.runs);
            assert!(reported.contains(&format!("interrupted: {done} of {} runs were done", results.plan.runs)), "{reported}");
            assert!(shown.last().unwrap().starts_with(&format!("{done} runs: {done} passed")), "{shown:?}");
            assert_eq!(results.digest, digest(&results));
            // They are the first runs of the sweep.
            let seeds = format!("1..{}", results.runs.last().unwrap().seed);
            let (_, again) = run(&["run", "--filter", "card", "--no-rules", "--seeds", &seeds], &folder.path().join("again"));
            let kept: Vec<_> = results.runs.iter().map(|r| &r.journal_sha256).collect();
            assert!(again.runs.iter().take(done).map(|r| &r.journal_sha256).eq(kept));
        }
    }

    #[test]
    fn the_second_signal_exits_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("long.toml");
        // Nearly a day of virtual time in ticks of a millisecond: it would take minutes, and is interrupted at once.
        fs::write(&file, include_str!("../../../scenarios/core/borrowed-card.toml").replace("\"2s\"", "\"86000s\"")).unwrap();
        let mut child = start(&["run", file.to_str().unwrap(), "--engine", "ticks"]);
        let mut reported = BufReader::new(child.0.stderr.take().unwrap());
        // The head of the table is printed after the signal handler is installed.
        let mut head = String::new();
        BufReader::new(child.0.stdout.as_mut().unwrap()).read_line(&mut head).unwrap();
        assert!(head.starts_with("outcome"), "{head}");
        interrupt(&child, "-INT");
        let mut line = String::new();
        reported.read_line(&mut line).unwrap();
        assert!(line.contains("stopping"), "{line}");
        assert!(child.0.try_wait().unwrap().is_none(), "it ended before its run was finished");
        interrupt(&child, "-INT");
        assert_eq!(child.0.wait().unwrap().code(), Some(4));
    }
}
