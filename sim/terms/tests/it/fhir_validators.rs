//! What others' FHIR validators say of the messages: the npm package `fhir` (R4) and, as a second opinion, the PyPI package
//! `fhir.resources` (R4B, which has these resources as R4 has them).
//!
//! The first run installs both, at the versions and digests that `fhir/package-lock.json` and `fhir/requirements.txt` pin, into
//! the target directory. That needs node with npm, python3 with venv, and a package registry. Where they are not available, the
//! tests say on stderr that they did not run, and pass; but if the environment variable `CI` is set they fail, so that no one is
//! told that the messages are good FHIR when nobody has looked. `SHIKAKU_SKIP_VALIDATORS=1` leaves them out at a desk; in CI it
//! is a failure too.

use crate::samples::{messages, read};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use terms::fhir::{is_sent_as_operation_outcome, outcome_to_json};
use terms::outcome::OutcomeCode;

/// A validator and how it comes to be.
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

    /// The files that it is installed from.
    fn files(self) -> &'static [&'static str] {
        match self {
            Validator::Npm => &["package.json", "package-lock.json", "validate.js"],
            Validator::Pypi => &["requirements.txt", "validate.py"],
        }
    }

    /// Installs it unless an earlier run did. The directory is named by what it is made from, so that a change makes a new one.
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
        // Two test runs at once: the second waits for the first one's installation.
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
        // What it runs on may have gone since.
        run(self.interpreter(&home).arg("--version"))?;
        Ok(home)
    }

    fn interpreter(self, home: &Path) -> Command {
        match self {
            Validator::Npm => Command::new("node"),
            Validator::Pypi => Command::new(home.join("venv/bin/python")),
        }
    }

    /// What it finds wrong with each resource, by name.
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
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{}: {}\n{}", command.get_program().display(), output.status, String::from_utf8_lossy(&said)))
}

/// Whether an environment variable is set to anything but a no.
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|v| !["", "0", "false"].iter().any(|no| v == *no))
}

/// The validator ready to be asked, or `None` where it may be left out and cannot be had.
fn ready(validator: Validator) -> Option<PathBuf> {
    let why = match is_set("SHIKAKU_SKIP_VALIDATORS") {
        true => "SHIKAKU_SKIP_VALIDATORS is set".to_string(),
        false => match validator.install() {
            Ok(home) => return Some(home),
            Err(why) => why,
        },
    };
    assert!(!is_set("CI"), "{} has to run in CI, and did not: {why}", validator.name());
    // Past the test harness, which would keep it to itself.
    let _ = writeln!(std::io::stderr(), "\nNOT RUN: no message was shown to the validator {}: {why}\n", validator.name());
    None
}

/// One message made bad in one place.
struct Spoiled {
    what: &'static str,
    message: &'static str,
    change: fn(&mut Value),
    /// Who sees it. What a validator is known to be blind to is stated, so that a change in it shows too.
    seen_by: &'static [Validator],
}

use Validator::{Npm, Pypi};
const BOTH: &[Validator] = &[Npm, Pypi];
/// `fhir.resources` does not look into value sets.
const CODES: &[Validator] = &[Npm];
/// npm `fhir` looks for a year anywhere in the text of a date, and not at instants at all.
const FORMS: &[Validator] = &[Pypi];

fn remove(from: &mut Value, field: &str) {
    from.as_object_mut().unwrap().remove(field).unwrap();
}

#[rustfmt::skip]
const SPOILED: &[Spoiled] = &[
    Spoiled { what: "no such resource", message: "question", change: |v| v["resourceType"] = json!("Eligibility"), seen_by: BOTH },
    Spoiled { what: "no status", message: "question", change: |v| remove(v, "status"), seen_by: BOTH },
    Spoiled { what: "no purpose", message: "question", change: |v| remove(v, "purpose"), seen_by: BOTH },
    Spoiled { what: "no patient", message: "question", change: |v| remove(v, "patient"), seen_by: BOTH },
    Spoiled { what: "no created", message: "question", change: |v| remove(v, "created"), seen_by: BOTH },
    Spoiled { what: "no insurer", message: "question", change: |v| remove(v, "insurer"), seen_by: BOTH },
    Spoiled { what: "no coverage asked about", message: "question-with-everything", change: |v| remove(&mut v["insurance"][0], "coverage"), seen_by: BOTH },
    Spoiled { what: "no request", message: "answer-in-force", change: |v| remove(v, "request"), seen_by: BOTH },
    Spoiled { what: "no outcome", message: "answer-not-insured", change: |v| remove(v, "outcome"), seen_by: BOTH },
    Spoiled { what: "no coverage answered", message: "answer-in-force", change: |v| remove(&mut v["insurance"][0], "coverage"), seen_by: BOTH },
    Spoiled { what: "no payor inside", message: "answer-in-force", change: |v| remove(&mut v["contained"][3], "payor"), seen_by: BOTH },
    Spoiled { what: "no beneficiary inside", message: "feed", change: |v| remove(&mut v["entry"][0]["resource"], "beneficiary"), seen_by: BOTH },
    Spoiled { what: "no issue", message: "refusal", change: |v| remove(v, "issue"), seen_by: BOTH },
    Spoiled { what: "unexpected at the top", message: "question", change: |v| v["note"] = json!("x"), seen_by: BOTH },
    Spoiled { what: "unexpected in an extension", message: "question", change: |v| v["extension"][0]["note"] = json!("x"), seen_by: BOTH },
    Spoiled { what: "unexpected inside", message: "answer-in-force", change: |v| v["contained"][3]["note"] = json!("x"), seen_by: BOTH },
    Spoiled { what: "unexpected in an entry", message: "feed", change: |v| v["entry"][1]["resource"]["note"] = json!("x"), seen_by: BOTH },
    Spoiled { what: "unexpected in an issue", message: "refusal", change: |v| v["issue"][0]["note"] = json!("x"), seen_by: BOTH },
    Spoiled { what: "no date", message: "question", change: |v| v["servicedDate"] = json!("yesterday"), seen_by: BOTH },
    Spoiled { what: "no date and time", message: "answer-in-force", change: |v| v["created"] = json!("yesterday"), seen_by: BOTH },
    Spoiled { what: "no date in an extension", message: "feed", change: |v| v["meta"]["extension"][0]["valueDate"] = json!("yesterday"), seen_by: BOTH },
    Spoiled { what: "no day of the calendar", message: "question", change: |v| v["servicedDate"] = json!("2026-13-45"), seen_by: FORMS },
    Spoiled { what: "no instant", message: "feed", change: |v| v["timestamp"] = json!("yesterday"), seen_by: FORMS },
    Spoiled { what: "no code of a status", message: "question", change: |v| v["status"] = json!("good"), seen_by: CODES },
    Spoiled { what: "no code of a purpose", message: "question", change: |v| v["purpose"][0] = json!("curiosity"), seen_by: CODES },
    Spoiled { what: "no code of an outcome", message: "answer-in-force", change: |v| v["outcome"] = json!("good"), seen_by: CODES },
    Spoiled { what: "no code of a type", message: "feed", change: |v| v["type"] = json!("feed"), seen_by: CODES },
    Spoiled { what: "no code of a method", message: "feed", change: |v| v["entry"][0]["request"]["method"] = json!("SEND"), seen_by: CODES },
    Spoiled { what: "no code of a severity", message: "refusal", change: |v| v["issue"][0]["severity"] = json!("bad"), seen_by: CODES },
    Spoiled { what: "no code of an issue", message: "refusal", change: |v| v["issue"][0]["code"] = json!("bad"), seen_by: CODES },
];

fn spoiled(how: &Spoiled) -> Value {
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
    resources.extend(SPOILED.iter().map(|how| (format!("spoiled: {}", how.what), spoiled(how))));
    assert_eq!(resources.len(), goods + SPOILED.len(), "names are distinct");
    let verdicts = validator.verdicts(&home, &resources);
    assert_eq!(verdicts.len(), resources.len(), "each was looked at");
    let mut surprises = Vec::new();
    for (name, wrong) in &verdicts {
        let how = SPOILED.iter().find(|how| name.strip_prefix("spoiled: ") == Some(how.what));
        let expected = how.is_some_and(|how| how.seen_by.contains(&validator));
        if expected == wrong.as_array().unwrap().is_empty() {
            surprises.push(format!("{name}: {wrong}"));
        }
    }
    assert!(surprises.is_empty(), "{} sees it otherwise:\n{}", validator.name(), surprises.join("\n"));
}

#[test]
fn npm_fhir_takes_the_messages_and_refuses_the_spoiled_ones() {
    ask(Npm);
}

#[test]
fn fhir_resources_takes_the_messages_and_refuses_the_spoiled_ones() {
    ask(Pypi);
}

#[test]
fn the_strict_reader_refuses_all_of_the_spoiled_ones() {
    for how in SPOILED {
        assert!(read(how.message, &serde_json::to_vec(&spoiled(how)).unwrap()).is_err(), "{}", how.what);
        assert!(!how.seen_by.is_empty(), "{}: one of the validators sees it too", how.what);
    }
}

#[test]
fn the_lock_file_names_no_host() {
    for file in [include_str!("../fhir/package-lock.json"), include_str!("../fhir/requirements.txt")] {
        assert!(!file.contains("://") && !file.contains("\"resolved\""));
    }
}
