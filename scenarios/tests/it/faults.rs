//! Plays the `faults` suite: every kind of fault, before, during and after.

use scenarios::catalog::Suite;
use scenarios::designs::{self, Designs};
use scenarios::file::FaultKind;
use scenarios::run::{Order, Played, RunError, play};
use scenarios::{catalog, demands, suite};
use std::collections::BTreeSet;

#[test]
fn every_scenario_of_the_fault_suite_ends_as_expected() {
    let all = Suite::find("faults").unwrap().scenarios().unwrap();
    let default = Designs::default_ones();
    let orders = suite::Orders::new(&all, &default, 1..=1, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &scenarios::file::Scenario, o: &Order, played: Result<Played, RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        let met = demands::demands(&played, &[]);
        let broken = met.iter().filter(|m| !m.held).map(|m| format!("{} / {}: {}: {}", s.name, o.design, m.what, m.detail));
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
fn every_kind_of_fault_is_in_a_built_in_scenario() {
    let all = catalog::all().unwrap();
    let used: BTreeSet<&str> = all.iter().flat_map(|s| &s.faults).map(|f| f.does.name()).collect();
    let kinds: BTreeSet<&str> = FaultKind::NAMES.into_iter().collect();
    assert_eq!(used, kinds);
}

/// If facilities retry, waiting and rejected requests do not show in the outcomes.
#[test]
fn queues_are_used_and_shed_load_in_the_scenarios_about_capacity() {
    let all = Suite::find("faults").unwrap().scenarios().unwrap();
    for (name, host) in [("broker-at-half-capacity", 0), ("jpki-at-half-capacity", 1), ("flood-with-queue", 0)] {
        let scenario = all.iter().position(|s| s.name == name).unwrap();
        for (seed, design) in [(1, "certificate"), (2, "signed-challenge"), (3, "certificate")] {
            let design = designs::find(design).unwrap();
            let order = Order { scenario, design, seed, mutant: None, engine: scenarios::EngineKind::default() };
            let played = play(&all[scenario], &order, "test").unwrap();
            let broken: Vec<_> = demands::demands(&played, &[]).into_iter().filter(|m| !m.held).collect();
            assert!(broken.is_empty(), "{name} from seed {seed}: {broken:?}");
            let station = &played.stations[host];
            assert!(station.shed > 0, "{name} from seed {seed}: {station:?}");
            assert_eq!(station.longest_queue > 0, host == 0, "{name} from seed {seed}: {station:?}");
            let little = station.little.unwrap();
            assert!((little.l() - little.lambda_per_s() * little.w_s()).abs() < 1e-6);
        }
    }
}
