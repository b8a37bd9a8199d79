//! `shikaku designs` and design files.

use crate::tool;
use std::path::Path;

fn shikaku(args: &[&str]) -> (i32, String, String) {
    let output = tool::shikaku().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Checks that a generated file of the project equals the tool's output.
fn is_current(path: &str, args: &[&str]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let (exit, current, _) = shikaku(args);
    assert_eq!(exit, 0);
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        std::fs::write(&file, &current).unwrap();
    }
    let same = std::fs::read_to_string(file).unwrap_or_default() == current;
    assert!(same, "{path} is outdated: SHIKAKU_BLESS=1 regenerates it");
}

#[test]
fn the_page_of_designs_and_rules_is_current() {
    is_current("docs/designs.md", &["designs", "--format", "markdown"]);
}

#[test]
fn the_schema_of_design_files_is_current() {
    is_current("docs/schema/design.schema.json", &["schema", "design"]);
}

#[test]
fn designs_are_listed_and_explained_in_both_languages() {
    let all = [
        &["designs"][..],
        &["designs", "--lang", "ja"],
        &["designs", "keep-for-a-time"],
        &["designs", "least-kept", "--lang", "ja"],
    ];
    let reported: Vec<String> = all.iter().map(|args| format!("$ shikaku {}\n{}", args.join(" "), shikaku(args).1)).collect();
    insta::assert_snapshot!(reported.join("\n"));
    let json: serde_json::Value = serde_json::from_str(&shikaku(&["designs", "keep-mapping", "--format", "json"]).1).unwrap();
    assert_eq!(json["designs"][0]["choices"]["code-lookup"], "keep-mapping");
    assert_eq!(json["designs"].as_array().unwrap().len(), 1);
}

#[test]
fn design_files_are_checked_and_played_by_their_own_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let text = "title = { ja = \"私\", en = \"Mine\" }\npresented = \"signed-challenge\"\ncode-lookup = \"ask-jpki\"\n\
                eligibility = \"broker-holds-all\"\nremembered = \"certificate-serial\"\n\
                line = \"dedicated\"\nidentity = \"photo-or-pin\"\ncodes = \"from-resident-code\"\n";
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let (exit, stdout, _) = shikaku(&["check", path]);
    assert_eq!((exit, stdout.contains("Mine (design: signed-challenge, ask-jpki")), (0, true), "{stdout}");
    let run = ["run", "borrowed-card", "--design", path, "--format", "json"];
    let (exit, stdout, stderr) = shikaku(&run);
    assert_eq!(exit, 0, "{stderr}");
    let results: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(results["runs"][0]["design"], "mine");
    assert_eq!(results["plan"]["designs"][0]["choices"]["presented"], "signed-challenge");
    assert!(results["runs"][0]["replay"].as_str().unwrap().contains(path));

    std::fs::write(&file, text.replace("signed-challenge", "signed-chalenge").replace("title", "titel")).unwrap();
    for args in [&["check", path][..], &run] {
        let (exit, _, stderr) = shikaku(args);
        assert_eq!(exit, 2);
        for what in
            ["mine.toml:2:13: unknown value `signed-chalenge` for `presented`; did you mean `signed-challenge`?", "`title`"]
        {
            assert!(stderr.contains(what), "{stderr}");
        }
    }
}

#[test]
fn two_designs_of_one_name_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.toml");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../designs/certificate.toml")).unwrap();
    std::fs::write(&file, text).unwrap();
    let (exit, _, stderr) = shikaku(&["run", "borrowed-card", "--design", "certificate", "--design", file.to_str().unwrap()]);
    assert_eq!((exit, stderr.contains("two designs have the name `certificate`")), (2, true), "{stderr}");
}
