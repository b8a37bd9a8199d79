//! A plan is what is really played: written as a file, read under another name and played, it gives the same bytes.

use scenarios::catalog::Suite;
use scenarios::designs::Designs;
use scenarios::file::{Library, Scenario};
use scenarios::run::{Order, Played, RunError, play};
use scenarios::{plan::swarm, suite};

/// What differs when the plan of a run is played again.
fn differs(scenario: &Scenario, order: &Order, played: &Played) -> Option<String> {
    let name = format!("{} / {} / {}", scenario.name, order.design.name, order.seed);
    let text = scenario.as_played(order.seed, Some(&order.design)).to_toml().unwrap();
    let plan = match Scenario::read("elsewhere/plan.toml", &text, &Library::none()) {
        Ok(plan) => plan,
        Err(e) => return Some(format!("{name}: the plan is not a scenario: {e}\n{text}")),
    };
    assert!(plan.workloads.is_empty() && plan.generator.is_none() && plan.name == "plan", "{name}");
    // As `shikaku run` chooses them: a custom design with the choices of a built-in one would have to be named.
    let designs = Designs::default_ones().fitting(&plan);
    if designs != [order.design.clone()] {
        return Some(format!("{name}: the plan is played in {designs:?}"));
    }
    let again = Order { seed: plan.plan_seed.unwrap(), design: designs[0].clone(), ..order.clone() };
    let again = play(&plan, &again, "test").unwrap();
    let digests = |p: &Played| (p.journal_sha256.clone(), p.wire_sha256.clone());
    (digests(&again) != digests(played)).then(|| {
        let first = sim::journal::first_difference(&again.entries, &played.entries);
        format!("{name}: the plan gives another journal, first {first:?}")
    })
}

fn check(all: &[Scenario], seeds: std::ops::RangeInclusive<u64>) {
    let default = Designs::default_ones();
    let orders = suite::Orders::new(all, &default, seeds, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &Scenario, o: &Order, played: Result<Played, RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        differs(s, o, &played)
    };
    suite::play_all(all, orders.iter(), 2, "test", look, |_, found| {
        wrong.extend(found);
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_plan_of_every_core_scenario_plays_the_same_bytes() {
    check(&Suite::find("core").unwrap().scenarios().unwrap(), 3..=4);
}

#[test]
fn the_plan_of_every_fault_scenario_plays_the_same_bytes() {
    check(&Suite::find("faults").unwrap().scenarios().unwrap(), 5..=5);
}

#[test]
fn the_plans_of_the_swarm_play_the_same_bytes() {
    check(&[swarm::scenario()], 1..=20);
}
