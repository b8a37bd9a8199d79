//! Plays many runs, on as many threads as asked for. What a run gives depends on nothing but its order, so neither the number
//! of threads nor the order in which they end is seen in the results.

use crate::file::Scenario;
use crate::run::{Order, Played, RunError, play};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// All orders of a suite: every scenario in every variant that it and the user want, for every seed.
pub fn orders(
    scenarios: &[Scenario],
    variants: &[mocks::design::Variant],
    seeds: std::ops::RangeInclusive<u64>,
    mutant: Option<mocks::mutants::Mutant>,
) -> Vec<Order> {
    let mut all = Vec::new();
    for seed in seeds {
        for (scenario, s) in scenarios.iter().enumerate() {
            let wanted = s.variants_of(seed, variants).into_iter();
            all.extend(wanted.map(|variant| Order { scenario, variant, seed, mutant }));
        }
    }
    all
}

/// Plays `orders` on `jobs` threads. `digest` makes of each run what is to be kept, on the run's own worker, so that journals
/// do not pile up; `each` gets the results in the order of `orders`, as soon as all before them are there, and says whether to go on.
pub fn play_all<T: Send>(
    scenarios: &[Scenario],
    orders: &[Order],
    jobs: usize,
    tool: &str,
    digest: impl Fn(&Scenario, &Order, Result<Played, RunError>) -> T + Sync,
    mut each: impl FnMut(usize, T) -> bool,
) {
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, orders.len().max(1)) {
            let (send, next, digest) = (send.clone(), &next, &digest);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(order) = orders.get(index) else { return };
                    let scenario = &scenarios[order.scenario];
                    let kept = digest(scenario, order, play(scenario, order, tool));
                    if send.send((index, kept)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let (mut waiting, mut due) = (BTreeMap::new(), 0);
        for (index, kept) in receive {
            waiting.insert(index, kept);
            while let Some(kept) = waiting.remove(&due) {
                due += 1;
                if !each(due - 1, kept) {
                    // No further run is begun; those under way end unheard.
                    next.store(orders.len(), Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}
