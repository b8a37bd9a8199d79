//! From a failing run to the smallest case: found by the swarm, shrunk, replayed from its token.

use crate::tool::{self, UNLIMITED_SHRINKING};
use scenarios::EngineKind;
use scenarios::shrink::short::ShortToken;
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
    assert!(token.len() <= 64, "{token}");
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

/// `everyday-visit` with a first visit that is expected to end otherwise.
fn wrong(folder: &std::path::Path) -> (String, String) {
    let text = include_str!("../../../scenarios/core/everyday-visit.toml").replacen("\"in-force\"", "\"not-insured\"", 1);
    std::fs::write(folder.join("wrong.toml"), &text).unwrap();
    (folder.join("wrong.toml").to_str().unwrap().to_string(), text)
}

#[test]
fn a_token_is_replayed_on_the_engine_on_which_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = wrong(folder.path());
    let digests = [EngineKind::Ticks, EngineKind::Events].map(|engine| {
        let args = ["run", &file, "--design", "certificate", "--engine", engine.name(), "--format", "json"];
        let (_, stdout, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING].concat());
        let results: Value = serde_json::from_str(&stdout).unwrap();
        let smallest = results["runs"][0]["smallest"].clone();
        let token = smallest["token"].as_str().unwrap();
        let (exit, again, _) = shikaku(&["replay", token, "--file", &file]);
        assert!(exit == 1 && again.contains("and a byte-identical journal"), "{engine:?}: {again}");
        assert_eq!(ShortToken::read(token).unwrap().engine, engine);
        smallest["journal_sha256"].clone()
    });
    assert_ne!(digests[0], digests[1]);
}

/// What --out keeps of a case replays it without any option, and so does a token of the versions before short tokens.
#[test]
fn the_file_of_a_case_and_a_long_token_replay_the_same_run() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = wrong(folder.path());
    let out = folder.path().join("out");
    let args = ["run", &file, "--design", "certificate", "--out", out.to_str().unwrap()];
    let (exit, text, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING].concat());
    assert_eq!(exit, 1);
    let case = out.join("wrong.certificate.1.smallest.json");
    let (exit, again, _) = shikaku(&["replay", case.to_str().unwrap()]);
    assert!(exit == 1 && again.contains("and a byte-identical journal"), "{again}");
    // The command in the text is the whole command.
    let command = text.lines().find_map(|l| l.trim().strip_prefix("shikaku replay ")).unwrap();
    let (exit, again, _) = shikaku(&[&["replay"][..], &command.split(' ').collect::<Vec<_>>()].concat());
    assert!(exit == 1 && again.contains("and a byte-identical journal"), "{command}: {again}");

    let known = Token::from_json(&std::fs::read_to_string(&case).unwrap()).unwrap();
    let (exit, again, _) = shikaku(&["replay", &long(&known)]);
    assert!(exit == 1 && again.contains("and a byte-identical journal"), "{again}");
    // The first tokens named no engine: ticks were the only one.
    let (exit, again, errors) = shikaku(&["replay", &long(&Token { engine: None, ..known })]);
    assert!(exit == 1 && again.contains("but a different journal"), "{again}{errors}");
}

/// A token as versions before short tokens wrote it.
fn long(token: &Token) -> String {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut zlib, token.to_json().unwrap().as_bytes()).unwrap();
    format!("sk1-{}", data_encoding::BASE64URL_NOPAD.encode(&zlib.finish().unwrap()))
}

/// Without the times and the folder of this test, and with escape sequences visible.
fn settled(text: &str, folder: &std::path::Path) -> String {
    let text = text.replace(folder.to_str().unwrap(), "FOLDER").replace('\u{1b}', "ESC");
    let end = |line: &str| {
        let (start, time) = line.rsplit_once(", ")?;
        time.strip_suffix(" s)")?.parse::<f64>().ok().map(|_| format!("{start}, TIME)"))
    };
    let settled: String = text.lines().map(|line| end(line).unwrap_or_else(|| line.to_string()) + "\n").collect();
    assert_ne!(settled, text.to_string(), "how long it took is no longer where it was");
    settled
}

#[test]
fn a_failure_reads_forwards() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = wrong(folder.path());
    let args = ["run", &file, "--design", "certificate", "--mutant", "broker-shows-code"];
    let (exit, text, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING].concat());
    assert_eq!(exit, 1);
    let line = std::fs::read_to_string(&file).unwrap().lines().position(|l| l.contains("\"not-insured\"")).unwrap() + 1;
    let expected = format!("  visit 0 (person 0): expected `not-insured`, got `in-force`\n    at {file}:{line}\n");
    assert!(text.contains(&expected), "{text}");
    assert!(text.lines().take_while(|l| !l.is_empty()).all(|l| l.chars().count() <= 80), "{text}");
    insta::assert_snapshot!("a_failure", settled(&text, folder.path()));
    let (exit, text, _) = shikaku(&[&args[..], &["--lang", "ja"], &UNLIMITED_SHRINKING].concat());
    assert_eq!(exit, 1);
    let text = text.replace(folder.path().to_str().unwrap(), "FOLDER").replace('\u{1b}', "ESC");
    let untimed: Vec<&str> = text.lines().filter(|line| !line.ends_with("秒）")).collect();
    insta::assert_snapshot!("a_failure_in_japanese", untimed.join("\n"));
    // A built-in scenario is named by its file in the project.
    let (_, text, _) = shikaku(&[
        "run",
        "certificate-revoked",
        "--design",
        "certificate",
        "--mutant",
        "broker-ignores-revocation",
        "--shrink",
        "0",
    ]);
    assert!(text.contains("    at scenarios/core/certificate-revoked.toml:"), "{text}");
}

#[test]
fn text_is_coloured_on_a_terminal_only() {
    let run = |args: &[&str], variable: Option<(&str, &str)>| {
        let output = tool::shikaku().args(["run", "borrowed-card"]).args(args).envs(variable).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(!run(&[], None).contains('\u{1b}'), "a pipe is no terminal");
    assert!(run(&["--color", "always"], None).contains("\u{1b}[32mpassed"));
    assert!(run(&["--color", "always"], Some(("NO_COLOR", "1"))).contains('\u{1b}'), "what is asked for counts");
    assert!(!run(&["--color", "never"], Some(("CLICOLOR_FORCE", "1"))).contains('\u{1b}'));
    assert!(!run(&[], Some(("NO_COLOR", "1"))).contains('\u{1b}'));
    assert!(!run(&["--color", "always", "--format", "json"], None).contains('\u{1b}'), "a document has no colours");
}

#[test]
fn what_cannot_be_replayed_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (file, text) = wrong(folder.path());
    let args = ["run", &file, "--design", "certificate", "--format", "json"];
    let (exit, stdout, _) = shikaku(&[&args[..], &UNLIMITED_SHRINKING].concat());
    assert_eq!(exit, 1);
    let results: Value = serde_json::from_str(&stdout).unwrap();
    let smallest = &results["runs"][0]["smallest"];
    assert_eq!((smallest["visits"].as_u64(), smallest["people"].as_u64()), (Some(1), Some(1)), "{smallest}");
    let token = smallest["token"].as_str().unwrap().to_string();
    assert_eq!(shikaku(&["replay", &token, "--file", &file]).0, 1);

    let mut reported = Vec::new();
    let mut refused = |args: &[&str]| {
        let (exit, stdout, stderr) = shikaku(args);
        assert_eq!((exit, stdout.as_str()), (2, ""), "{stderr}");
        reported.push(stderr.replace(folder.path().to_str().unwrap(), "FOLDER"));
    };
    refused(&["replay", "hello"]);
    refused(&["replay", &token[..token.len() - 5]]);
    refused(&["replay", "sk1-eNpFkcty6yAMQH"]);
    refused(&["replay", &token]);
    refused(&["replay", &token, "--file", &file, "--until", "5"]);
    refused(&["replay", &token, "--file", &file, "--show", "--until", "9"]);
    refused(&["replay", &token, "--file", &file, "--design", "signed-challenge"]);
    refused(&["replay", &file]);
    let case = folder.path().join("case.json");
    let known = Token {
        tool: "shikaku 0.1.0".into(),
        scenario: file.clone(),
        sha256: "05".repeat(32),
        design: "certificate".into(),
        design_sha256: None,
        seed: 1,
        mutant: None,
        engine: None,
        knobs: ShortToken::read(&token).unwrap().knobs,
        failure: "a rule".into(),
        journal_sha256: "a7".repeat(32),
    };
    std::fs::write(&case, known.to_json().unwrap()).unwrap();
    refused(&["replay", case.to_str().unwrap()]);
    std::fs::write(&file, text.replace("An everyday visit", "Another title")).unwrap();
    refused(&["replay", &token, "--file", &file]);
    std::fs::remove_file(&file).unwrap();
    refused(&["replay", &token, "--file", &file]);
    refused(&["replay", case.to_str().unwrap()]);
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
    assert!(read(&junit).contains("shikaku replay sk2-") && read(&junit).contains("<failure"));
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
