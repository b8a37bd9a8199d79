//! The plan of a facility: its visits and its overloads; and where it reports how visits ended.

use super::visit::Visit;
use sim::clock;
use sim::context;
use sim::journal::Event;
use sim::terms::outcome::OutcomeCode;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A visit with its time and its index in the scenario.
#[derive(Clone)]
pub struct PlannedVisit {
    /// After the start of the run.
    pub at: Duration,
    /// Index among all visits of the scenario.
    pub index: usize,
    /// The person, by the testbed's index.
    pub person: u64,
    pub visit: Visit,
}

impl PlannedVisit {
    /// Waits for the time of the visit and records in the journal, as the testbed, which person the check is for.
    pub(super) async fn wait_and_announce(&self) {
        clock::sleep_until(clock::nanos(self.at)).await;
        let event = Event::Visit { visit: self.index, check: self.visit.check.clone(), person: self.person };
        context::world().note(clock::now(), event);
    }
}

/// What visits wait for, where that is not a time: that a system under test has done something.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<AtomicBool>);

impl Gate {
    /// How often it is looked at.
    const LOOK: Duration = Duration::from_millis(50);

    pub fn open(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn is_open(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits until it is open.
    pub(super) async fn pass(&self) {
        while !self.is_open() {
            clock::sleep(Gate::LOOK).await;
        }
    }
}

/// A period in which a facility's system is out of control, in nanoseconds after the start of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overload {
    pub at_ns: u64,
    pub until_ns: u64,
    pub kind: OverloadKind,
}

/// What the system does then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OverloadKind {
    /// It sends useless requests.
    Flood { per_second: f64 },
    /// It holds connections open with requests that never end.
    SlowLoris { connections: u64 },
}

/// Something for which a run waits.
pub struct Unfinished(Outcomes);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.0.borrow_mut().missing -= 1;
    }
}

/// How each visit ended. Clones share the same data.
#[derive(Clone, Default)]
pub struct Outcomes(Rc<RefCell<Ended>>);

#[derive(Default)]
struct Ended {
    found: Vec<Option<OutcomeCode>>,
    missing: usize,
}

impl Outcomes {
    /// For so many visits, none of which has ended.
    pub fn of(visits: usize) -> Self {
        Outcomes(Rc::new(RefCell::new(Ended { found: vec![None; visits], missing: visits })))
    }

    pub(super) fn put(&self, visit: usize, outcome: OutcomeCode) {
        let mut ended = self.0.borrow_mut();
        if let Some(slot) = ended.found.get_mut(visit)
            && slot.replace(outcome).is_none()
        {
            ended.missing -= 1;
        }
    }

    /// Begins something for which the run waits as for a visit, until what is returned is dropped: also if the host of the task that holds it goes
    /// down.
    pub fn begin(&self) -> Unfinished {
        self.0.borrow_mut().missing += 1;
        Unfinished(self.clone())
    }

    /// Whether every visit has ended.
    pub fn complete(&self) -> bool {
        self.0.borrow().missing == 0
    }

    /// Removes and returns the outcomes, by visit.
    pub fn take(&self) -> Vec<Option<OutcomeCode>> {
        std::mem::take(&mut self.0.borrow_mut().found)
    }
}
