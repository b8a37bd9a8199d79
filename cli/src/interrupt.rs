//! Ctrl-C: the first one requests a stop, the second one exits.

use crate::exit::Exit;
use crate::output;
use anyhow::Context;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on, SIGINT, SIGTERM and SIGHUP (on Windows Ctrl-C) only request a stop; a second one ends the process at once.
pub fn listen() -> anyhow::Result<()> {
    let handler = || {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(Exit::Unfinished.code().into());
        }
        output::note("stopping: runs under way are finished and results are kept; press Ctrl-C again to exit at once");
    };
    ctrlc::set_handler(handler).context("the handler of Ctrl-C cannot be installed")
}

/// Whether a stop was requested.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
