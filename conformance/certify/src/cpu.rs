//! The processor time of one thread, as Linux states it. Elsewhere nothing is known of it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A thread that may not run yet.
#[derive(Clone, Default)]
pub struct ThreadCpu(Arc<OnceLock<Option<Clock>>>);

impl ThreadCpu {
    /// The thread is the one that calls this first.
    pub fn is_this(&self) {
        self.0.get_or_init(Clock::of_this_thread);
    }

    /// What it has used so far, or nothing after its end.
    pub fn used(&self) -> Option<Duration> {
        (*self.0.get()?)?.read()
    }
}

/// The clock that counts only while one thread runs. It is read from the clock and not from `/proc`, since some kernels bring the
/// figures there up to date only when the thread is interrupted.
#[derive(Clone, Copy)]
#[cfg(target_os = "linux")]
struct Clock(nix::time::ClockId);

#[cfg(target_os = "linux")]
impl Clock {
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere there is none")]
    fn of_this_thread() -> Option<Self> {
        // `pthread_getcpuclockid(3)` gives this value: the inverted number of the thread, and `CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED`
        // of the kernel's `posix-timers.h`.
        Some(Self(nix::time::ClockId::from_raw((!nix::unistd::gettid().as_raw() << 3) | 0b110)))
    }

    fn read(self) -> Option<Duration> {
        nix::time::clock_gettime(self.0).ok().map(Duration::from)
    }
}

#[derive(Clone, Copy)]
#[cfg(not(target_os = "linux"))]
struct Clock;

#[cfg(not(target_os = "linux"))]
impl Clock {
    fn of_this_thread() -> Option<Self> {
        None
    }

    fn read(self) -> Option<Duration> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_thread_grows_with_its_work_and_is_read_from_another() {
        let cpu = ThreadCpu::default();
        assert_eq!(cpu.used(), None);
        let other = cpu.clone();
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let (start, started) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            other.is_this();
            let before = other.used();
            let sum = (0..20_000_000u64).fold(0u64, |sum, n| sum.wrapping_mul(31).wrapping_add(n));
            start.send((before, sum, other.used())).ok();
            wait.recv().ok();
        });
        let (before, sum, after) = started.recv().unwrap_or_default();
        assert!(sum > 0 && before < after, "{before:?} {after:?}");
        assert!(after <= cpu.used(), "{after:?} {:?}", cpu.used());
        drop(done);
        assert!(thread.join().is_ok());
        // The kernel forgets a thread a moment after others may know of its end.
        let ended = (0..1_000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            cpu.used().is_none()
        });
        assert!(ended, "it has ended");
    }
}
