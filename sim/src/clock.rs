//! Virtual time.
//!
//! The engine wakes tasks in whole ticks of a millisecond; latencies, service times and time stamps are exact nanoseconds.
//! Each task therefore carries an *exact time* of its own, which lies at most a little behind the engine's: a message that
//! arrives at 3.42 ms wakes its reader at 4 ms, and the reader acts and stamps as of 3.42 ms. What it sends departs from
//! there, so that no rounding adds up along a chain of messages. On the event engine both clocks are the same.

use crate::context::{self, Task, current, expect_current};
use crate::timers::Slot;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

pub const NANOS_PER_MILLI: u64 = 1_000_000;

/// The exact time of the running task, in nanoseconds since the start of the run.
pub fn now() -> u64 {
    expect_current().now()
}

/// Moves the running task's exact time forward to `ns`, if it is not there yet.
pub fn advance_to(ns: u64) {
    if let Some(task) = current() {
        task.advance_to(ns);
    }
}

/// Sleeps for exactly `duration` of virtual time.
pub async fn sleep(duration: Duration) {
    let until = now().saturating_add(nanos(duration));
    sleep_until(until).await;
}

/// Sleeps until the exact time `ns`.
pub async fn sleep_until(ns: u64) {
    wait_for_engine(ns).await;
    advance_to(ns);
}

/// Waits until the engine's clock has reached `ns`, without moving the exact time.
pub(crate) async fn wait_for_engine(ns: u64) {
    Alarm::at(ns).await;
}

/// A time limit has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time limit has expired")]
pub struct Elapsed;

/// Runs `future` for at most `limit` of virtual time.
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let deadline = now().saturating_add(nanos(limit));
    tokio::pin!(future);
    tokio::select! {
        biased;
        output = &mut future => Ok(output),
        () = wait_for_engine(deadline) => {
            advance_to(deadline);
            Err(Elapsed)
        }
    }
}

/// What the running party's wall clock shows. A scenario may set it wrong (clock skew).
pub fn wall() -> jiff::Timestamp {
    let task = expect_current();
    wall_of(&task)
}

pub(crate) fn wall_of(task: &Task) -> jiff::Timestamp {
    let reading = task.party.clock_reading(task.now());
    task.world.epoch.saturating_add(jiff::SignedDuration::from_nanos(reading)).unwrap_or(task.world.epoch)
}

/// Japan Standard Time, nine hours ahead of UTC all year.
pub fn japan() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(9))
}

/// Today's date in Japan by the running party's wall clock.
pub fn today() -> jiff::civil::Date {
    wall().to_zoned(japan()).date()
}

pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// How an [`Alarm`] waits: the ticking engine uses tokio's timers, which are exact to a millisecond, the event engine its own.
enum Waiting {
    NotYet,
    Ticks(Pin<Box<tokio::time::Sleep>>),
    Events(Slot),
}

/// Ends when the engine's clock has reached an instant. It does not move the exact time of the task that waits.
pub struct Alarm {
    until: u64,
    waiting: Waiting,
}

impl Alarm {
    /// An alarm at `ns` since the start of the run. `u64::MAX` is never.
    pub fn at(ns: u64) -> Alarm {
        Alarm { until: ns, waiting: Waiting::NotYet }
    }

    /// The instant for which it is set.
    pub fn instant(&self) -> u64 {
        self.until
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let world = context::world();
        loop {
            let engine = world.engine_now();
            if engine >= self.until {
                return Poll::Ready(());
            }
            let Some(timers) = world.timers() else {
                let wait = world.machine_time(self.until - engine);
                if !matches!(self.waiting, Waiting::Ticks(_)) {
                    self.waiting = Waiting::Ticks(Box::pin(tokio::time::sleep(wait)));
                }
                if let Waiting::Ticks(sleep) = &mut self.waiting {
                    ready!(sleep.as_mut().poll(cx));
                }
                self.waiting = Waiting::NotYet;
                continue;
            };
            if !matches!(self.waiting, Waiting::Events(_)) {
                let slot = Slot::default();
                if self.until < u64::MAX {
                    timers.wake_at(self.until, &slot);
                }
                self.waiting = Waiting::Events(slot);
            }
            if let Waiting::Events(slot) = &self.waiting {
                slot.set(Some(cx.waker().clone()));
            }
            return Poll::Pending;
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Waiting::Events(slot) = &self.waiting {
            slot.set(None);
        }
    }
}
