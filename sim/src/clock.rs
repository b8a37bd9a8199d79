//! Virtual time.
//!
//! The engine wakes tasks in whole ticks of a millisecond; latencies, service times and time stamps are exact nanoseconds.
//! Each task therefore carries an *exact time* of its own, which lies at most a little behind the engine's: a message that
//! arrives at 3.42 ms wakes its reader at 4 ms, and the reader acts and stamps as of 3.42 ms. What it sends departs from
//! there, so that no rounding adds up along a chain of messages. On the event engine both clocks are the same.

use crate::context::{Task, current, expect_current};
pub use crate::timers::Alarm;
use std::future::Future;
use std::time::Duration;

pub const NANOS_PER_MILLI: u64 = 1_000_000;

/// The exact time of the running task, in nanoseconds since the start of the run.
pub fn now() -> u64 {
    now_of(&expect_current())
}

pub(crate) fn now_of(task: &Task) -> u64 {
    let engine = task.world.engine_now();
    task.exact.get().max(engine.saturating_sub(task.world.slack()))
}

/// Moves the running task's exact time forward to `ns`, if it is not there yet.
pub fn advance_to(ns: u64) {
    if let Some(task) = current() {
        task.exact.set(task.exact.get().max(ns));
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

/// A limit in time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time limit ran out")]
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

/// What the clock on the running party's wall shows. It may be wrong, as a scenario wishes.
pub fn wall() -> jiff::Timestamp {
    let task = expect_current();
    wall_of(&task)
}

pub(crate) fn wall_of(task: &Task) -> jiff::Timestamp {
    let reading = task.party.clock_reading(now_of(task));
    task.world.epoch.saturating_add(jiff::SignedDuration::from_nanos(reading)).unwrap_or(task.world.epoch)
}

/// Japan Standard Time, nine hours ahead of UTC all year.
pub fn japan() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(9))
}

/// The day in Japan on the running party's calendar.
pub fn today() -> jiff::civil::Date {
    wall().to_zoned(japan()).date()
}

pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
