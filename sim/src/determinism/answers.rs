//! The randomness and the time of day that a thread bound to a run gets.

use crate::context;
use crate::seed::Stream;
use std::cell::{Cell, RefCell};

thread_local! {
    static SETUP: RefCell<Option<Stream>> = const { RefCell::new(None) };
    static EPOCH: Cell<Option<i128>> = const { Cell::new(None) };
}

/// Binds this thread to a run.
pub(super) fn begin(setup: Stream, epoch: i128) {
    SETUP.with(|s| *s.borrow_mut() = Some(setup));
    EPOCH.with(|e| e.set(Some(epoch)));
}

/// Unbinds this thread.
pub(super) fn end() {
    SETUP.with(|s| *s.borrow_mut() = None);
    EPOCH.with(|e| e.set(None));
}

/// Fills `bytes` from the running party's stream, or from the thread's while none is running. `false` outside a simulation.
pub(super) fn fill(bytes: &mut [u8]) -> bool {
    // A thread that ends destroys its thread-locals one by one; from then on it counts as outside.
    let inside = EPOCH.try_with(|e| e.get().is_some()).unwrap_or(false);
    if !inside {
        return false;
    }
    if context::fill_random(bytes) {
        return true;
    }
    SETUP
        .try_with(|s| match s.try_borrow_mut() {
            Ok(mut stream) => stream.as_mut().map(|s| s.fill(bytes)).is_some(),
            Err(_) => false,
        })
        .unwrap_or(false)
}

/// The time of day in the simulation, in nanoseconds since 1970. `None` outside a simulation.
pub(super) fn time_of_day() -> Option<i128> {
    let epoch = EPOCH.try_with(Cell::get).ok().flatten()?;
    Some(match context::current() {
        Some(task) => crate::clock::wall_of(&task).as_nanosecond(),
        None => epoch,
    })
}
