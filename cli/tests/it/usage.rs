//! Errors for invalid usage: the message, and exit code 2.

use crate::tool;

/// Runs with `args` and returns exit code, stdout and stderr, with the path of this test's folder replaced.
fn shikaku(args: &[&str], folder: &str) -> String {
    let output = tool::shikaku().args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(folder, "FOLDER");
    let args: Vec<String> = args.iter().map(|a| a.replace(folder, "FOLDER")).collect();
    format!(
        "$ shikaku {}\nexit {}\n{}{}",
        args.join(" "),
        output.status.code().unwrap_or(-1),
        text(&output.stdout),
        text(&output.stderr)
    )
}

#[test]
fn bad_usage_is_named_and_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let path = |name: &str| format!("{dir}/{name}");
    let good = include_str!("../../../scenarios/core/borrowed-card.toml");
    std::fs::write(path("misspelled.toml"), good.replace("person-check", "person-chek")).unwrap();
    std::fs::write(path("no-unit.toml"), good.replace("\"2s\"", "\"2\"")).unwrap();
    std::fs::write(path("not-text.toml"), [0xff, 0xfe, 0x00]).unwrap();
    std::fs::create_dir(path("empty")).unwrap();
    let cases: Vec<Vec<String>> = [
        vec!["run", "--seeds", "3..1"],
        vec!["run", "--seeds", "1-3"],
        vec!["run", "--seed", "-1"],
        vec!["run", "--seed", "1", "--seeds", "1..2"],
        vec!["run", "--jobs", "0"],
        vec!["run", "--format", "xml"],
        vec!["run", "--colour"],
        vec!["run", "jpki-dwon"],
        vec!["run", "nothing-like-it"],
        vec!["run", "--suite", "cure"],
        vec!["run", "--filter", "nothing-like-it"],
        vec!["run", "--design", "certficate"],
        vec!["run", "challenge-reused", "--design", "certificate"],
        vec!["run", "--mutant", "none"],
        vec!["run", "--seeds", "0..18446744073709551615"],
        vec!["run", "--seeds", "1..10000000", "--partition", "hash:1/2"],
        vec!["run", "jpki-down", "jpki-down"],
        vec!["run", "--partition", "hash:0/8"],
        vec!["run", "--partition", "slice:9/8"],
        vec!["run", "--partition", "1/8"],
        vec!["run", "--partition", "count:1/8"],
        vec!["run", "--max-fail", "0"],
        vec!["run", "--fail-fast", "--max-fail", "2"],
        vec!["run", "--retries"],
        vec!["run", "--retries", "2"],
        vec!["run", "--journals", "all"],
        vec!["run", "--out", "out", "--journals", "some"],
        vec!["judge"],
        vec!["judge", "missing"],
        vec!["judge", "Cargo.toml"],
        vec!["judge", "src"],
        vec!["judge", "src", "--seen", "facility,brokr"],
        vec!["merge"],
        vec!["merge", "missing"],
        vec!["schema", "results2"],
        vec!["fly"],
        vec!["population"],
        vec!["population", "--persons", "0"],
        vec!["population", "--persons", "200000001"],
        vec!["population", "--persons", "many"],
        vec!["population", "--persons", "5", "--scenario", "jpki-down"],
        vec!["population", "--scenario", "jpki-dwon"],
        vec!["explain", "NVN-0003"],
        vec!["explain", "nothing"],
        vec!["rules", "--format", "xml"],
        vec!["contract", "--role", "line"],
        vec!["contract", "--format", "openapi"],
        vec!["contract", "--format", "openapi", "--role", "facility"],
        vec!["contract", "--clause", "TLS-999"],
        vec!["contract", "--clause", "TLS-006", "--role", "broker"],
        vec!["scan"],
    ]
    .into_iter()
    .map(|c| c.into_iter().map(str::to_string).collect())
    .chain([
        vec!["run".into(), path("missing.toml")],
        vec!["run".into(), path("misspelled.toml")],
        vec!["run".into(), path("no-unit.toml")],
        vec!["run".into(), path("not-text.toml")],
        vec!["run".into(), path("empty")],
        vec!["population".into(), "--persons".into(), "1".into(), "--out".into(), path("missing/people.ndjson")],
        vec!["population".into(), "--persons".into(), "1".into(), "--out".into(), path("empty")],
        vec!["population".into(), "--scenario".into(), path("empty")],
        vec!["run".into(), "borrowed-card".into(), "--out".into(), path("misspelled.toml/inside")],
    ])
    .collect();
    let mut all = Vec::new();
    for case in &cases {
        let args: Vec<&str> = case.iter().map(String::as_str).collect();
        let reported = shikaku(&args, dir);
        assert!(reported.contains("\nexit 2\n"), "{reported}");
        assert!(!reported.contains("panicked"), "{reported}");
        all.push(reported);
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn help_is_as_documented() {
    let all: Vec<String> = [
        &["--help"][..],
        &["run", "--help"],
        &["judge", "--help"],
        &["merge", "--help"],
        &["calibrate", "--help"],
        &["population", "--help"],
        &["scan", "--help"],
        &["statement", "--help"],
        &["statement", "sign", "--help"],
        &["statement", "show", "--help"],
        &["verify", "--help"],
        &["diff", "--help"],
        &["rules", "--help"],
        &["explain", "--help"],
        &["contract", "--help"],
        &["schema", "--help"],
    ]
    .into_iter()
    .map(|a| shikaku(a, "///"))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
}
