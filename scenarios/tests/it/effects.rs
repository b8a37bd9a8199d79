//! Each fault of each story does something: from its beginning on the bytes on the wires differ from those of the same story
//! without it, and before they are the same.

use scenarios::catalog::Suite;
use scenarios::designs::Designs;
use scenarios::file::Scenario;
use scenarios::run::{Order, play};
use scenarios::suite;
use sha2::{Digest, Sha256};
use sim::journal::{Entry, Event};

/// The digest of what is on the wires before `at_ns`, and of what is there from then on.
fn wires(entries: &[Entry], at_ns: u64) -> [String; 2] {
    let mut digests = [Sha256::new(), Sha256::new()];
    for entry in entries {
        let Event::Wire { connection, bytes } = &entry.event else { continue };
        let digest = &mut digests[usize::from(entry.at_ns >= at_ns)];
        digest.update(entry.at_ns.to_be_bytes());
        digest.update(connection.as_bytes());
        digest.update([0]);
        digest.update(bytes.as_bytes());
    }
    digests.map(|d| data_encoding::HEXLOWER.encode(&d.finalize()))
}

/// What is wrong with the effect of each fault of one run.
fn without_effect(scenario: &Scenario, order: &Order, entries: &[Entry]) -> Vec<String> {
    let plan = scenario.planned(order.seed);
    let mut wrong = Vec::new();
    for (index, fault) in plan.faults.iter().enumerate() {
        let mut other = plan.clone();
        other.faults.remove(index);
        let undisturbed = play(&other, order, "test").unwrap_or_else(|e| panic!("{} without a fault: {e}", plan.name));
        let at_ns = sim::clock::nanos(fault.at.0);
        let (with, without) = (wires(entries, at_ns), wires(&undisturbed.entries, at_ns));
        let name = format!("{} / {}: `{}` at {}", plan.name, order.design.name, fault.does.name(), fault.at);
        if with[0] != without[0] {
            wrong.push(format!("{name} changes the wires before it begins"));
        }
        if with[1] == without[1] {
            wrong.push(format!("{name} changes nothing on the wires"));
        }
    }
    wrong
}

fn check(suite_name: &str) {
    let mut all = Suite::find(suite_name).unwrap().scenarios().unwrap();
    all.retain(|s| !s.faults.is_empty());
    assert!(!all.is_empty());
    let default = Designs::default_ones();
    let orders = suite::Orders::new(&all, &default, 1..=1, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &Scenario, o: &Order, played: Result<scenarios::run::Played, scenarios::run::RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        without_effect(s, o, &played.entries)
    };
    suite::play_all(&all, orders.iter(), 2, "test", look, |_, found| {
        wrong.extend(found);
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_of_the_core_stories_shows_on_the_wire_from_its_beginning_on() {
    check("core");
}

#[test]
fn every_fault_of_the_fault_stories_shows_on_the_wire_from_its_beginning_on() {
    check("faults");
}

#[test]
fn every_fault_of_the_stories_of_designs_shows_on_the_wire_from_its_beginning_on() {
    check("designs");
}

#[test]
fn every_fault_of_the_rest_of_the_source_shows_on_the_wire_from_its_beginning_on() {
    check("source");
}

#[test]
fn every_fault_at_the_counter_shows_on_the_wire_from_its_beginning_on() {
    check("counter");
}

/// The comparison can fail: a fault after the last visit does nothing, and one that begins earlier than it says is found.
#[test]
fn a_fault_that_does_nothing_is_found() {
    let all = Suite::find("core").unwrap().scenarios().unwrap();
    let story = all.iter().find(|s| s.name == "jpki-down").unwrap();
    let design = scenarios::designs::certificate();
    let order = Order { scenario: 0, design, seed: 1, mutant: None, engine: scenarios::EngineKind::default() };
    let mut late = story.clone();
    late.faults[0].at = scenarios::file::Span::seconds(4000);
    let entries = play(&late, &order, "test").unwrap().entries;
    let found = without_effect(&late, &order, &entries);
    assert_eq!(found, ["jpki-down / certificate: `jpki-down` at 4000s changes nothing on the wires"]);
    // The entries of the story as it is, and the time of a later beginning.
    let entries = play(story, &order, "test").unwrap().entries;
    let found = without_effect(&late, &order, &entries);
    assert!(found.contains(&"jpki-down / certificate: `jpki-down` at 4000s changes the wires before it begins".to_string()));
}
