//! `shikaku diff` from outside: what is a regression, and the errors for files that are not result sets.

use crate::tool;
use reports::diff::{Diff, Direction};
use std::path::Path;

fn shikaku(args: &[&str], folder: &Path) -> (i32, String, String) {
    let output = tool::shikaku().args(args).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn runs(folder: &Path, out: &str, more: &[&str]) {
    let (code, _, err) =
        shikaku(&[&["run", "everyday-visit", "--seeds", "1..2", "--shrink", "0", "--out", out], more].concat(), folder);
    assert!(code <= 1, "{err}");
}

#[test]
fn the_same_sweep_has_no_changes_and_a_broken_party_is_a_regression() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    runs(dir, "main", &[]);
    runs(dir, "again", &[]);
    runs(dir, "unjudged", &["--no-rules"]);
    runs(dir, "mutant", &["--mutant", "broker-shows-code"]);
    runs(dir, "half", &["--design", "certificate"]);
    assert_eq!(shikaku(&["diff", "main", "again/results.json", "--tolerance", "0%"], dir).0, 0);
    let compared = |old: &str, new: &str| {
        let (code, out, err) = shikaku(&["diff", old, new, "--format", "json"], dir);
        let diff: Diff = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {err}"));
        assert_eq!(code, i32::from(diff.regressions > 0));
        let regressed = |c: &&reports::diff::Change| c.direction == Direction::Regression;
        (diff.improvements, diff.changes.iter().filter(regressed).map(|c| c.subject.clone()).collect::<Vec<_>>())
    };
    let (_, broken) = compared("main", "mutant");
    assert!(broken.iter().any(|s| s.starts_with("NVN-")), "{broken:?}");
    let (mended, none) = compared("mutant", "main");
    assert!(mended > 0 && none.is_empty(), "{none:?}");
    // Not judged and not run are regressions too.
    assert!(compared("main", "unjudged").1.len() > 50);
    assert_eq!(compared("main", "half").1, ["", ""]);
}

#[test]
fn what_is_no_result_set_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    std::fs::create_dir(dir.join("empty")).unwrap();
    for (name, text) in [
        ("text.json", "{\n  \"schema\": oops\n}"),
        ("list.json", "[]"),
        ("scan.json", "{\"schema\": \"shikaku/scan/v1\"}"),
        ("cut.json", "{\n  \"schema\": \"shikaku/results/v2\",\n  \"tool\": 7\n}"),
    ] {
        std::fs::write(dir.join(name), text).unwrap();
    }
    let mut reported = String::new();
    for name in ["missing", "empty", "text.json", "list.json", "scan.json", "cut.json"] {
        let (code, out, err) = shikaku(&["diff", name, name], dir);
        assert_eq!((code, out.as_str()), (2, ""), "{name}");
        reported += &format!("$ shikaku diff {name} {name}\n{err}");
    }
    let (code, _, err) = shikaku(&["diff", "a", "b", "--tolerance", "5"], dir);
    assert_eq!(code, 2);
    insta::assert_snapshot!(reported + &err);
}
