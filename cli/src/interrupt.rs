//! Ctrl-C: the first one asks to stop, the second one stops.

use crate::exit::Exit;
use crate::output;
use anyhow::Context;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on, SIGINT, SIGTERM and SIGHUP (on Windows Ctrl-C) only ask to stop; a second one ends the process at once.
pub fn listen() -> anyhow::Result<()> {
    let heard = || {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(Exit::Unfinished.code());
        }
        output::remark("stopping: the runs under way are finished, and what is done is kept; once more ends at once");
    };
    ctrlc::set_handler(heard).context("Ctrl-C cannot be listened to")
}

/// Whether it was asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
