//! `shikaku selftest` proves every claim of every rule: a claim whose check is removed does not find its mutants and plants.

use crate::tool;
use reports::selftest::SelfTest;
use std::collections::BTreeSet;

#[test]
fn every_claim_finds_each_of_its_mutants_and_plants_and_every_rule_holds_without_them() {
    let mut shikaku = tool::shikaku();
    let output = shikaku.args(["selftest", "--seed", "7", "--format", "json"]).output().unwrap();
    let test: SelfTest = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &test.failures), (Some(0), &Vec::new()));
    for rule in &test.rules {
        assert!(!rule.claims.is_empty() && rule.held_without_mutant > 0, "{rule:?}");
        for claim in &rule.claims {
            assert!(claim.missed.is_empty() && !(claim.caught.is_empty() && claim.planted.is_empty()), "{claim:?}");
        }
    }
    assert!(test.mutants.len() >= 60, "{}", test.mutants.len());
    let spellings: BTreeSet<&str> = test.mutants.iter().flat_map(|m| &m.spellings).map(String::as_str).collect();
    assert!(spellings.len() >= 12, "leaks were found in {spellings:?}");
    let table = test.table(&reports::rules::Titles::default());
    assert!(table.starts_with("NVN-001  No My Number at the front of the card\n  NVN-001/found: the My Number of a person was found at the front of the card\n    caught   card-front-shows-my-number"), "{table}");
}

/// By default each mutant is played in its own design; here, all of them are played in all designs.
#[test]
fn mutants_are_caught_in_every_design_to_which_the_rules_that_they_name_apply() {
    let mut wrong = Vec::new();
    for design in scenarios::designs::named().iter().map(|d| d.name.as_str()) {
        let output = tool::shikaku().args(["selftest", "--design", design, "--format", "json"]).output().unwrap();
        let test: SelfTest = serde_json::from_slice(&output.stdout).unwrap();
        // On paper nothing is asked, so that most broken parties have nothing to break.
        let least = if design == "paper" { 40 } else { 100 };
        assert!(test.mutants.len() >= least, "{design}: {}", test.mutants.len());
        wrong.extend(test.failures.iter().map(|failure| format!("{design}: {failure}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every claim is dropped, as if nobody had written its code: the self-test misses each of them.
#[test]
fn without_a_claim_the_self_test_fails() {
    let mut shikaku = tool::shikaku();
    shikaku.args(["selftest", "--seed", "7", "--format", "json"]);
    let claims: Vec<&str> = conformance::rules::all().iter().flat_map(|r| r.about().claims).map(|c| c.id).collect();
    claims.iter().for_each(|claim| {
        shikaku.args(["--without", claim]);
    });
    let output = shikaku.output().unwrap();
    let test: SelfTest = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    for claim in claims {
        let missed = test.failures.iter().any(|failure| failure.starts_with(&format!("{claim} does not find ")));
        assert!(missed, "the self-test passes without {claim}: {:?}", test.failures);
    }
}

#[test]
fn an_unknown_claim_cannot_be_left_out() {
    let output = tool::shikaku().args(["selftest", "--without", "SEC-002/unheard-of"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--without: unknown claim `SEC-002/unheard-of`: `shikaku explain SEC-002` lists"), "{text}");
}
