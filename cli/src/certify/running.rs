//! A certification that can be interrupted: the first signal ends it with what was found so far, a second one ends the process.

use crate::interrupt;
use ::certify::command;
use ::certify::session::{Certified, Kept, Subject, Watcher, certify as play};
use std::sync::Arc;
use std::time::Duration;

/// How long what is under way may take to end in good order.
const GRACE: Duration = Duration::from_millis(1000);
/// How often signals are looked for.
const LOOK: Duration = Duration::from_millis(20);

/// Certifies, and returns whether it was interrupted. What is under way then ends with the process: it may wait for a system that
/// says nothing.
pub fn certify(subject: &Arc<Subject<'static>>, watcher: &Arc<dyn Watcher>) -> anyhow::Result<(Certified, bool)> {
    let kept = Kept::default();
    let (of, watching, keeping) = (subject.clone(), watcher.clone(), kept.clone());
    let playing = std::thread::Builder::new().name("certify".into()).spawn(move || play(&of, &watching, &keeping))?;
    while !playing.is_finished() {
        if interrupt::requested() {
            kept.stop();
            command::end_all();
            let mut left = GRACE;
            while !playing.is_finished() && !left.is_zero() {
                std::thread::sleep(LOOK);
                left = left.saturating_sub(LOOK);
            }
            return Ok((kept.so_far(), true));
        }
        std::thread::sleep(LOOK);
    }
    match playing.join() {
        Ok(certified) => Ok((certified.map_err(|e| anyhow::anyhow!(e))?, false)),
        Err(_) => Err(anyhow::anyhow!("the certification ended early: this is a fault of the tool")),
    }
}
