//! The cost of one check on the simulated network: the whole flow ① to ⑦ with real TLS, certificates and OCSP.
//!
//! Three runs over the same twelve simulated seconds are timed, without their setup: one with a single check (the cost of the
//! engine), one with 200 checks at 200 facilities (each with its own TLS handshake) and one with 200 checks at 20 facilities
//! (nine of ten on a kept connection). The cost of a check is the difference to the first, divided by 200; `docs/performance.md`
//! has the figures.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use scenarios::designs;
use scenarios::file::{Library, Scenario};
use scenarios::run::{Order, play};
use sim::engine::EngineKind;
use std::fmt::Write;
use std::time::Duration;

const CHECKS: u64 = 200;
const SECONDS: u64 = 10;

/// `checks` checks spread over ten seconds and `facilities` facilities.
fn scenario(checks: u64, facilities: u64) -> Scenario {
    let mut text = format!("title = {{ ja = \"x\", en = \"x\" }}\nstory = \"x\"\npeople = {checks}\nfacilities = {facilities}\n");
    for i in 0..checks {
        // The checks of one facility are spread evenly over the ten seconds.
        let (facility, round) = (i % facilities, i / facilities);
        let rounds = checks.div_ceil(facilities);
        let at = 2000 + (SECONDS * 1000 * round) / rounds + facility * 1000 / facilities;
        let _ = write!(text, "[[visit]]\nat = \"{at}ms\"\nperson = {i}\nfacility = {facility}\nexpect = \"in-force\"\n");
    }
    Scenario::read("bench.toml", &text, &Library::none()).unwrap_or_else(|e| panic!("{e}"))
}

/// As long as the others, idle until its only check.
fn idle() -> Scenario {
    let mut one = scenario(1, 1);
    one.visits[0].at.0 = Duration::from_secs(2 + SECONDS);
    one
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("check");
    group.sample_size(10);
    let runs = [("idle", idle()), ("handshake", scenario(CHECKS, CHECKS)), ("kept", scenario(CHECKS, CHECKS / 10))];
    for design in designs::DEFAULTS.map(|name| designs::find(name).unwrap_or_default()) {
        for (name, scenario) in &runs {
            group.bench_function(BenchmarkId::new(*name, &design), |b| {
                b.iter_custom(|times| {
                    let run = |seed| {
                        let order = Order { scenario: 0, design: design.clone(), seed, mutant: None, engine: EngineKind::Ticks };
                        let played = play(scenario, &order, "bench").unwrap_or_else(|e| panic!("{e}"));
                        assert!(played.visits.iter().all(|v| v.held));
                        played.wall_time - played.setup_time
                    };
                    (0..times).map(run).sum()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(check, benches);
criterion_main!(check);
