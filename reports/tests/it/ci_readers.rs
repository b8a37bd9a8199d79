//! The documents for CI, read by independent tools: the XSD of Jenkins' xUnit plugin for JUnit XML, the PyPI parser
//! `junitparser`, and Microsoft's SARIF Multitool with the rules of the standard and of GitHub.
//!
//! The first run installs them, at the versions and digests that `ci_readers/` pins, into the target directory. That needs
//! python3 with venv, npm, and a package registry. Where they are not available, the tests say on stderr that they did not run,
//! and pass; but if the environment variable `CI` is set they fail.

use reports::junit::JUnit;
use reports::results::{Head, Run};
use reports::rules::{RuleText, Title};
use reports::sarif::runs::Sarif;
use reports::view::Extent;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[allow(dead_code, reason = "the reports' own tests use the others")]
#[path = "../../src/samples.rs"]
mod samples;

use samples::{failing, passing, sweep, unfinished};

fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{name}: {e}"))?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(text) } else { Err(format!("{name}: {}\n{text}", output.status)) }
}

/// Installs with `how` in a folder of its own, unless an earlier run did.
fn install(name: &str, files: &[&str], how: impl Fn(&Path) -> Result<(), String>) -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ci_readers");
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ci-readers-{name}"));
    let io = |e: std::io::Error| format!("{}: {e}", home.display());
    fs::create_dir_all(&home).map_err(io)?;
    // Two test runs at once: the second waits for the first one's installation.
    let lock = fs::File::create(home.join("lock")).map_err(io)?;
    lock.lock().map_err(io)?;
    let mut made_from = Vec::new();
    for file in files {
        made_from.extend(fs::read(from.join(file)).map_err(io)?);
    }
    if fs::read(home.join("installed")).ok() != Some(made_from.clone()) {
        for file in files {
            fs::copy(from.join(file), home.join(file)).map_err(io)?;
        }
        how(&home)?;
        fs::write(home.join("installed"), made_from).map_err(io)?;
    }
    Ok(home)
}

fn python(home: &Path) -> Result<(), String> {
    run(Command::new("python3").args(["-m", "venv", "--clear", "venv"]).current_dir(home))?;
    let pip = |args: &[&str]| run(Command::new(home.join("venv/bin/python")).args(["-m", "pip"]).args(args).current_dir(home));
    pip(&["install", "--quiet", "--retries=1", "--require-hashes", "--only-binary=:all:", "-r", "requirements.txt"])?;
    pip(&[
        "download",
        "--quiet",
        "--retries=1",
        "--no-deps",
        "--no-binary=:all:",
        "--require-hashes",
        "-r",
        "xsd.txt",
        "-d",
        ".",
    ])?;
    let unpack = "import glob, shutil, tarfile\n\
                  archive = tarfile.open(glob.glob('pytest-*.tar.gz')[0])\n\
                  member = next(m for m in archive.getmembers() if m.name.endswith('/junit-10.xsd'))\n\
                  shutil.copyfileobj(archive.extractfile(member), open('junit-10.xsd', 'wb'))";
    run(Command::new(home.join("venv/bin/python")).args(["-c", unpack]).current_dir(home)).map(drop)
}

fn multitool(home: &Path) -> Result<(), String> {
    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"];
    run(Command::new("npm").arg("ci").args(quiet).current_dir(home))?;
    run(Command::new("chmod").arg("u+x").arg(home.join(MULTITOOL))).map(drop)
}

const MULTITOOL: &str = "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";

/// What was installed, or `None` if it is not available and not required.
fn ready(what: &str, installed: Result<PathBuf, String>) -> Option<PathBuf> {
    let is_set = |v: &str| std::env::var_os(v).is_some_and(|v| !["", "0", "false"].iter().any(|no| v == *no));
    let why = match (is_set("SHIKAKU_SKIP_VALIDATORS"), installed) {
        (false, Ok(home)) => return Some(home),
        (true, _) => "SHIKAKU_SKIP_VALIDATORS is set".to_string(),
        (_, Err(why)) => why,
    };
    assert!(!is_set("CI"), "{what} has to run in CI, and did not: {why}");
    // Directly to stderr: the test harness would capture it.
    let _ = writeln!(std::io::stderr(), "\nNOT RUN: no document was checked by {what}: {why}\n");
    None
}

fn junit(head: Head, runs: &[Run]) -> String {
    let mut junit = JUnit::new(head);
    runs.iter().for_each(|r| junit.take(r));
    junit.finish(Extent { done: 1, due: 1 }).unwrap()
}

/// A run with texts that are hard to write in XML.
fn awkward() -> Run {
    let text = "a\u{0}b\u{1b}[31mc]]>d\u{fffe}\u{ffff}e\"<&>'f\u{85}g\u{2028}資格\u{1f3e5}\r\n\th";
    let mut run = failing(1);
    (run.scenario, run.design, run.replay, run.error) = (text.into(), text.into(), text.into(), Some(text.into()));
    run.expectations[0].what = text.into();
    run.rules[1].findings[0].what = text.into();
    run
}

#[test]
fn jenkins_xsd_and_junitparser_accept_the_junit_document() {
    let installed = install("python", &["requirements.txt", "xsd.txt", "validate.py"], python);
    let Some(home) = ready("the XSD of JUnit and junitparser", installed) else { return };
    let few = junit(samples::head(1..=4), &sweep(1..=4));
    let documents = json!({
        "few": few,
        "many": junit(samples::head(1..=100), &sweep(1..=100)),
        "none": junit(samples::head(1..=1), &[]),
        "awkward": junit(samples::head(1..=1), &[awkward(), unfinished(1), passing(1)]),
        // The validator rejects what is wrong.
        "spoiled: attribute": few.replacen("classname=", "klass=", 1),
        "spoiled: element": few.replacen("<failure ", "<fail ", 1).replacen("</failure>", "</fail>", 1),
        "spoiled: cut": few[..few.len() / 2],
    });
    let mut child = Command::new(home.join("venv/bin/python"))
        .args(["validate.py", "junit-10.xsd"])
        .current_dir(&home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(documents.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let reported: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reported.as_object().unwrap().len(), 7);
    for (name, verdict) in reported.as_object().unwrap() {
        let good = verdict["wrong"].as_array().unwrap().is_empty();
        assert_eq!(good, !name.starts_with("spoiled"), "{name}: {verdict}");
    }
    let cases = |name: &str| reported[name]["cases"].as_array().unwrap().clone();
    let results = |kind: &str| cases("few").iter().filter(|c| c["results"][0][0] == kind).count();
    assert_eq!((cases("few").len(), results("Failure"), results("Error")), (16, 4, 2));
    let failed = cases("few").into_iter().find(|c| c["results"][0][0] == "Failure").unwrap();
    assert_eq!(
        (&failed["suite"], &failed["class"], &failed["name"]),
        (&json!("jpki-down"), &json!("shikaku.jpki-down"), &json!("certificate, seed 1"))
    );
    assert_eq!((&failed["results"][0][1], &failed["time"]), (&json!("NVN-003"), &json!(0.31)));
    let text = failed["results"][0][3].as_str().unwrap();
    assert!(
        text.contains("entry 40, head, line 4: an institution code") && text.contains("repeat with: shikaku replay"),
        "{text}"
    );
    // Characters that XML does not permit are replaced, and all others are kept.
    let name = cases("awkward")
        .iter()
        .find(|c| c["class"] != "shikaku.everyday-visit" && c["class"] != "shikaku.line-cut")
        .unwrap()["class"]
        .clone();
    assert_eq!(name, "shikaku.a\u{fffd}b\u{fffd}[31mc]]>d\u{fffd}\u{fffd}e\"<&>'f\u{fffd}g\u{2028}資格\u{1f3e5}   h");
}

fn rules() -> Vec<RuleText> {
    vec![RuleText {
        id: "NVN-003".into(),
        strength: "must".into(),
        title: Title {
            en: "The institution code never reaches a facility".into(),
            ja: "機関別符号は、保険医療機関等に届かない".into(),
        },
        source: "「保険医療機関等では番号・符号を用いない」".into(),
        basis: "example".into(),
        basis_text: "the source gives it as an example".into(),
        claims: Vec::new(),
        checked: "All that a facility wrote is searched.".into(),
        remedy: "Answer by the certificate.".into(),
        untested: "no facility did anything".into(),
        japanese: Default::default(),
        applies: None,
        clauses: Vec::new(),
        mutants: Vec::new(),
    }]
}

#[test]
fn the_sarif_multitool_accepts_the_sarif_document() {
    let installed = install("multitool", &["package.json", "package-lock.json"], multitool);
    let Some(home) = ready("the SARIF Multitool", installed) else { return };
    let document = |runs: &[Run]| {
        let files = [("jpki-down".to_string(), "scenarios/core/jpki-down.toml".to_string())].into();
        let mut sarif = Sarif::new("0.1.0", &rules(), files);
        runs.iter().for_each(|r| sarif.take(r));
        sarif.finish(Extent { done: 1, due: 1 }).unwrap()
    };
    let few = document(&sweep(1..=4));
    for (name, text, good) in [
        ("few", few.clone(), true),
        ("none", document(&[]), true),
        ("awkward", document(&[awkward()]), true),
        // The validator rejects what is wrong.
        ("spoiled-key", few.replacen("\"occurrenceCount\"", "\"occurrences\"", 1), false),
        ("spoiled-line", few.replacen("\"startLine\": 1", "\"startLine\": 0", 1), false),
        ("spoiled-rules", few.replacen("\"ruleIndex\": 0", "\"ruleIndex\": 77", 1), false),
        ("spoiled-place", few.replacen("\"physicalLocation\"", "\"physicalPlace\"", 1), false),
    ] {
        assert!(good || text != few, "{name}: the change was made");
        let file = home.join(format!("{name}.sarif"));
        fs::write(&file, text).unwrap();
        let result = run(Command::new(home.join(MULTITOOL))
            .args(["validate", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"])
            .arg(&file)
            .current_dir(&home)
            .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
            .env("DOTNET_BUNDLE_EXTRACT_BASE_DIR", home.join("bundle")));
        let report = result.unwrap_or_else(|e| e);
        assert!(report.contains("1 files scanned") || !good, "{name}: {report}");
        assert_eq!(!report.contains(": error "), good, "{name}: {report}");
    }
}

#[test]
fn the_pinned_files_name_no_host() {
    for file in [
        include_str!("../ci_readers/package-lock.json"),
        include_str!("../ci_readers/requirements.txt"),
        include_str!("../ci_readers/xsd.txt"),
    ] {
        assert!(!file.contains("://") && !file.contains("\"resolved\""));
    }
}
