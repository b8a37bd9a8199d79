//! Signals: the first one asks the command to stop, and it has ended two seconds later; a second one ends it at once.

use crate::exit::Exit;
use crate::{file, output};
use anyhow::Context;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static OVERDUE: AtomicBool = AtomicBool::new(false);
/// Whether the command ends by itself when a stop is requested, so that what is done is kept.
static WINDS_DOWN: AtomicBool = AtomicBool::new(false);
/// Held while results take their places.
static KEEPING: Mutex<()> = Mutex::new(());

/// How long what is under way may go on.
const GRACE: Duration = Duration::from_millis(1000);
/// When a command is ended that has not ended by itself.
const LIMIT: Duration = Duration::from_millis(1800);

/// From now on, SIGINT, SIGTERM and SIGHUP (on Windows Ctrl-C) end the command with [`Exit::Unfinished`], and leave no temporary
/// file. Without [`listen`] they do so at once.
///
/// # Errors
/// If no handler can be installed.
pub fn install() -> anyhow::Result<()> {
    let handler = || {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            end();
        }
        if !WINDS_DOWN.load(Ordering::SeqCst) {
            std::thread::spawn(end_whole);
            return;
        }
        output::note("stopping: results are kept; press Ctrl-C again to exit at once");
        std::thread::spawn(|| {
            std::thread::sleep(GRACE);
            OVERDUE.store(true, Ordering::SeqCst);
            std::thread::sleep(LIMIT.saturating_sub(GRACE));
            end_whole();
        });
    };
    ctrlc::set_handler(handler).context("the handler of Ctrl-C cannot be installed: it needs a thread of its own (ulimit -u)")
}

/// From now on, writing a file beyond the size that the shell allows (`ulimit -f`) is an error like that of a full disk, and not the end of
/// the process. To be called before there is another thread: those that come later have it from this one.
///
/// # Errors
/// If the signal cannot be blocked.
pub fn survive_limits() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use nix::sys::signal::{SigSet, Signal};
        SigSet::from(Signal::SIGXFSZ).thread_block().context("the signal for files that are too large cannot be blocked")?;
    }
    Ok(())
}

/// From now on a signal only requests a stop: the command asks [`requested`] and [`is_overdue`], keeps what is done and ends.
pub fn listen() {
    WINDS_DOWN.store(true, Ordering::SeqCst);
}

/// Whether a stop was requested.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Whether a stop was requested so long ago that what is under way is given up.
pub fn is_overdue() -> bool {
    OVERDUE.load(Ordering::SeqCst)
}

/// Calls `keep`, during which no signal but a second one ends the command.
pub fn keeping<T>(keep: impl FnOnce() -> T) -> T {
    let _whole = KEEPING.lock();
    keep()
}

/// Does work that cannot be asked to stop. If it is still under way when a stop is overdue, `give_up` keeps what is done, and the
/// command ends.
pub fn watched<T: Send>(work: impl FnOnce() -> T + Send, give_up: impl FnOnce()) -> T {
    watched_with(work, || (), give_up)
}

/// The same, with a look at the work every few milliseconds, which may ask it to stop.
pub fn watched_with<T: Send>(work: impl FnOnce() -> T + Send, mut look: impl FnMut(), give_up: impl FnOnce()) -> T {
    std::thread::scope(|scope| {
        let working = scope.spawn(work);
        while !working.is_finished() {
            look();
            if is_overdue() {
                give_up();
                end();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        match working.join() {
            Ok(done) => done,
            // As if it had been done on this thread.
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Ends the command as soon as results that are taking their places have done so.
fn end_whole() {
    let _whole = KEEPING.lock();
    end();
}

/// Ends the command at once.
pub fn end() -> ! {
    file::remove_all();
    std::process::exit(Exit::Unfinished.code().into());
}
