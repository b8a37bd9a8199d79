//! Every mutant has an effect in its scenario, in the zone that it names. Each is played once; the tests check the results.

use scenarios::file::Scenario;
use scenarios::run::{Order, Played};
use scenarios::{EngineKind, Mutant, catalog, designs, suite};
use sim::journal::{Entry, Event};
use sim::terms::outcome::OutcomeCode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const SEED: u64 = 7;

/// The effect of a mutant in its scenario.
struct Effect {
    mutant: Mutant,
    /// Whether the journal differs from the one without the mutant.
    shows: bool,
    /// The zones in which events differ.
    zones: BTreeSet<&'static str>,
    /// How each visit ended.
    found: Vec<Option<OutcomeCode>>,
    /// The visits that did not end as expected.
    missed: Vec<String>,
}

static EFFECTS: LazyLock<Vec<Effect>> = LazyLock::new(play_all);

/// A summary of a run.
struct Summary {
    digest: String,
    happened: BTreeSet<(&'static str, String)>,
    found: Vec<Option<OutcomeCode>>,
    missed: Vec<String>,
}

/// The events by zone, without entry numbers and times, which shift.
fn happened(entries: &[Entry]) -> BTreeSet<(&'static str, String)> {
    let text = |e: &Entry| serde_json::to_string(&e.event).unwrap();
    entries.iter().filter(|e| !matches!(e.event, Event::Wire { .. })).map(|e| (e.zone.name(), text(e))).collect()
}

fn summary(_: &Scenario, _: &Order, played: Result<Played, scenarios::run::RunError>) -> Summary {
    let played = played.unwrap();
    Summary {
        happened: happened(&played.entries),
        found: played.visits.iter().map(|v| v.found).collect(),
        missed: played.visits.iter().filter(|v| !v.held).map(|v| format!("{v:?}")).collect(),
        digest: played.journal_sha256,
    }
}

fn play_all() -> Vec<Effect> {
    let all = catalog::all().unwrap();
    let case = |mutant: Mutant| {
        let name = mutant.scenario();
        let index = all.iter().position(|s| s.name == name).unwrap_or_else(|| panic!("unknown scenario {name}"));
        (index, mutant.design())
    };
    let order = |(scenario, design): (usize, &str), mutant| Order {
        scenario,
        design: designs::find(design).unwrap(),
        seed: SEED,
        mutant,
        engine: EngineKind::default(),
    };
    let cases: BTreeSet<(usize, &str)> = Mutant::ALL.into_iter().map(case).collect();
    let correct = cases.into_iter().map(|c| order(c, None));
    let broken = Mutant::ALL.into_iter().map(|m| order(case(m), Some(m)));
    let orders: Vec<Order> = correct.chain(broken).collect();
    let (mut without, mut effects) = (BTreeMap::new(), Vec::new());
    suite::play_all(&all, &orders, 2, "test", summary, |i, seen| {
        let at = (orders[i].scenario, orders[i].design.name.clone());
        let Some(mutant) = orders[i].mutant else {
            without.insert(at, seen);
            return true;
        };
        let correct = &without[&at];
        let shows = seen.digest != correct.digest;
        let zones = seen.happened.difference(&correct.happened).map(|(zone, _)| *zone).collect();
        effects.push(Effect { mutant, shows, zones, found: seen.found, missed: seen.missed });
        true
    });
    effects
}

#[test]
fn every_mutant_changes_what_happens_in_its_scenario() {
    assert_eq!(EFFECTS.len(), Mutant::ALL.len());
    for effect in EFFECTS.iter() {
        let name = effect.mutant.name();
        assert!(effect.shows, "{name} has no effect");
        // A leak is in the zone that the mutant is named after.
        if let Some((zone, _)) = name.split_once("-shows-") {
            let is_wire = effect.mutant.leak().is_some_and(|leak| leak.place.name == "facility-preface");
            assert!(effect.zones.contains(zone) || is_wire, "{name} shows nothing in {zone}");
        }
    }
}

/// Outcomes of checks with broken parties that differ from those with correct ones: (mutant, visit, outcome).
const ENDS: &[(&str, usize, OutcomeCode)] = &[
    ("facility-skips-person-check", 0, OutcomeCode::InForce),
    ("facility-asks-about-first-day", 3, OutcomeCode::NotInsured),
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
fn broken_parties_end_checks_as_intended() {
    let effect = |name: &str| EFFECTS.iter().find(|e| e.mutant.name() == name).unwrap_or_else(|| panic!("no mutant {name}"));
    let wrong = ENDS.iter().filter(|(name, visit, outcome)| effect(name).found[*visit] != Some(*outcome));
    let wrong =
        wrong.map(|(name, visit, outcome)| format!("{name}: visit {visit} should end with {outcome}: {:?}", effect(name).found));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Leaks do not change outcomes: all checks end as expected, so that a leak only shows in the journal.
#[test]
fn leaks_do_not_change_outcomes() {
    let leaks = EFFECTS.iter().filter(|e| e.mutant.leak().is_some());
    let wrong: Vec<String> = leaks.flat_map(|e| e.missed.iter().map(|visit| format!("{}: {visit}", e.mutant.name()))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
