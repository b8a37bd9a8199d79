//! Faults that begin and end in a running world when somebody asks for it, rather than at times of the scenario.

use crate::file::FaultKind;
use std::sync::mpsc;
use std::time::Duration;

/// How long a world may take to apply a fault. It looks every 50 ms.
const APPLIED_WITHIN: Duration = Duration::from_secs(10);

/// A fault that must begin or end now.
pub(super) struct Asked {
    pub does: FaultKind,
    pub begins: bool,
    /// Is sent to when it is done.
    pub done: mpsc::SyncSender<()>,
}

/// What a running world reads.
pub struct FaultQueue(mpsc::Receiver<Asked>);

/// Lets faults begin and end in a running world.
#[derive(Clone)]
pub struct Faults(mpsc::Sender<Asked>);

/// The two ends.
pub fn faults() -> (Faults, FaultQueue) {
    let (send, receive) = mpsc::channel();
    (Faults(send), FaultQueue(receive))
}

impl FaultQueue {
    /// The next one that waits, if there is one.
    pub(super) fn next(&self) -> Option<Asked> {
        self.0.try_recv().ok()
    }
}

impl Faults {
    /// Begins a fault, which ends when the returned value is dropped. `None` if the world has ended, or does nothing any more.
    #[must_use = "the fault ends when this is dropped"]
    pub fn begin(&self, does: FaultKind) -> Option<Underway> {
        self.ask(&does, true).then(|| Underway { faults: self.clone(), does })
    }

    fn ask(&self, does: &FaultKind, begins: bool) -> bool {
        let (done, wait) = mpsc::sync_channel(1);
        let sent = self.0.send(Asked { does: does.clone(), begins, done });
        sent.is_ok() && wait.recv_timeout(APPLIED_WITHIN).is_ok()
    }
}

/// A fault that is in force.
pub struct Underway {
    faults: Faults,
    does: FaultKind,
}

impl Drop for Underway {
    fn drop(&mut self) {
        // A world that has ended has no faults.
        self.faults.ask(&self.does, false);
    }
}
