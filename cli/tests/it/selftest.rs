//! `shikaku selftest` proves every rule. A rule whose check is removed does not catch its mutants, and this test fails.

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

/// By default each mutant is played in its own design; here, all of them are played in all designs.
#[test]
fn mutants_are_caught_in_every_design_to_which_the_rules_that_they_name_apply() {
    let mut wrong = Vec::new();
    for design in scenarios::designs::named().iter().map(|d| d.name.as_str()) {
        let output = tool::shikaku().args(["selftest", "--design", design, "--format", "json"]).output().unwrap();
        let test: SelfTest = serde_json::from_slice(&output.stdout).unwrap();
        assert!(test.mutants.len() >= 100, "{design}: {}", test.mutants.len());
        wrong.extend(test.failures.iter().map(|failure| format!("{design}: {failure}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
