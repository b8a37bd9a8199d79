//! The commands that both engines accept, and how a simulation ends.

use crate::disk::Unsynced;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// What to do with a host, from inside the simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostCommand {
    /// Ends all of its tasks at once; its unsynced records are lost or kept.
    Crash(String, Unsynced),
    /// Starts it again.
    Restart(String),
}

/// A queue of commands for hosts; they are executed when no host is running.
#[derive(Clone, Default)]
pub struct Commands {
    queue: Rc<RefCell<VecDeque<HostCommand>>>,
}

impl Commands {
    /// Queues a command, to be executed as soon as no host is running.
    pub fn send(&self, command: HostCommand) {
        self.queue.borrow_mut().push_back(command);
    }

    pub(crate) fn take(&self) -> Option<HostCommand> {
        self.queue.borrow_mut().pop_front()
    }
}

/// Why a simulation ended before it was done.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    #[error("the run is not done after {limit:?} of virtual time")]
    TimeLimit { limit: Duration },
    #[error("the run has stalled: no event is pending, and it is not done")]
    Stalled,
    #[error("a simulated host failed: {0}")]
    Host(String),
}

impl SimulationError {
    /// Whether what has happened so far is still worth judging.
    pub fn leaves_a_journal(&self) -> bool {
        !matches!(self, SimulationError::Host(_))
    }
}

/// The testbed's answer to whether a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// It is over.
    Done,
    /// It is not over, and the testbed itself has something to do at this instant, in nanoseconds.
    At(u64),
    /// It is not over.
    Open,
}
