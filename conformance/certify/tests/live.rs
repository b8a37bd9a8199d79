//! Live runs against simulated ones: what a scenario leads to does not depend on the network on which it is played.
#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use certify::select::why_not;
use scenarios::EngineKind;
use scenarios::catalog::SUITES;
use scenarios::file::Scenario;
use scenarios::live::{Site, play as play_live};
use scenarios::run::{Order, Played, play};
use sim::journal::{Direction, Event};
use sim::terms::check::CheckId;
use sim::terms::design::Design;
use sim::terms::operation::CHECK_ID;
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Clocks run faster than the machine's, and several scenarios are played at once.
const SPEED: f64 = 4.0;
const AT_ONCE: usize = 8;

/// What is the same on every network: how each visit ended, the verdict of each rule, and the messages of each check at its facility.
#[derive(Debug, PartialEq, Eq)]
struct Essence {
    visits: Vec<String>,
    rules: Vec<(String, String)>,
    messages: BTreeMap<String, Vec<String>>,
}

fn essence(played: &Played) -> Essence {
    let visits = played.visits.iter().map(|v| format!("{:?}", v.found)).collect();
    let verdicts = conformance::judge(&played.entries, &played.ground);
    let rules = verdicts.iter().map(|v| (v.id.to_string(), v.outcome.name().to_string())).collect();
    Essence { visits, rules, messages: messages(played) }
}

/// By visit, the start lines of the messages that name its check, at the facility. Which attempt of several is answered depends on
/// the time, so equal lines that follow each other count once.
fn messages(played: &Played) -> BTreeMap<String, Vec<String>> {
    let (mut visits, mut exchanges) = (BTreeMap::new(), BTreeMap::new());
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in &played.entries {
        match &entry.event {
            Event::Visit { visit, check, .. } => {
                visits.insert(check.clone(), format!("{visit:04}"));
            }
            Event::Message { exchange, direction, head, .. } if entry.zone == Zone::Facility => {
                let mut lines = head.lines();
                let start = lines.next().unwrap_or_default().to_string();
                let named = lines.find_map(|l| l.strip_prefix(CHECK_ID.name)?.strip_prefix(": ").and_then(CheckId::parse));
                if let Some(check) = named.filter(|_| *direction == Direction::Sent) {
                    exchanges.insert(*exchange, check);
                }
                let visit = exchanges.get(exchange).and_then(|check| visits.get(check));
                if let Some(visit) = visit {
                    let lines = all.entry(visit.clone()).or_default();
                    if lines.last() != Some(&start) {
                        lines.push(start);
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// Every scenario that a live run can play with no role under test.
fn playable() -> Vec<Scenario> {
    let suites = SUITES.iter().filter(|s| ["core", "faults"].contains(&s.name));
    let all = suites.flat_map(|s| s.scenarios().unwrap()).map(|s| s.planned(1));
    let played = all.filter(|s| why_not(s, Zone::Facility, &Design::default()).is_none());
    played.collect()
}

#[test]
fn live_and_simulated_runs_of_a_scenario_lead_to_the_same() {
    let all = playable();
    assert!(all.len() > 55, "{}", all.len());
    let order = Order { scenario: 0, design: Default::default(), seed: 1, mutant: None, engine: EngineKind::Events };
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let player = || {
        while let Some(scenario) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let simulated = essence(&play(scenario, &order, "test").unwrap());
            // The authorities are as old as those of a simulated run.
            let created = scenarios::live::now() - jiff::SignedDuration::from_hours(24 * 1000);
            let site = Site::of_mocks(7, created, SPEED);
            let live = essence(&play_live(scenario, &order, &site, "test").unwrap());
            if live != simulated {
                wrong.lock().unwrap().push((scenario.name.clone(), live, simulated));
            }
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(player))));
    let mut text = String::new();
    for (name, live, simulated) in wrong.into_inner().unwrap() {
        text += &format!("\n{name}: live {:?}\n   simulated {:?}", live.visits, simulated.visits);
        for (l, s) in live.rules.iter().zip(&simulated.rules).filter(|(l, s)| l != s) {
            text += &format!("\n   {}: live {}, simulated {}", l.0, l.1, s.1);
        }
        for (visit, lines) in live.messages.iter().filter(|(visit, lines)| simulated.messages.get(*visit) != Some(lines)) {
            text += &format!("\n   visit {visit}: live {lines:?}, simulated {:?}", simulated.messages.get(visit));
        }
    }
    assert!(text.is_empty(), "{text}");
}
