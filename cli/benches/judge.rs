//! The cost of judging: a soak hour and its first quarter and half, and a run with all rules beside the same without.
//!
//! The time of judging grows by no more than the entries of a journal: a longer one has at least as many elements per second.
//! `docs/performance.md` has the figures.

use conformance::judge;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scenarios::catalog;
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, play};

/// A built-in scenario, played in the design `certificate`.
fn played(name: &str) -> (Scenario, Order, Played) {
    let all = catalog::all().unwrap_or_else(|e| panic!("{e}"));
    let scenario = all.into_iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no scenario `{name}`"));
    let design = scenarios::designs::find("certificate").unwrap_or_default();
    let order = Order { scenario: 0, design, seed: 1, mutant: None, engine: Default::default() };
    let played = play(&scenario, &order, "bench").unwrap_or_else(|e| panic!("{e}"));
    (scenario, order, played)
}

fn length(c: &mut Criterion) {
    let (_, _, hour) = played("monday-hour");
    let mut group = c.benchmark_group("judge");
    group.sample_size(10);
    for (name, share) in [("quarter", 4), ("half", 2), ("hour", 1)] {
        let entries = &hour.entries[..hour.entries.len() / share];
        group.throughput(Throughput::Elements(entries.len() as u64));
        group.bench_function(BenchmarkId::new("soak", name), |b| b.iter(|| judge(entries, &hour.ground).len()));
    }
    group.finish();
}

fn share(c: &mut Criterion) {
    let (scenario, order, _) = played("morning-rush");
    let mut group = c.benchmark_group("run");
    group.sample_size(10);
    let run = || play(&scenario, &order, "bench").unwrap_or_else(|e| panic!("{e}"));
    group.bench_function("no-rules", |b| b.iter(|| run().entries.len()));
    group.bench_function("rules", |b| {
        b.iter(|| {
            let played = run();
            judge(&played.entries, &played.ground).len()
        })
    });
    group.finish();
}

criterion_group!(all, length, share);
criterion_main!(all);
