//! A verdict is never lost: whoever stops reading, a command ends with the exit code that it has when everything is read.

use crate::tool;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::thread;

/// Every command, with the exit code when its output is read whole. `FOLDER` has the files of [`prepare`].
const COMMANDS: &[(&[&str], i32)] = &[
    (&["--help"], 0),
    (&["--version"], 0),
    (&["fly"], 2),
    (&["run", "--help"], 0),
    (&["run", "--list"], 0),
    (&["run", "--list-mutants", "--format", "json"], 0),
    (&["run", "borrowed-card", "jpki-down"], 0),
    (&["run", "borrowed-card", "jpki-down", "--format", "json"], 0),
    (&["run", "borrowed-card", "jpki-down", "--mutant", "broker-shows-code", "--shrink", "0"], 1),
    (&["run", "jpki-down", "--mutant", "broker-shows-code", "--shrink", "0", "--format", "json"], 1),
    (&["run", "nowhere"], 2),
    (&["check", "jpki-down", "FOLDER/wrong.toml"], 0),
    (&["check", "FOLDER/invalid.toml", "jpki-down"], 2),
    (&["check", "--plan", "swarm", "--seed", "17"], 0),
    (&["replay", "TOKEN"], 1),
    (&["replay", "TOKEN", "--show"], 1),
    (&["judge", "FOLDER/right"], 0),
    (&["judge", "FOLDER/right", "--format", "json"], 0),
    (&["merge", "FOLDER/wrong"], 1),
    (&["merge", "FOLDER/right", "--format", "json"], 0),
    (&["diff", "FOLDER/right", "FOLDER/right"], 0),
    (&["diff", "FOLDER/right", "FOLDER/wrong"], 1),
    (&["coverage", "jpki-down", "--matrix"], 0),
    (&["selftest"], 0),
    (&["rules"], 0),
    (&["explain", "NVN-003"], 0),
    (&["designs", "--format", "json"], 0),
    (&["contract"], 0),
    (&["compare", "--list-assumptions"], 0),
    (&["serve", "--help"], 0),
    (&["certify", "number-authority", "--self-test", "--only", "scenario/borrowed-card"], 0),
    (&["statement", "--help"], 0),
    (&["verify", "FOLDER/nowhere.json", "--key", "FOLDER/nowhere.pem"], 2),
    (&["population", "--persons", "3000"], 0),
    (&["scan", "--people", "FOLDER/people.ndjson", "FOLDER/leaked.log"], 1),
    (&["scan", "--people", "FOLDER/people.ndjson", "FOLDER/leaked.log", "--format", "json"], 1),
    (&["scan", "--people", "FOLDER/people.ndjson", "FOLDER/invalid.toml"], 0),
    (&["scan", "--people", "FOLDER/people.ndjson", "FOLDER/cut.gz"], 4),
    (&["schema", "results"], 0),
    (&["calibrate", "--list"], 0),
    (&["calibrate", "--only", "ocsp-status", "--rounds", "1"], 0),
    (&["load", "--list"], 0),
    (&["load", "oracle-mm1", "--minutes", "0.1", "--crypto", "modelled"], 0),
    (&["load", "oracle-mm1", "--minutes", "0.1", "--crypto", "modelled", "--slo", "p50=1us"], 1),
];

/// The files that the commands read, and a token.
fn prepare(folder: &Path) -> String {
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let right = include_str!("../../../scenarios/core/everyday-visit.toml");
    write("invalid.toml", right.replacen("people", "peolpe", 1).as_bytes());
    write("wrong.toml", right.replacen("\"in-force\"", "\"not-insured\"", 1).as_bytes());
    // Both result sets are of a scenario of one name, so that they can be compared.
    for (expected, exit) in [("right", 0), ("wrong", 1)] {
        let text = if expected == "right" { right } else { &std::fs::read_to_string(folder.join("wrong.toml")).unwrap() };
        write("case.toml", text.as_bytes());
        let run = ["run", "case.toml", "--design", "certificate", "--shrink", "0", "--partition", "hash:1/1"];
        let args = [&run[..], &["--journals", "all", "--out", expected]].concat();
        assert_eq!(tool::shikaku().args(args).current_dir(folder).output().unwrap().status.code(), Some(exit));
    }
    let people = tool::shikaku().args(["population", "--persons", "20"]).output().unwrap().stdout;
    write("people.ndjson", &people);
    let person: serde_json::Value = serde_json::from_slice(people.split(|b| *b == b'\n').next().unwrap()).unwrap();
    let leaked = format!("number {}\n", person["my_number"].as_str().unwrap()).repeat(300);
    write("leaked.log", leaked.as_bytes());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let noise: String = (0..5000).map(|i| format!("{:x}", i * i)).collect();
    std::io::Write::write_all(&mut packed, noise.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    write("cut.gz", &packed[..packed.len() / 2]);
    let args = ["run", "jpki-down", "--design", "certificate", "--mutant", "broker-shows-code", "--format", "json"];
    let results = tool::shikaku().args(args).args(tool::UNLIMITED_SHRINKING).output().unwrap().stdout;
    let results: serde_json::Value = serde_json::from_slice(&results).unwrap();
    results["runs"][0]["smallest"]["token"].as_str().unwrap().to_string()
}

fn command(args: &[&str], folder: &Path, token: &str) -> std::process::Command {
    let mut command = tool::process();
    let real = |arg: &&str| arg.replace("FOLDER", folder.to_str().unwrap()).replace("TOKEN", token);
    command.args(args.iter().map(real)).stdin(Stdio::null());
    command
}

/// The exit code if stdout is closed after some lines, and all of stderr.
fn closed_after(lines: usize, mut command: std::process::Command) -> (Option<i32>, String) {
    let (read, write) = std::io::pipe().unwrap();
    let mut read = Some(BufReader::with_capacity(1, read));
    if lines == 0 {
        // Closed before the command begins, so that its first byte cannot be written.
        read = None;
    }
    let mut child = command.stdout(write).stderr(Stdio::piped()).spawn().unwrap();
    // The parent's end of the pipe is closed with the command.
    drop(command);
    let mut stderr = child.stderr.take().unwrap();
    let errors = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).map(|_| text).unwrap()
    });
    if let Some(read) = &mut read {
        let mut line = Vec::new();
        for _ in 0..lines {
            line.clear();
            if read.read_until(b'\n', &mut line).unwrap() == 0 {
                break;
            }
        }
    }
    drop(read);
    (child.wait().unwrap().code(), errors.join().unwrap())
}

#[test]
fn a_reader_that_leaves_does_not_change_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let token = prepare(folder.path());
    for (args, exit) in COMMANDS {
        let whole = command(args, folder.path(), &token).output().unwrap();
        assert_eq!(whole.status.code(), Some(*exit), "{args:?}: {}", String::from_utf8_lossy(&whole.stderr));
        for lines in [0, 1, 100] {
            let (code, errors) = closed_after(lines, command(args, folder.path(), &token));
            assert_eq!(code, Some(*exit), "{args:?} closed after {lines} lines: {errors}");
            // Notes on a busy machine differ from one measurement to the next.
            if args[0] != "calibrate" {
                assert_eq!(errors, String::from_utf8_lossy(&whole.stderr), "{args:?} closed after {lines} lines");
            }
        }
        // Nobody reads stderr either.
        let (read, write) = std::io::pipe().unwrap();
        drop(read);
        let status = command(args, folder.path(), &token).stdout(Stdio::null()).stderr(write).status().unwrap();
        assert_eq!(status.code(), Some(*exit), "{args:?} with stderr closed");
    }
}

#[test]
fn every_command_is_among_those_whose_reader_leaves() {
    let help = tool::shikaku().arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // Lines that continue a description are indented further.
    let named = commands.lines().filter_map(|l| l.strip_prefix("  ").filter(|l| !l.starts_with(' ')));
    let named: BTreeSet<&str> = named.filter_map(|l| l.split(' ').next()).filter(|name| *name != "help").collect();
    let tested: BTreeSet<&str> = COMMANDS.iter().map(|(args, _)| args[0]).collect();
    assert!(named.len() > 10, "{help}");
    assert_eq!(named.difference(&tested).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn runs_are_played_and_kept_if_nobody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let run = |out: &str| {
        let args = ["run", "borrowed-card", "jpki-down", "--mutant", "broker-shows-code", "--shrink", "0", "--journals", "all"];
        let (dir, junit) = (format!("FOLDER/{out}"), format!("FOLDER/{out}.xml"));
        command(&[&args[..], &["--out", &dir, "--junit", &junit]].concat(), folder.path(), "")
    };
    assert_eq!(run("read").output().unwrap().status.code(), Some(1));
    assert_eq!(closed_after(0, run("unread")).0, Some(1));
    let results = |out: &str| {
        let text = std::fs::read(folder.path().join(out).join("results.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&text).unwrap()
    };
    let (read, unread) = (results("read"), results("unread"));
    assert_eq!((&unread["complete"], &unread["digest"]), (&true.into(), &read["digest"]));
    let files = |out: &str| {
        let all = std::fs::read_dir(folder.path().join(out)).unwrap();
        all.map(|f| f.unwrap().file_name()).collect::<BTreeSet<_>>()
    };
    assert_eq!(files("unread"), files("read"));
    let cases = std::fs::read_to_string(folder.path().join("unread.xml")).unwrap();
    assert_eq!(cases.matches("<testcase ").count(), 4);
}

/// Whoever gave a full disk has not received the results, and learns of it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_with_4_and_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let token = prepare(folder.path());
    for (args, _) in COMMANDS.iter().filter(|(_, exit)| *exit != 2) {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(args, folder.path(), &token).stdout(full).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{args:?}: {errors}");
        assert!(errors.contains("error: stdout cannot be written: No space left on device"), "{args:?}: {errors}");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let whole = command(args, folder.path(), &token).output().unwrap();
        let status = command(args, folder.path(), &token).stdout(Stdio::null()).stderr(full).status().unwrap();
        assert_eq!(status.code(), whole.status.code(), "{args:?} with a full disk for stderr");
    }
}
