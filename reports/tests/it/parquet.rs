//! The Parquet files, read by an independent reader, the PyPI package `pyarrow`, and the digest, computed by Python.
//!
//! The first run installs it, at the version and digests that `parquet/requirements.txt` pins, into the target directory. That
//! needs python3 with venv and a package registry. Where they are not available, the test says on stderr that it did not run,
//! and passes; but if the environment variable `CI` is set it fails. `SHIKAKU_SKIP_VALIDATORS=1` skips it; in CI
//! that is a failure too.

use reports::parquet::Tables;
use reports::results::{
    Checks, Expectation, Finding, Head, LatencyMs, RuleOutcome, RuleResult, Run, RunOutcome, RunsDigest, SCHEMA, Smallest, Tail,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// More than one row group, in the table with the most rows.
const RUNS: u64 = 2001;

fn run(seed: u64) -> Run {
    let odd = seed % 2 == 1;
    let finding = Finding {
        claim: "SEC-002/not-good".into(),
        what: "an institution code (機関別符号)".into(),
        host: "facility-000000".into(),
        zone: "facility".into(),
        check: odd.then(|| "check-000000-000001".into()),
        person: odd.then_some(u64::MAX),
        place: None,
        spelling: odd.then(|| "base64/plain".into()),
        hops: Vec::new(),
        entries: (seed, seed + 1),
    };
    let rule = |id: String, outcome, findings| RuleResult {
        id,
        outcome,
        warning: false,
        evaluated: 12,
        findings,
        remarks: Vec::new(),
        why: None,
        not_applicable: None,
    };
    let mut rules: Vec<RuleResult> = (0..10).map(|i| rule(format!("NVN-00{i}"), RuleOutcome::NotReached, Vec::new())).collect();
    rules.push(rule("NVN-099".into(), RuleOutcome::Broken, vec![finding]));
    Run {
        scenario: "jpki-down".into(),
        design: if odd { "certificate" } else { "signed-challenge" }.into(),
        seed: u64::MAX - seed, // The upper half too, as an unsigned number.
        outcome: if odd { RunOutcome::Broken } else { RunOutcome::Unfinished },
        error: (!odd).then(|| "a \"reason\"\nof two lines".into()),
        checks: Checks { started: 5, in_force: 2, not_in_force: 1, refused: 1, indeterminate: 1 },
        expectations: vec![Expectation { what: "that".into(), held: false, detail: "not so".into(), at: None }],
        rules,
        latency_ms: odd.then_some(LatencyMs { p50: 41.25, p90: 60.0, p99: 0.1 + seed as f64, p999: 2063.0, max: 2063.5 }),
        steps: (1..=7).map(|s| (s.to_string(), s)).collect(),
        journal_sha256: format!("{seed:064x}"),
        wire_sha256: String::new(),
        virtual_s: 25.9,
        wall_s: 0.31,
        reached: Default::default(),
        incidents: Vec::new(),
        data: None,
        linkage: None,
        replay: "shikaku run jpki-down".into(),
        smallest: odd.then(|| Smallest {
            token: Some("token".into()),
            options: String::new(),
            file: None,
            failure: "NVN-099".into(),
            people: 1,
            facilities: 1,
            visits: 1,
            faults: 0,
            tries: 3,
            journal_sha256: String::new(),
        }),
    }
}

fn tables(folder: &Path, runs: &[Run]) {
    let file = |name: &str| File::create(folder.join(name)).unwrap();
    let mut tables = Tables::begin(file("runs.parquet"), file("rules.parquet"), file("findings.parquet")).unwrap();
    runs.iter().for_each(|r| tables.take(r).unwrap());
    tables.finish().unwrap();
}

/// Installs the reader unless an earlier run did. The directory is named by what it is made from.
fn install() -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet/requirements.txt");
    let digest = Sha256::digest(fs::read(&from).map_err(|e| e.to_string())?);
    let name: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("parquet-reader-{name}"));
    let io = |e: std::io::Error| format!("{}: {e}", home.display());
    fs::create_dir_all(&home).map_err(io)?;
    // Two test runs at once: the second waits for the first one's installation.
    let lock = File::create(home.join("lock")).map_err(io)?;
    lock.lock().map_err(io)?;
    let python = home.join("venv/bin/python");
    if !home.join("installed").exists() {
        ran(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&home))?;
        let pip = ["-m", "pip", "install", "--quiet", "--retries=1", "--require-hashes", "--only-binary=:all:", "-r"];
        ran(Command::new(&python).args(pip).arg(&from))?;
        fs::write(home.join("installed"), "").map_err(io)?;
    }
    ran(Command::new(&python).args(["-c", "import pyarrow.parquet"]))?;
    Ok(python)
}

fn ran(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(format!("{}: {}\n{}", command.get_program().display(), output.status, String::from_utf8_lossy(&text)))
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|v| !["", "0", "false"].iter().any(|no| v == *no))
}

/// The reader, or `None` if it is not available and may be skipped.
fn reader() -> Option<PathBuf> {
    let why = match is_set("SHIKAKU_SKIP_VALIDATORS") {
        true => "SHIKAKU_SKIP_VALIDATORS is set".to_string(),
        false => match install() {
            Ok(python) => return Some(python),
            Err(why) => why,
        },
    };
    assert!(!is_set("CI"), "pyarrow has to run in CI, and did not: {why}");
    // Directly to stderr: the test harness would capture it.
    let _ = writeln!(std::io::stderr(), "\nNOT RUN: no Parquet file was read by pyarrow: {why}\n");
    None
}

#[test]
fn pyarrow_reads_every_row_and_python_finds_the_same_digest() {
    let Some(python) = reader() else { return };
    let folder = tempfile::tempdir().unwrap();
    let runs: Vec<Run> = (0..RUNS).map(run).collect();
    tables(folder.path(), &runs);
    let mut digest = RunsDigest::default();
    runs.iter().for_each(|r| digest.take(r).unwrap());
    let digest = digest.finish();
    let head = Head {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: "0".into(),
        commit: None,
        openssl: "none".into(),
        engine: None,
        rules: None,
        seed: 0,
        last_seed: u64::MAX,
        mutant: None,
        plan: Default::default(),
        partition: None,
    };
    let document = head.with(runs, Tail { complete: true, digest: digest.clone() });
    fs::write(folder.path().join("results.json"), document.to_json().unwrap()).unwrap();

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet/read.py");
    let output = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reported: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reported["digest"], json!(digest));
    let rows = |table: &str| reported[table]["rows"].as_array().unwrap().len() as u64;
    assert_eq!((rows("runs"), rows("rules"), rows("findings")), (RUNS, 11 * RUNS, RUNS));
    assert_eq!((&reported["runs"]["groups"], &reported["rules"]["groups"]), (&json!(1), &json!(2)));
    // The last rows, where anything that slipped would show; and every type.
    let last = RUNS as usize - 1;
    let shown = json!({
        "types": { "runs": reported["runs"]["types"], "rules": reported["rules"]["types"], "findings": reported["findings"]["types"] },
        "runs": [&reported["runs"]["rows"][last - 1], &reported["runs"]["rows"][last]],
        "rule": reported["rules"]["rows"][11 * last + 10],
        "findings": [&reported["findings"]["rows"][last - 1], &reported["findings"]["rows"][last]],
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&shown).unwrap());
}

#[test]
fn the_same_runs_give_the_same_bytes_and_none_give_empty_tables() {
    let [one, again, none] = [0; 3].map(|_| tempfile::tempdir().unwrap());
    let runs: Vec<Run> = (0..50).map(run).collect();
    tables(one.path(), &runs);
    tables(again.path(), &runs);
    tables(none.path(), &[]);
    for name in ["runs.parquet", "rules.parquet", "findings.parquet"] {
        let [one, again, none] = [&one, &again, &none].map(|f| fs::read(f.path().join(name)).unwrap());
        assert!(one == again && one.len() > none.len(), "{name}");
        assert_eq!((&none[..4], &none[none.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    }
}
