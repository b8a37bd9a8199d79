//! The event engine's timers: a heap of instants in nanoseconds. Time jumps from one to the next, so that a waiting task costs
//! nothing.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;

/// The task to wake. Empty when none waits any more.
pub(crate) type Slot = Rc<Cell<Option<Waker>>>;

struct TimerEntry {
    at: u64,
    /// Tasks that wait for the same instant are woken in the order in which they began to wait.
    order: u64,
    slot: Slot,
}

impl PartialEq for TimerEntry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for TimerEntry {}

impl PartialOrd for TimerEntry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TimerEntry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// The event engine's clock and every task that waits for it.
#[derive(Default)]
pub struct Timers {
    now: Cell<u64>,
    order: Cell<u64>,
    waiting: RefCell<BinaryHeap<Reverse<TimerEntry>>>,
}

impl Timers {
    /// Nanoseconds since the start.
    pub fn now(&self) -> u64 {
        self.now.get()
    }

    pub(crate) fn wake_at(&self, at: u64, slot: &Slot) {
        let order = self.order.replace(self.order.get() + 1);
        self.waiting.borrow_mut().push(Reverse(TimerEntry { at, order, slot: slot.clone() }));
    }

    /// The next instant for which a task waits.
    pub(crate) fn next(&self) -> Option<u64> {
        let mut waiting = self.waiting.borrow_mut();
        while let Some(Reverse(first)) = waiting.peek() {
            let waker = first.slot.take();
            if waker.is_some() {
                first.slot.set(waker);
                return Some(first.at);
            }
            waiting.pop();
        }
        None
    }

    /// Moves the clock forward and wakes every task whose instant has come.
    pub(crate) fn advance(&self, to: u64) {
        self.now.set(self.now.get().max(to));
        loop {
            let due = {
                let mut waiting = self.waiting.borrow_mut();
                match waiting.peek() {
                    Some(Reverse(first)) if first.at <= to => waiting.pop(),
                    _ => None,
                }
            };
            let Some(Reverse(entry)) = due else { return };
            if let Some(waker) = entry.slot.take() {
                waker.wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_waiting_task_is_woken_at_its_instant_and_a_dropped_one_is_skipped() {
        let timers = Timers::default();
        let woken = Arc::new(Woken::default());
        let wait = |at| {
            let slot = Slot::default();
            slot.set(Some(Waker::from(woken.clone())));
            timers.wake_at(at, &slot);
            slot
        };
        let (_first, left, _last) = (wait(10), wait(5), wait(30));
        left.set(None);
        assert_eq!(timers.next(), Some(10));
        timers.advance(10);
        assert_eq!((timers.now(), woken.0.load(Ordering::Relaxed)), (10, 1));
        assert_eq!(timers.next(), Some(30));
        timers.advance(29);
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        timers.advance(30);
        assert_eq!((woken.0.load(Ordering::Relaxed), timers.next()), (2, None));
    }
}
