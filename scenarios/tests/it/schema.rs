//! The schema of scenario files: the published one is generated from the types, and an independent validator and an independent
//! editor toolkit accept every built-in scenario with it and reject misspelled ones.
//!
//! The first run installs the PyPI packages `jsonschema` and `taplo`, at the versions and digests that `schema/requirements.txt`
//! pins, into the target directory. That needs python3 (3.11 or later, for TOML) with venv, and a package registry. If they are
//! not available, the tests print on stderr that they did not run, and pass; but if the environment variable `CI` is set they
//! fail, so that CI never passes without this check. `SHIKAKU_SKIP_VALIDATORS=1` skips them on a developer's machine.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// The text of every file of every suite, by folder and name.
fn files() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for suite in scenarios::catalog::SUITES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(suite.name);
        for file in fs::read_dir(folder).into_iter().flatten() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            all.insert(format!("{}/{name}", suite.name), fs::read_to_string(&path).unwrap());
        }
    }
    all
}

#[test]
fn the_schema_in_docs_is_current() {
    let path = format!("{}/../docs/schema/scenario.schema.json", env!("CARGO_MANIFEST_DIR"));
    let current = scenarios::file::json_schema().unwrap();
    if env::var_os("SHIKAKU_BLESS").is_some() {
        fs::write(&path, &current).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap_or_default() == current,
        "docs/schema/scenario.schema.json is outdated: SHIKAKU_BLESS=1 regenerates it"
    );
}

/// Editors find the schema by this line, see docs/scenarios.md.
#[test]
fn every_file_names_the_schema() {
    for (name, text) in files().iter() {
        assert!(text.starts_with("#:schema ../../docs/schema/scenario.schema.json\n"), "{name}");
    }
}

/// Errors that are introduced into a valid file, and the message that the validator must give.
const SPOILED: &[(&str, &str, &str)] = &[
    ("people = 6", "peple = 6", "'peple' was unexpected"),
    ("people = 6", "people = \"6\"", "'6' is not of type 'integer'"),
    ("people = 6", "people = -6", "less than the minimum"),
    ("at = \"2s\"", "at = 2", "2 is not of type 'string'"),
    ("at = \"2s\"", "at = \"s\"", "'s' does not match"),
    ("kind = \"hospital\"", "kind = \"hospitl\"", "'hospitl' is not one of"),
    ("kind = \"hospital\"", "knd = \"hospital\"", "'knd' was unexpected"),
    ("expect = \"in-force\"", "expect = \"inforce\"", "'inforce' is not one of"),
    ("expect = \"in-force\"", "", "'expect' is a required property"),
    ("[[visit]]", "[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = \"jpki-dwon\"\n[[visit]]", "is not valid under any"),
    ("[[visit]]", "[[fault]]\nat = \"1s\"\nlasts = \"1s\"\ndoes = \"jpki-down\"\n[[visit]]", "'lasts' was unexpected"),
];

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{name}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&printed)))
}

/// Installs both unless an earlier run did. The directory is named after the digest of the requirements, so that a change makes a
/// new one.
fn install() -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema");
    let requirements = from.join("requirements.txt");
    let pinned = fs::read(&requirements).map_err(|e| format!("{}: {e}", requirements.display()))?;
    let name: String = Sha256::digest(pinned).iter().take(6).map(|b| format!("{b:02x}")).collect();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("jsonschema-{name}"));
    let io = |e: std::io::Error| format!("{}: {e}", home.display());
    fs::create_dir_all(&home).map_err(io)?;
    // Two test runs at once: the second waits for the first one's installation.
    let lock = fs::File::create(home.join("lock")).map_err(io)?;
    lock.lock().map_err(io)?;
    let (done, bin) = (home.join("installed"), home.join("venv/bin"));
    let python = bin.join("python");
    if !done.exists() {
        run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&home))?;
        let pip = ["-m", "pip", "install", "--quiet", "--retries=1", "--require-hashes", "--only-binary=:all:", "-r"];
        run(Command::new(&python).args(pip).arg(&requirements))?;
        fs::write(done, "").map_err(io)?;
    }
    // The Python installation may be gone, or too old to read TOML.
    run(Command::new(&python).args(["-c", "import tomllib, jsonschema"]))?;
    Ok(bin)
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|v| !["", "0", "false"].iter().any(|no| v == *no))
}

/// The folder of both, or `None` if they are not available and may be skipped.
fn ready() -> Option<PathBuf> {
    let why = match is_set("SHIKAKU_SKIP_VALIDATORS") {
        true => "SHIKAKU_SKIP_VALIDATORS is set".to_string(),
        false => match install() {
            Ok(bin) => return Some(bin),
            Err(why) => why,
        },
    };
    assert!(!is_set("CI"), "jsonschema and taplo must run in CI, but did not: {why}");
    // Bypasses the test harness, which would capture it.
    let _ = writeln!(std::io::stderr(), "\nNOT RUN: no scenario was checked with jsonschema and taplo: {why}\n");
    None
}

/// The errors that it reports for each document, by name.
fn verdicts(bin: &Path, documents: &BTreeMap<String, String>) -> Map<String, Value> {
    let schema: Value = serde_json::from_str(&scenarios::file::json_schema().unwrap()).unwrap();
    let asked = serde_json::to_vec(&json!({ "schema": schema, "documents": documents })).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema/validate.py");
    let mut child = Command::new(bin.join("python")).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // The script reads everything before it writes anything, so that neither side waits for the other.
    child.stdin.take().unwrap().write_all(&asked).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn jsonschema_accepts_every_scenario_and_rejects_the_spoiled_ones() {
    let Some(bin) = ready() else { return };
    let good = files();
    assert!(good.len() > 60, "{}", good.len());
    let everyday = &good["core/everyday-visit.toml"];
    let mut documents = good.clone();
    for (i, (from, to, _)) in SPOILED.iter().enumerate() {
        assert!(everyday.contains(from), "{from}");
        documents.insert(format!("spoiled {i}"), everyday.replacen(from, to, 1));
    }
    let verdicts = verdicts(&bin, &documents);
    assert_eq!(verdicts.len(), documents.len(), "every document was checked");
    for name in good.keys() {
        assert_eq!(verdicts[name], json!([]), "{name}");
    }
    for (i, (from, to, expected)) in SPOILED.iter().enumerate() {
        let found = verdicts[&format!("spoiled {i}")].to_string();
        assert!(found.contains(expected), "`{to}` for `{from}`: {found}");
    }
}

/// The output of Taplo, which editors use, for files in a folder with the layout of the repository, and whether it accepts them.
fn lint(bin: &Path, root: &Path, files: &[String]) -> (bool, String) {
    let output = Command::new(bin.join("taplo")).arg("lint").args(files).current_dir(root).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn taplo_finds_the_schema_by_the_first_line_and_rejects_misspelled_files() {
    let Some(bin) = ready() else { return };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("taplo");
    let schema = root.join("docs/schema");
    fs::create_dir_all(&schema).unwrap();
    fs::write(schema.join("scenario.schema.json"), scenarios::file::json_schema().unwrap()).unwrap();
    let write = |name: &str, text: &str| {
        let path = root.join("scenarios").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        format!("scenarios/{name}")
    };
    let good = files();
    let all: Vec<String> = good.iter().map(|(name, text)| write(name, text)).collect();
    let (taken, printed) = lint(&bin, &root, &all);
    assert!(taken, "{printed}");
    for (from, to, _) in SPOILED {
        let file = write("spoiled/spoiled.toml", &good["core/everyday-visit.toml"].replacen(from, to, 1));
        let (taken, printed) = lint(&bin, &root, &[file]);
        assert!(!taken, "`{to}` for `{from}`: {printed}");
    }
}

#[test]
fn the_pinned_versions_name_no_host() {
    assert!(!include_str!("../schema/requirements.txt").contains("://"));
}
