//! `shikaku rules` and `shikaku explain` from outside.

use crate::tool;
use serde_json::Value;

fn shikaku(args: &[&str]) -> String {
    let output = tool::shikaku().args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_rule_is_listed_and_explained() {
    let all: Vec<Value> = serde_json::from_str(&shikaku(&["rules", "--format", "json"])).unwrap();
    let (english, japanese) = (shikaku(&["rules"]), shikaku(&["rules", "--lang", "ja"]));
    let markdown = shikaku(&["rules", "--format", "markdown"]);
    assert_eq!(english.lines().count(), all.len() + 1);
    assert_eq!(markdown.lines().count(), all.len() + 2);
    let mutants = shikaku(&["run", "--list-mutants"]);
    for rule in &all {
        let text = |key: &str| rule[key].as_str().unwrap().to_string();
        let id = text("id");
        let (en, ja) = (rule["title"]["en"].as_str().unwrap(), rule["title"]["ja"].as_str().unwrap());
        assert!(english.lines().any(|l| l.starts_with(&id) && l.ends_with(en)), "{id}");
        assert!(japanese.lines().any(|l| l.starts_with(&id) && l.ends_with(ja)), "{id}");
        assert!(!text("source").is_empty() && !text("checked").is_empty() && !text("remedy").is_empty(), "{id}");
        for mutant in rule["mutants"].as_array().unwrap() {
            let name = mutant["mutant"].as_str().unwrap();
            assert!(mutants.lines().any(|l| l.split(' ').next() == Some(name)), "{id}: unknown mutant {name}");
            assert!(!mutant["what"].as_str().unwrap().is_empty(), "{id}: {name}");
            assert!(reports::texts::mutant_ja(name).is_some(), "{name} has no Japanese sentence");
        }
        for claim in rule["claims"].as_array().unwrap() {
            let claim = claim["id"].as_str().unwrap();
            // A rule of the matrix has one claim, and says in its findings what was found.
            assert!(claim.ends_with("/found") || reports::texts::claim_ja(claim).is_some(), "{claim} has no Japanese sentence");
        }
        let small = id.to_lowercase();
        let explained = shikaku(&["explain", &small]);
        assert!(explained.starts_with(&format!("{id}: {en}\n")), "{explained}");
        assert!(shikaku(&["explain", &id, "--lang", "ja"]).starts_with(&format!("{id}：{ja}\n")));
        let one: Value = serde_json::from_str(&shikaku(&["explain", &small, "--format", "json"])).unwrap();
        assert_eq!(&one, rule);
    }
}

#[test]
fn an_unknown_rule_is_named_with_the_closest_one() {
    for (id, reported) in [
        ("NVN-0003", "error: unknown rule `NVN-0003`; did you mean `NVN-003`?\n"),
        ("flow001", "error: unknown rule `flow001`; did you mean `FLOW-001`?\n"),
        ("xyz", "error: unknown rule `xyz`: see `shikaku rules`\n"),
    ] {
        let output = tool::shikaku().args(["explain", id]).output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(2), reported));
    }
}
