//! Every mutant does something in its scenario, and does it where it says.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use mocks::mutants::Place;
use scenarios::file::Scenario;
use scenarios::mutants::stage_of;
use scenarios::run::{Order, Played};
use scenarios::{EngineKind, Mutant, catalog, suite};
use sim::journal::{Entry, Event};
use sim::terms::outcome::OutcomeCode;
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = 7;

fn index_of(all: &[Scenario], name: &str) -> usize {
    all.iter().position(|s| s.name == name).unwrap_or_else(|| panic!("there is no scenario {name}"))
}

fn order_of(all: &[Scenario], mutant: Mutant, broken: bool) -> Order {
    let (name, design) = stage_of(mutant);
    Order { scenario: index_of(all, name), design, seed: SEED, mutant: broken.then_some(mutant), engine: EngineKind::Ticks }
}

/// What happened in a zone, without numbers and times, which shift.
fn happened(entries: &[Entry]) -> BTreeSet<(&'static str, String)> {
    let text = |e: &Entry| serde_json::to_string(&e.event).unwrap();
    entries.iter().filter(|e| !matches!(e.event, Event::Wire { .. })).map(|e| (e.zone.name(), text(e))).collect()
}

#[test]
fn every_mutant_changes_what_happens_in_its_scenario() {
    let all = catalog::core().unwrap();
    let mutants = Mutant::ALL;
    let stage = |o: &Order| (o.scenario, o.design.name.clone());
    let sound = mutants.iter().map(|m| order_of(&all, *m, false));
    let sound: Vec<Order> = sound.map(|o| (stage(&o), o)).collect::<BTreeMap<_, _>>().into_values().collect();
    let broken = mutants.iter().map(|m| order_of(&all, *m, true));
    let orders: Vec<Order> = sound.iter().cloned().chain(broken).collect();
    let keep = |_: &Scenario, _: &Order, played: Result<Played, scenarios::run::RunError>| {
        let played = played.unwrap();
        (played.journal_sha256, happened(&played.entries))
    };
    let mut without = BTreeMap::new();
    suite::play_all(&all, &orders, 2, "test", keep, |i, (digest, seen)| {
        let order = &orders[i];
        let Some(mutant) = order.mutant else {
            without.insert(stage(order), (digest, seen));
            return true;
        };
        let (sound_digest, sound_seen) = &without[&stage(order)];
        let name = mutant.name();
        assert_ne!(&digest, sound_digest, "{name} does nothing");
        // What gets out gets out in the zone that the mutant is named after.
        if let Some((zone, _)) = name.split_once("-shows-") {
            let is_wire = matches!(mutant, Mutant::Leak(l) if l.place == Place::FacilityPreface);
            let new = seen.difference(sound_seen).any(|(z, _)| *z == zone);
            assert!(new || is_wire, "{name} shows nothing in {zone}");
        }
        true
    });
}

/// What broken parties make of checks that a sound one ends otherwise: (mutant, visit, outcome).
const ENDS: &[(&str, usize, OutcomeCode)] = &[
    ("facility-skips-person-check", 0, OutcomeCode::InForce),
    ("broker-caches-status", 1, OutcomeCode::InForce),
    ("authority-ignores-opt-out", 0, OutcomeCode::InForce),
    ("jpki-changes-code-on-renewal", 0, OutcomeCode::NotInsured),
    ("jpki-answers-with-another-code", 0, OutcomeCode::NotInsured),
    ("authority-makes-code-by-asker", 0, OutcomeCode::NotInsured),
    ("broker-guesses", 0, OutcomeCode::NotInsured),
    ("broker-takes-feeds-of-others", 0, OutcomeCode::NotInsured),
    ("broker-answers-without-feed", 0, OutcomeCode::InForce),
    ("broker-ignores-end", 0, OutcomeCode::InForce),
    ("broker-answers-for-another-day", 0, OutcomeCode::InForce),
    ("broker-says-not-insured-when-jpki-is-down", 1, OutcomeCode::NotInsured),
    ("broker-accepts-expired-certificate", 0, OutcomeCode::InForce),
    ("broker-accepts-not-yet-valid-certificate", 0, OutcomeCode::InForce),
    ("broker-accepts-other-ca", 0, OutcomeCode::InForce),
    ("broker-accepts-tampered-certificate", 0, OutcomeCode::InForce),
    ("broker-accepts-wrong-purpose", 0, OutcomeCode::InForce),
    ("broker-ignores-revocation", 0, OutcomeCode::InForce),
    ("broker-ignores-suspension", 0, OutcomeCode::InForce),
    ("broker-takes-unsigned-status", 1, OutcomeCode::InForce),
    ("broker-skips-signature", 2, OutcomeCode::InForce),
    ("broker-accepts-wrong-signature", 1, OutcomeCode::InForce),
    ("broker-reuses-challenges", 1, OutcomeCode::InForce),
    ("broker-accepts-stale-challenge", 0, OutcomeCode::InForce),
    ("broker-accepts-invented-challenge", 0, OutcomeCode::InForce),
    ("broker-serves-unlicensed-facility", 0, OutcomeCode::InForce),
];

#[test]
fn broken_parties_end_checks_as_they_mean_to() {
    let all = catalog::core().unwrap();
    let orders: Vec<Order> = ENDS.iter().map(|(name, ..)| order_of(&all, Mutant::parse(name).unwrap(), true)).collect();
    let keep = |_: &Scenario, _: &Order, played: Result<Played, scenarios::run::RunError>| {
        played.unwrap().visits.iter().map(|v| v.found).collect::<Vec<_>>()
    };
    let mut wrong = Vec::new();
    suite::play_all(&all, &orders, 2, "test", keep, |i, found| {
        let (name, visit, outcome) = ENDS[i];
        if found[visit] != Some(outcome) {
            wrong.push(format!("{name}: visit {visit} should end with {outcome}: {found:?}"));
        }
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What breaks something without getting in the way: all checks end as the scenario says, so that only the journal tells.
#[test]
fn what_is_let_out_does_not_get_in_the_way() {
    let all = catalog::core().unwrap();
    let leaks: Vec<Mutant> = Mutant::ALL.into_iter().filter(|m| matches!(m, Mutant::Leak(_))).collect();
    let orders: Vec<Order> = leaks.iter().map(|m| order_of(&all, *m, true)).collect();
    let keep = |_: &Scenario, _: &Order, played: Result<Played, scenarios::run::RunError>| {
        let played = played.unwrap();
        played.visits.iter().filter(|v| !v.held).map(|v| format!("{v:?}")).collect::<Vec<_>>()
    };
    let mut wrong = Vec::new();
    suite::play_all(&all, &orders, 2, "test", keep, |i, visits| {
        wrong.extend(visits.iter().map(|v| format!("{}: {v}", leaks[i].name())));
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
