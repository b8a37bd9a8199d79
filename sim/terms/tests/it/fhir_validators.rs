//! The messages checked by independent FHIR validators: the npm package `fhir` (R4) and, as a cross-check, the PyPI package
//! `fhir.resources` (R4B, in which these resources are the same as in R4).
//!
//! The first run installs both, at the versions and digests that `fhir/package-lock.json` and `fhir/requirements.txt` pin, into
//! the target directory. That needs node with npm, python3 with venv, and a package registry. Where they are not available, the
//! tests report on stderr that they did not run, and pass; but if the environment variable `CI` is set they fail, so that
//! messages are never reported as valid FHIR without a check. `SHIKAKU_SKIP_VALIDATORS=1` skips them on a developer's machine;
//! in CI it is a failure too.

use crate::samples::{messages, read};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use terms::fhir::{is_sent_as_operation_outcome, outcome_to_json};
use terms::outcome::OutcomeCode;

/// A validator and how it is installed.
#[derive(Clone, Copy, PartialEq)]
enum Validator {
    Npm,
    Pypi,
}

impl Validator {
    fn name(self) -> &'static str {
        match self {
            Validator::Npm => "npm fhir",
            Validator::Pypi => "PyPI fhir.resources",
        }
    }

    /// The files from which it is installed.
    fn files(self) -> &'static [&'static str] {
        match self {
            Validator::Npm => &["package.json", "package-lock.json", "validate.js"],
            Validator::Pypi => &["requirements.txt", "validate.py"],
        }
    }

    /// Installs it unless an earlier run did. The directory is named after a digest of these files, so that a change makes a new
    /// one.
    fn install(self) -> Result<PathBuf, String> {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fhir");
        let mut digest = Sha256::new();
        for file in self.files() {
            digest.update(fs::read(from.join(file)).map_err(|e| format!("{file}: {e}"))?);
        }
        let name: String = digest.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect();
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fhir-validator-{name}"));
        let io = |e: std::io::Error| format!("{}: {e}", home.display());
        fs::create_dir_all(&home).map_err(io)?;
        // Of two concurrent test runs, the second waits for the installation of the first.
        let lock = fs::File::create(home.join("lock")).map_err(io)?;
        lock.lock().map_err(io)?;
        let done = home.join("installed");
        if !done.exists() {
            for file in self.files() {
                fs::copy(from.join(file), home.join(file)).map_err(io)?;
            }
            match self {
                Validator::Npm => {
                    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"];
                    run(Command::new("npm").arg("ci").args(quiet).current_dir(&home))?;
                }
                Validator::Pypi => {
                    run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&home))?;
                    let pinned = ["--require-hashes", "--only-binary=:all:", "-r", "requirements.txt"];
                    let pip = ["-m", "pip", "install", "--quiet", "--retries=1"];
                    run(self.interpreter(&home).args(pip).args(pinned).current_dir(&home))?;
                }
            }
            fs::write(done, "").map_err(io)?;
        }
        // Its interpreter may have been removed since.
        run(self.interpreter(&home).arg("--version"))?;
        Ok(home)
    }

    fn interpreter(self, home: &Path) -> Command {
        match self {
            Validator::Npm => Command::new("node"),
            Validator::Pypi => Command::new(home.join("venv/bin/python")),
        }
    }

    /// The errors that it reports for each resource, by name.
    fn verdicts(self, home: &Path, resources: &Map<String, Value>) -> Map<String, Value> {
        let script = match self {
            Validator::Npm => "validate.js",
            Validator::Pypi => "validate.py",
        };
        let mut command = self.interpreter(home);
        let started = command.arg(script).current_dir(home).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.expect("the validator was installed and starts");
        // Both scripts read everything before they write anything, so that neither side waits for the other.
        child.stdin.take().unwrap().write_all(&serde_json::to_vec(resources).unwrap()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}: {}", self.name(), output.status);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(format!("{}: {}\n{}", command.get_program().display(), output.status, String::from_utf8_lossy(&printed)))
}

/// Whether an environment variable is set to anything but a no.
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|v| !["", "0", "false"].iter().any(|no| v == *no))
}

/// The installed validator, or `None` where it may be skipped and is not available.
fn ready(validator: Validator) -> Option<PathBuf> {
    let why = match is_set("SHIKAKU_SKIP_VALIDATORS") {
        true => "SHIKAKU_SKIP_VALIDATORS is set".to_string(),
        false => match validator.install() {
            Ok(home) => return Some(home),
            Err(why) => why,
        },
    };
    assert!(!is_set("CI"), "{} has to run in CI, and did not: {why}", validator.name());
    // Directly to stderr, since the test harness captures output.
    let _ = writeln!(std::io::stderr(), "\nNOT RUN: no message was checked by the validator {}: {why}\n", validator.name());
    None
}

/// One message with one error.
struct Corrupted {
    what: &'static str,
    message: &'static str,
    change: fn(&mut Value),
    /// The validators that report it. Known gaps of a validator are stated, so that a change in them is noticed too.
    reported_by: &'static [Validator],
}

use Validator::{Npm, Pypi};
const BOTH: &[Validator] = &[Npm, Pypi];
/// `fhir.resources` does not check value sets.
const CODES: &[Validator] = &[Npm];
/// npm `fhir` accepts a date with a year anywhere in it, and does not check instants at all.
const FORMS: &[Validator] = &[Pypi];

fn remove(from: &mut Value, field: &str) {
    from.as_object_mut().unwrap().remove(field).unwrap();
}

#[rustfmt::skip]
const CORRUPTED: &[Corrupted] = &[
    Corrupted { what: "no such resource", message: "question", change: |v| v["resourceType"] = json!("Eligibility"), reported_by: BOTH },
    Corrupted { what: "no status", message: "question", change: |v| remove(v, "status"), reported_by: BOTH },
    Corrupted { what: "no purpose", message: "question", change: |v| remove(v, "purpose"), reported_by: BOTH },
    Corrupted { what: "no patient", message: "question", change: |v| remove(v, "patient"), reported_by: BOTH },
    Corrupted { what: "no created", message: "question", change: |v| remove(v, "created"), reported_by: BOTH },
    Corrupted { what: "no insurer", message: "question", change: |v| remove(v, "insurer"), reported_by: BOTH },
    Corrupted { what: "no coverage asked about", message: "question-with-everything", change: |v| remove(&mut v["insurance"][0], "coverage"), reported_by: BOTH },
    Corrupted { what: "no request", message: "answer-in-force", change: |v| remove(v, "request"), reported_by: BOTH },
    Corrupted { what: "no outcome", message: "answer-not-insured", change: |v| remove(v, "outcome"), reported_by: BOTH },
    Corrupted { what: "no coverage answered", message: "answer-in-force", change: |v| remove(&mut v["insurance"][0], "coverage"), reported_by: BOTH },
    Corrupted { what: "no payor inside", message: "answer-in-force", change: |v| remove(&mut v["contained"][3], "payor"), reported_by: BOTH },
    Corrupted { what: "no beneficiary inside", message: "feed", change: |v| remove(&mut v["entry"][0]["resource"], "beneficiary"), reported_by: BOTH },
    Corrupted { what: "no issue", message: "refusal", change: |v| remove(v, "issue"), reported_by: BOTH },
    Corrupted { what: "unexpected at the top", message: "question", change: |v| v["note"] = json!("x"), reported_by: BOTH },
    Corrupted { what: "unexpected in an extension", message: "question", change: |v| v["extension"][0]["note"] = json!("x"), reported_by: BOTH },
    Corrupted { what: "unexpected inside", message: "answer-in-force", change: |v| v["contained"][3]["note"] = json!("x"), reported_by: BOTH },
    Corrupted { what: "unexpected in an entry", message: "feed", change: |v| v["entry"][1]["resource"]["note"] = json!("x"), reported_by: BOTH },
    Corrupted { what: "unexpected in an issue", message: "refusal", change: |v| v["issue"][0]["note"] = json!("x"), reported_by: BOTH },
    Corrupted { what: "no date", message: "question", change: |v| v["servicedDate"] = json!("yesterday"), reported_by: BOTH },
    Corrupted { what: "no date and time", message: "answer-in-force", change: |v| v["created"] = json!("yesterday"), reported_by: BOTH },
    Corrupted { what: "no date in an extension", message: "feed", change: |v| v["meta"]["extension"][0]["valueDate"] = json!("yesterday"), reported_by: BOTH },
    Corrupted { what: "no day of the calendar", message: "question", change: |v| v["servicedDate"] = json!("2026-13-45"), reported_by: FORMS },
    Corrupted { what: "no instant", message: "feed", change: |v| v["timestamp"] = json!("yesterday"), reported_by: FORMS },
    Corrupted { what: "no code of a status", message: "question", change: |v| v["status"] = json!("good"), reported_by: CODES },
    Corrupted { what: "no code of a purpose", message: "question", change: |v| v["purpose"][0] = json!("curiosity"), reported_by: CODES },
    Corrupted { what: "no code of an outcome", message: "answer-in-force", change: |v| v["outcome"] = json!("good"), reported_by: CODES },
    Corrupted { what: "no code of a type", message: "feed", change: |v| v["type"] = json!("feed"), reported_by: CODES },
    Corrupted { what: "no code of a method", message: "feed", change: |v| v["entry"][0]["request"]["method"] = json!("SEND"), reported_by: CODES },
    Corrupted { what: "no code of a severity", message: "refusal", change: |v| v["issue"][0]["severity"] = json!("bad"), reported_by: CODES },
    Corrupted { what: "no code of an issue", message: "refusal", change: |v| v["issue"][0]["code"] = json!("bad"), reported_by: CODES },
];

fn corrupted(how: &Corrupted) -> Value {
    let (_, body) = messages().into_iter().find(|(name, _)| *name == how.message).unwrap();
    let good: Value = serde_json::from_slice(&body).unwrap();
    let mut bad = good.clone();
    (how.change)(&mut bad);
    assert_ne!(bad, good, "{}: the change was made", how.what);
    bad
}

/// The samples and every refusal that a broker sends.
fn good() -> Map<String, Value> {
    let sent = OutcomeCode::ALL.iter().filter(|code| is_sent_as_operation_outcome(**code));
    let refusals = sent.map(|code| (format!("refusal {code}"), outcome_to_json(*code)));
    let all = messages().into_iter().map(|(name, body)| (name.to_string(), body)).chain(refusals);
    all.map(|(name, body)| (name, serde_json::from_slice(&body).unwrap())).collect()
}

fn ask(validator: Validator) {
    let Some(home) = ready(validator) else { return };
    let mut resources = good();
    let goods = resources.len();
    resources.extend(CORRUPTED.iter().map(|how| (format!("corrupted: {}", how.what), corrupted(how))));
    assert_eq!(resources.len(), goods + CORRUPTED.len(), "names are distinct");
    let verdicts = validator.verdicts(&home, &resources);
    assert_eq!(verdicts.len(), resources.len(), "each was checked");
    let mut unexpected = Vec::new();
    for (name, wrong) in &verdicts {
        let how = CORRUPTED.iter().find(|how| name.strip_prefix("corrupted: ") == Some(how.what));
        let expected = how.is_some_and(|how| how.reported_by.contains(&validator));
        if expected == wrong.as_array().unwrap().is_empty() {
            unexpected.push(format!("{name}: {wrong}"));
        }
    }
    assert!(unexpected.is_empty(), "{} reports otherwise:\n{}", validator.name(), unexpected.join("\n"));
}

#[test]
fn npm_fhir_accepts_the_messages_and_rejects_the_corrupted_ones() {
    ask(Npm);
}

#[test]
fn fhir_resources_accepts_the_messages_and_rejects_the_corrupted_ones() {
    ask(Pypi);
}

#[test]
fn the_strict_reader_rejects_all_of_the_corrupted_ones() {
    for how in CORRUPTED {
        assert!(read(how.message, &serde_json::to_vec(&corrupted(how)).unwrap()).is_err(), "{}", how.what);
        assert!(!how.reported_by.is_empty(), "{}: one of the validators reports it too", how.what);
    }
}

#[test]
fn the_lock_file_names_no_host() {
    for file in [include_str!("../fhir/package-lock.json"), include_str!("../fhir/requirements.txt")] {
        assert!(!file.contains("://") && !file.contains("\"resolved\""));
    }
}
