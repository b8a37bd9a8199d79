//! The pages in `docs/rules` are generated from the rules, and list the mutants that name each rule.

use conformance::{About, page, rules};
use mocks::mutants::Mutant;
use std::collections::BTreeMap;
use std::path::Path;

/// The commands that play the mutants that a claim must catch.
fn mutants(claim: &str) -> Vec<String> {
    let play = |m: &Mutant| format!("shikaku run {} --design {} --mutant {}", m.scenario(), m.design(), m.name());
    Mutant::ALL.iter().filter(|m| m.claims().contains(&claim)).map(play).collect()
}

/// How many mutants a rule must catch.
fn count(about: &About) -> usize {
    Mutant::ALL.iter().filter(|m| m.rules().contains(&about.id)).count()
}

#[test]
fn pages_in_docs_match_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules");
    let mut wanted: BTreeMap<String, String> =
        rules::all().iter().map(|r| r.about()).map(|a| (format!("{}.md", a.id), page::page(a, mutants))).collect();
    wanted.insert("README.md".into(), page::index(count));
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        let stale = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
        let by_hand = |p: &std::path::PathBuf| p.ends_with("leak-search.md");
        stale.filter(|p| !by_hand(p)).for_each(|p| std::fs::remove_file(p).unwrap());
        for (name, text) in &wanted {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    // Written by hand.
    wanted.insert("leak-search.md".into(), std::fs::read_to_string(folder.join("leak-search.md")).unwrap());
    let found: BTreeMap<String, String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| (p.file_name().unwrap().to_str().unwrap().to_string(), std::fs::read_to_string(&p).unwrap()))
        .collect();
    for (name, text) in &wanted {
        assert_eq!(found.get(name), Some(text), "{name}: SHIKAKU_BLESS=1 regenerates it");
    }
    assert_eq!(found.len(), wanted.len(), "a page without a rule");
}

#[test]
fn every_rule_is_named_by_a_mutant_and_every_mutant_names_existing_rules() {
    for rule in rules::all() {
        assert!(count(rule.about()) > 0, "no mutant names {}", rule.about().id);
    }
    for mutant in Mutant::ALL {
        for id in mutant.rules() {
            assert!(rules::find(id).is_some(), "{} names the unknown rule {id}", mutant.name());
        }
    }
}
