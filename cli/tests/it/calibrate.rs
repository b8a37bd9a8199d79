//! `shikaku calibrate`: what it measures, writes and rejects. No test depends on how long anything takes.

use crate::tool;
use mocks::calibration::file::{Calibration, SCHEMA};
use mocks::calibration::operations;

/// Exit code, stdout and stderr.
fn calibrate(args: &[&str]) -> (i32, String, String) {
    let output = tool::shikaku().arg("calibrate").args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn all_operations_are_measured_printed_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.toml");
    let (code, reported, _) = calibrate(&["--rounds", "3", "--write", path.to_str().unwrap()]);
    assert_eq!(code, 0);
    let written = std::fs::read_to_string(&path).unwrap();
    let read = Calibration::read(&written).unwrap();
    assert_eq!((read.schema.as_str(), read.tool.as_str()), (SCHEMA, concat!("shikaku ", env!("CARGO_PKG_VERSION"))));
    assert!(read.openssl.starts_with("OpenSSL 3"), "{}", read.openssl);
    let names: Vec<&str> = operations().map(|o| o.name).collect();
    assert_eq!(read.operation.len(), names.len());
    for operation in operations() {
        let measured = &read.operation[operation.name];
        assert_eq!((measured.rounds, measured.what.as_str()), (3, operation.what));
        assert!(reported.contains(&format!("\n{} ", operation.name)), "{reported}");
    }
    // Only the documented content: no host name, no folder.
    assert!(!written.contains(folder.path().to_str().unwrap()), "{written}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn only_the_selected_operations_are_measured() {
    let (code, json, _) = calibrate(&["--only", "ocsp-read", "--only", "tls-record", "--rounds", "2", "--format", "json"]);
    let read: Calibration = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> = read.operation.keys().map(String::as_str).collect();
    assert_eq!((code, names), (0, vec!["ocsp-read", "tls-record"]));
    let (code, reported, _) = calibrate(&["--only", "signature-check", "--seconds", "0.01"]);
    assert_eq!((code, reported.lines().count()), (0, 4), "{reported}");
}

#[test]
fn the_list_names_everything_with_its_party_and_step() {
    let (code, reported, _) = calibrate(&["--list"]);
    assert_eq!((code, reported.lines().count()), (0, operations().count()));
    let line = reported.lines().find(|l| l.starts_with("ocsp-status")).unwrap();
    assert!(line.contains(" jpki ") && line.contains('⑤'), "{line}");
    let (_, json, _) = calibrate(&["--list", "--format", "json", "--only", "tls-handshake"]);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((read[0]["name"].as_str(), read.as_array().unwrap().len()), (Some("tls-handshake"), 1));
}

#[test]
fn invalid_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing/machine.toml");
    let missing = missing.to_str().unwrap();
    for (args, reported) in [
        (vec!["--only", "ocsp-stats"], "--only: unknown operation `ocsp-stats`; did you mean `ocsp-status`?"),
        (vec!["--only", "zzz"], "--only: unknown operation `zzz`: see `shikaku calibrate --list`"),
        (vec!["--seconds", "0"], "write seconds from 0.001 to 600, such as 0.5"),
        (vec!["--seconds", "long"], "not a number: write seconds from 0.001 to 600, such as 0.5"),
        (vec!["--rounds", "0"], "0 is not in 1..=1000000"),
        (vec!["--rounds", "2", "--seconds", "2"], "cannot be used with"),
        (vec!["--list", "--write", "file"], "cannot be used with"),
        (vec!["--rounds", "2", "--write", missing], "its folder does not exist"),
    ] {
        let (code, stdout, stderr) = calibrate(&args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}");
        assert!(stderr.contains(reported), "{args:?}: {stderr}");
    }
}
