//! Plays the `faults` suite: every kind of fault, before, during and after.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use scenarios::catalog::Suite;
use scenarios::file::FaultKind;
use scenarios::run::{Order, Played, RunError};
use scenarios::{catalog, demands, suite};
use std::collections::BTreeSet;

#[test]
fn every_story_of_the_fault_suite_ends_as_it_must() {
    let all = Suite::find("faults").unwrap().scenarios().unwrap();
    let orders = suite::Orders::new(&all, &[], 1..=1, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &scenarios::file::Scenario, o: &Order, played: Result<Played, RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.variant));
        let met = demands::demands(&played, &[]);
        let broken = met.iter().filter(|m| !m.held).map(|m| format!("{} / {}: {}: {}", s.name, o.variant, m.what, m.detail));
        (met.len(), broken.collect::<Vec<_>>(), played.ended_early)
    };
    suite::play_all(&all, orders.iter(), 2, "test", look, |_, (demands, broken, ended_early)| {
        assert!(demands >= 3);
        wrong.extend(broken);
        wrong.extend(ended_early);
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_fault_is_in_a_story_that_comes_with_the_tool() {
    let all = catalog::all().unwrap();
    let told: BTreeSet<&str> = all.iter().flat_map(|s| &s.faults).map(|f| f.does.name()).collect();
    let kinds: BTreeSet<&str> = FaultKind::NAMES.into_iter().collect();
    assert_eq!(told, kinds);
}
