//! `shikaku selftest`: every rule proves itself. A rule whose check is taken out does not catch its mutants, and this fails.

use crate::tool;
use reports::selftest::SelfTest;
use std::collections::BTreeSet;

#[test]
fn every_rule_catches_each_of_its_mutants_and_holds_without_them() {
    let mut shikaku = tool::shikaku();
    let output = shikaku.args(["selftest", "--seed", "7", "--format", "json"]).output().unwrap();
    let test: SelfTest = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &test.failures), (Some(0), &Vec::new()));
    for rule in &test.rules {
        assert!(!rule.caught.is_empty() && rule.missed.is_empty() && rule.held_without_mutant > 0, "{rule:?}");
    }
    assert!(test.mutants.len() >= 60, "{}", test.mutants.len());
    let spellings: BTreeSet<&str> = test.mutants.iter().flat_map(|m| &m.spellings).map(String::as_str).collect();
    assert!(spellings.len() >= 12, "leaks were found in {spellings:?}");
    let table = test.table();
    assert!(table.starts_with("NVN-001  No My Number at the front of the card\n  caught  card-front-shows-my-number"), "{table}");
}
