//! Plays many runs on several threads. The result of a run depends only on its order, so results show neither the number of
//! threads nor the sequence in which they finish. Memory does not grow with the number of runs.

use crate::designs::Designs;
use crate::file::Scenario;
use crate::partition::{self, By, Partition};
use crate::run::{Order, Played, RunError, play};
use mocks::mutants::Mutant;
use sim::engine::EngineKind;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// All runs of a sweep, or a part of them: every scenario in every requested design that meets its needs, for every seed. They
/// are generated on demand.
pub struct Orders<'a> {
    scenarios: &'a [Scenario],
    designs: &'a Designs,
    seeds: RangeInclusive<u64>,
    mutant: Option<Mutant>,
    partition: Option<Partition>,
    engine: EngineKind,
    planned: u64,
    len: u64,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    #[error("{0} runs are too many to number: give fewer --seeds")]
    ToNumber(u128),
    #[error(
        "{0} runs are too many for a partition by hash, which hashes all runs in advance and is limited to {MAX_HASHED}: give \
         fewer --seeds, or a partition by slice"
    )]
    ToHash(u64),
}

/// This many names are hashed in about ten seconds.
const MAX_HASHED: u64 = 100_000_000;

impl<'a> Orders<'a> {
    /// Without a partition, all of the sweep.
    pub fn new(
        scenarios: &'a [Scenario],
        designs: &'a Designs,
        seeds: RangeInclusive<u64>,
        mutant: Option<Mutant>,
        partition: Option<Partition>,
    ) -> Result<Self, TooMany> {
        // The number of designs per scenario is the same for every seed.
        let per_seed: u128 = scenarios.iter().map(|s| s.designs_of(*seeds.start(), designs).len() as u128).sum();
        let planned = per_seed * (u128::from(*seeds.end()) - u128::from(*seeds.start()) + 1);
        let planned = u64::try_from(planned).map_err(|_| TooMany::ToNumber(planned))?;
        let mut orders =
            Orders { scenarios, designs, seeds, mutant, partition, engine: EngineKind::default(), planned, len: planned };
        orders.len = match partition {
            None => planned,
            Some(Partition { by: By::Slice, part, parts }) => planned / parts + u64::from(part <= planned % parts),
            Some(Partition { by: By::Hash, .. }) if planned > MAX_HASHED => return Err(TooMany::ToHash(planned)),
            Some(Partition { by: By::Hash, .. }) => orders.iter().count() as u64,
        };
        Ok(orders)
    }

    /// The same runs on the given engine.
    pub fn on(mut self, engine: EngineKind) -> Self {
        self.engine = engine;
        self
    }

    /// How many runs the whole sweep has.
    pub fn planned(&self) -> u64 {
        self.planned
    }

    /// How many of them this part has.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The runs of this part, in the order of seeds, scenarios and designs.
    pub fn iter(&self) -> impl Iterator<Item = Order> + Send + '_ {
        let of_seed = move |seed: u64| {
            self.scenarios.iter().enumerate().flat_map(move |(scenario, s)| {
                let designs = s.designs_of(seed, self.designs).into_iter();
                designs.map(move |design| Order { scenario, design, seed, mutant: self.mutant, engine: self.engine })
            })
        };
        (0..).zip(self.seeds.clone().flat_map(of_seed)).filter(|(index, order)| self.has(*index, order)).map(|(_, order)| order)
    }

    fn has(&self, index: u64, order: &Order) -> bool {
        let name = || partition::name(&self.scenarios[order.scenario].name, &order.design.name, order.seed);
        self.partition.is_none_or(|p| p.has(index, name))
    }
}

/// How far started runs may be ahead of the one whose result is due, so that results waiting for a slow run are bounded.
fn ahead(jobs: usize) -> usize {
    jobs.saturating_mul(4).max(64)
}

/// Plays `orders` on `jobs` threads. `digest` reduces each run to what is kept, on the run's own worker, so that journals do not
/// accumulate; `each` gets the results in the order of `orders`, as soon as all earlier ones are available, and returns whether
/// to go on. An order is taken when its run starts: `orders` may end early, and started runs are still played and reported.
pub fn play_all<T: Send, O: Borrow<Order> + Send>(
    scenarios: &[Scenario],
    orders: impl IntoIterator<Item = O, IntoIter: Send>,
    jobs: usize,
    tool: &str,
    digest: impl Fn(&Scenario, &Order, Result<Played, RunError>) -> T + Sync,
    mut each: impl FnMut(usize, T) -> bool,
) {
    play_watched(scenarios, orders, jobs, tool, digest, |came| match came {
        Came::Result(index, result) => each(index, result),
        Came::Nothing => true,
    });
}

/// What came of a sweep.
pub enum Came<T> {
    /// The result of an order, by its place among the orders.
    Result(usize, T),
    /// Nothing for `POLL`: runs are under way.
    Nothing,
}

/// How often a sweep that waits for a run says so.
const POLL: Duration = Duration::from_millis(50);

/// Like [`play_all`], and `each` is also called while nothing comes, so that it can give up the runs under way by ending the process.
pub fn play_watched<T: Send, O: Borrow<Order> + Send>(
    scenarios: &[Scenario],
    orders: impl IntoIterator<Item = O, IntoIter: Send>,
    jobs: usize,
    tool: &str,
    digest: impl Fn(&Scenario, &Order, Result<Played, RunError>) -> T + Sync,
    mut each: impl FnMut(Came<T>) -> bool,
) {
    let queue = Queue::new(orders.into_iter(), ahead(jobs));
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        // Waiting workers are released however this function or a worker ends, including a panic.
        let _end = CloseOnDrop(&queue);
        for _ in 0..jobs.max(1) {
            let (send, queue, digest) = (send.clone(), &queue, &digest);
            scope.spawn(move || {
                let _end = CloseOnDrop(queue);
                while let Some((index, order)) = queue.next() {
                    let order = order.borrow();
                    let scenario = &scenarios[order.scenario];
                    let kept = digest(scenario, order, play(scenario, order, tool));
                    if send.send((index, kept)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        loop {
            match receive.recv_timeout(POLL) {
                Ok((index, kept)) => drop(waiting.insert(index, kept)),
                Err(RecvTimeoutError::Timeout) if each(Came::Nothing) => continue,
                Err(_) => return,
            }
            while let Some(kept) = waiting.remove(&due) {
                due += 1;
                queue.delivered(due);
                if !each(Came::Result(due - 1, kept)) {
                    // No further run is started; results of runs under way are dropped.
                    return;
                }
            }
        }
    });
}

/// Hands out orders, at most `ahead` past the one whose result is due.
struct Queue<I> {
    state: Mutex<State<I>>,
    room: Condvar,
    ahead: usize,
}

struct State<I> {
    /// `None` when no further run is to be started.
    orders: Option<I>,
    begun: usize,
    due: usize,
}

impl<I: Iterator> Queue<I> {
    fn new(orders: I, ahead: usize) -> Self {
        Queue { state: Mutex::new(State { orders: Some(orders), begun: 0, due: 0 }), room: Condvar::new(), ahead }
    }

    fn next(&self) -> Option<(usize, I::Item)> {
        let waits = |s: &mut State<I>| s.orders.is_some() && s.begun >= s.due + self.ahead;
        let mut state = self.room.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        let Some(order) = state.orders.as_mut()?.next() else {
            // An iterator may yield items after its end; this one is done.
            state.orders = None;
            self.room.notify_all();
            return None;
        };
        state.begun += 1;
        Some((state.begun - 1, order))
    }

    fn delivered(&self, due: usize) {
        self.lock().due = due;
        self.room.notify_all();
    }
}

impl<I> Queue<I> {
    fn lock(&self) -> MutexGuard<'_, State<I>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the queue when it is dropped.
struct CloseOnDrop<'a, I>(&'a Queue<I>);

impl<I> Drop for CloseOnDrop<'_, I> {
    fn drop(&mut self) {
        self.0.lock().orders = None;
        self.0.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn orders<'a>(all: &'a [Scenario], partition: Option<&str>) -> Orders<'a> {
        static DEFAULT: Designs = Designs::default_ones();
        Orders::new(all, &DEFAULT, 3..=12, None, partition.map(|p| p.parse().unwrap())).unwrap()
    }

    #[test]
    fn parts_have_the_reported_number_of_runs_and_cover_all_runs() {
        let all = catalog::core().unwrap();
        let whole: Vec<Order> = orders(&all, None).iter().collect();
        assert_eq!(whole.len() as u64, orders(&all, None).planned());
        let key = |o: &Order| (o.seed, o.scenario, o.design.name.clone());
        for by in ["hash", "slice"] {
            let mut parts = Vec::new();
            for part in 1..=7 {
                let orders = orders(&all, Some(&format!("{by}:{part}/7")));
                let runs: Vec<Order> = orders.iter().collect();
                assert_eq!((runs.len() as u64, whole.len() as u64), (orders.len(), orders.planned()));
                assert!(runs.is_sorted_by_key(|o| (o.seed, o.scenario)));
                parts.extend(runs);
            }
            let (mut parts, mut whole) = (parts.iter().map(key).collect::<Vec<_>>(), whole.iter().map(key).collect::<Vec<_>>());
            parts.sort();
            whole.sort();
            assert!(parts == whole, "{by}");
        }
    }

    #[test]
    fn sweeps_too_large_to_list_are_supported() {
        let all = catalog::core().unwrap();
        let default = Designs::default_ones();
        let orders =
            |seeds, partition: &str| Orders::new(&all, &default, seeds, None, Some(partition.parse().unwrap())).map(|o| o.len());
        let per_seed = super::Orders::new(&all, &default, 1..=1, None, None).unwrap().planned();
        assert_eq!(orders(1..=1 << 40, "slice:1/1"), Ok(per_seed << 40));
        let many = Orders::new(&all, &default, 1..=1 << 40, None, Some("slice:5/9".parse().unwrap())).unwrap();
        assert_eq!(many.iter().take(3).count(), 3);
        assert_eq!(orders(1..=1 << 40, "hash:1/2"), Err(TooMany::ToHash(per_seed << 40)));
        assert_eq!(orders(0..=u64::MAX, "slice:1/2"), Err(TooMany::ToNumber(u128::from(per_seed) << 64)));
    }

    #[test]
    fn no_run_is_further_ahead_than_allowed_and_each_order_is_handed_out_once() {
        let queue = Queue::new(0..1000, 5);
        let (due, given) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let Some((index, order)) = queue.next() {
                        assert!(index < due.load(Ordering::SeqCst) + 5, "{index}");
                        assert_eq!(index, order);
                        let mut given = given.lock().unwrap();
                        given.push(order);
                        let delivered = due.fetch_add(1, Ordering::SeqCst) + 1;
                        queue.delivered(delivered);
                    }
                });
            }
        });
        let mut given = given.into_inner().unwrap();
        given.sort();
        assert!(given.into_iter().eq(0..1000));
    }

    #[test]
    fn waiting_workers_are_released_at_the_end() {
        let queue = Queue::new(0.., 1);
        assert_eq!(queue.next(), Some((0, 0)));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| queue.next());
            drop(CloseOnDrop(&queue));
            assert_eq!(waits.join().unwrap(), None);
        });
    }
}
