//! Both engines play the built-in suite to the same end.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use scenarios::run::{Order, Played};
use scenarios::{EngineKind, catalog, suite};
use std::collections::BTreeMap;

/// By run, how each visit ended, and how often each step was reached.
fn ends(engine: EngineKind) -> BTreeMap<String, String> {
    let all = catalog::Suite::find("core").unwrap().scenarios().unwrap();
    let default = scenarios::designs::Designs::default_ones();
    let orders = suite::Orders::new(&all, &default, 3..=3, None, None).unwrap().on(engine);
    let mut ends = BTreeMap::new();
    let look = |scenario: &scenarios::file::Scenario, order: &Order, played: Result<Played, _>| {
        let played: Played = played.map_err(|e: scenarios::run::RunError| e.to_string()).unwrap();
        let visits: Vec<String> = played.visits.iter().map(|v| format!("{:?} {}", v.found, v.held)).collect();
        let text = format!("{visits:?} {:?} {:?}", played.steps, played.ended_early);
        (format!("{} {}", scenario.name, order.design.name), text)
    };
    suite::play_all(&all, orders.iter().collect::<Vec<_>>(), 2, "test", look, |_, (name, text)| {
        ends.insert(name, text);
        true
    });
    ends
}

#[test]
fn the_built_in_suite_ends_alike_on_both_engines() {
    let (ticks, events) = (ends(EngineKind::Ticks), ends(EngineKind::Events));
    assert!(ticks.len() > 100);
    for (name, text) in &ticks {
        assert_eq!(events.get(name), Some(text), "{name}");
    }
}
