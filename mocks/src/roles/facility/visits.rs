//! What is planned for a facility: who comes when, and how its system gets out of control; and where it reports how visits ended.

use super::visit::Visit;
use sim::clock;
use sim::context;
use sim::journal::Event;
use sim::terms::outcome::OutcomeCode;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// A visit with its time and its place in the scenario.
#[derive(Clone)]
pub struct PlannedVisit {
    /// After the start of the run.
    pub at: Duration,
    /// Index among all visits of the scenario.
    pub index: usize,
    /// Who comes, as the testbed counts.
    pub person: u64,
    pub visit: Visit,
}

impl PlannedVisit {
    /// Waits for the time of the visit and writes to the journal, as the testbed, which check is whose.
    pub(super) async fn wait_and_announce(&self) {
        clock::sleep_until(clock::nanos(self.at)).await;
        let event = Event::Visit { visit: self.index, check: self.visit.check.clone(), person: self.person };
        context::world().note(clock::now(), event);
    }
}

/// A time in which a facility's system is out of control, in nanoseconds after the start of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overload {
    pub at_ns: u64,
    pub until_ns: u64,
    pub kind: OverloadKind,
}

/// What it does then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OverloadKind {
    /// It sends requests that are good for nothing.
    Flood { per_second: f64 },
    /// It holds connections open with requests that never end.
    SlowLoris { connections: u64 },
}

/// By visit, how it ended. Clones are handles to the same.
#[derive(Clone, Default)]
pub struct Outcomes(Rc<RefCell<Ended>>);

#[derive(Default)]
struct Ended {
    found: Vec<Option<OutcomeCode>>,
    missing: usize,
}

impl Outcomes {
    /// Of so many visits, none of which has ended.
    pub fn of(visits: usize) -> Self {
        Outcomes(Rc::new(RefCell::new(Ended { found: vec![None; visits], missing: visits })))
    }

    pub(super) fn put(&self, visit: usize, outcome: OutcomeCode) {
        let mut ended = self.0.borrow_mut();
        if let Some(place) = ended.found.get_mut(visit)
            && place.replace(outcome).is_none()
        {
            ended.missing -= 1;
        }
    }

    /// Whether every visit has ended.
    pub fn complete(&self) -> bool {
        self.0.borrow().missing == 0
    }

    /// Takes the outcomes out, by visit.
    pub fn take(&self) -> Vec<Option<OutcomeCode>> {
        std::mem::take(&mut self.0.borrow_mut().found)
    }
}
