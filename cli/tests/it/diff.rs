//! `shikaku diff` from outside: what is a regression, and the errors for files that are not result sets.

use crate::tool;
use reports::diff::{Diff, Direction};
use reports::results::Results;
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
        let (code, out, err) = shikaku(&["diff", old, new, "--across", "--format", "json"], dir);
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

/// What was not made alike is refused, or listed on request.
#[test]
fn results_that_were_not_made_alike_are_refused_or_listed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    runs(dir, "main", &[]);
    runs(dir, "unjudged", &["--no-rules"]);
    runs(dir, "ticks", &["--engine", "ticks"]);
    let mut document: Results = serde_json::from_slice(&std::fs::read(dir.join("main/results.json")).unwrap()).unwrap();
    let write = |name: &str, document: &Results| std::fs::write(dir.join(name), document.to_json().unwrap()).unwrap();
    // The lists of rules and commits change with the tool.
    document.commit = Some("this".into());
    document.rules.as_mut().unwrap().truncate(3);
    document.plan.scenarios[0].sha256 = "one".into();
    write("main.json", &document);
    document.commit = Some("that".into());
    document.rules.as_mut().unwrap().pop();
    document.plan.scenarios[0].sha256 = "other".into();
    write("tool.json", &document);
    document.plan.designs[0].sha256 = "other".into();
    write("design.json", &document);
    let older = Results { schema: "shikaku/results/v2".into(), commit: None, engine: None, rules: None, ..document.clone() };
    write("older.json", &older);
    let mut reported = String::new();
    for (old, new) in [
        ("main", "unjudged"),
        ("main", "ticks"),
        ("main.json", "design.json"),
        ("main.json", "tool.json"),
        ("older.json", "design.json"),
    ] {
        for across in [&[][..], &["--across"]] {
            let args = [&["diff", old, new], across].concat();
            let (code, out, err) = shikaku(&args, dir);
            let refused = across.is_empty() && !["tool.json"].contains(&new) && old != "older.json";
            assert_eq!((code == 2, out.is_empty()), (refused, refused), "{args:?}: {err}");
            let notes: String = out.lines().filter(|l| l.starts_with("note: ")).map(|l| format!("{l}\n")).collect();
            let printed = (notes + &err).replace(&format!("by {} rules", count_of_rules(dir)), "by ALL rules");
            reported += &format!("$ shikaku {}\n{printed}", args.join(" "));
        }
    }
    insta::assert_snapshot!(reported);
    let (_, out, _) = shikaku(&["diff", "main.json", "tool.json", "--lang", "ja"], dir);
    assert!(out.contains("注：ツールが異なる：以前は") && out.ends_with("異なる）\n"), "{out}");
}

/// How many rules judge: it changes with each new one.
fn count_of_rules(dir: &Path) -> String {
    let document: Results = serde_json::from_slice(&std::fs::read(dir.join("main/results.json")).unwrap()).unwrap();
    document.rules.unwrap().len().to_string()
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
        ("cut.json", "{\n  \"schema\": \"shikaku/results/v3\",\n  \"tool\": 7\n}"),
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
