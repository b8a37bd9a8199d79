//! Work on several threads, with the results in the order of the inputs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Calls `work` with every index below `count` on `threads` threads, and `done` with each result, in order.
pub fn in_order<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync, mut done: impl FnMut(T)) {
    if threads <= 1 || count <= 1 {
        (0..count).for_each(|index| done(work(index)));
        return;
    }
    let next = AtomicUsize::new(0);
    let (results, finished) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let (results, next, work) = (results.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    // The other end is closed only if the main thread has panicked.
                    if index >= count || results.send((index, work(index))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        let (mut waiting, mut due) = (BTreeMap::new(), 0);
        for (index, result) in finished {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                done(result);
                due += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_inputs() {
        for threads in [1, 2, 7] {
            let mut all = Vec::new();
            let slow_first = |index: usize| {
                std::thread::sleep(std::time::Duration::from_millis((20 - index as u64) / 4));
                index * index
            };
            in_order(20, threads, slow_first, |result| all.push(result));
            assert_eq!(all, (0..20).map(|index| index * index).collect::<Vec<_>>());
        }
    }
}
