//! Work over very many values, on several threads.

use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread::{Builder, scope};

/// Fewer values are prepared faster than a thread begins.
const MANY: usize = 1 << 16;

/// Calls `work` with consecutive shares of `0..count`, each on a thread of its own, and returns the results in this order.
pub(crate) fn of<T: Send>(count: usize, threads: NonZero<usize>, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    if threads.get() == 1 || count < MANY {
        return vec![work(0..count)];
    }
    let size = count.div_ceil(threads.get());
    let work = &work;
    scope(|scope| {
        let begin = |start: usize| {
            let share = start..(start + size).min(count);
            // Where no further thread is allowed, this one does its work.
            Builder::new().spawn_scoped(scope, move || work(share)).map_err(|_| start..(start + size).min(count))
        };
        let begun: Vec<_> = (0..count).step_by(size).map(begin).collect();
        let end = |thread| match thread {
            // A panic is a bug, which must not be hidden.
            Ok(thread) => std::thread::ScopedJoinHandle::join(thread).unwrap_or_else(|panic| resume_unwind(panic)),
            Err(share) => work(share),
        };
        begun.into_iter().map(end).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_each_other_and_are_everything() {
        for (count, threads, shares) in [(0, 3, 1), (5, 4, 1), (MANY, 1, 1), (MANY, 3, 3), (MANY + 1, 2, 2)] {
            let of = of(count, NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN), |share| share);
            assert_eq!((of.len(), of[0].start, of[of.len() - 1].end), (shares, 0, count));
            assert!(of.windows(2).all(|two| two[0].end == two[1].start));
        }
    }
}
