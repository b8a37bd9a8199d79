//! The printer of a facility prints what was left in its queue on the day before.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use jiff::civil::Date;
use sim::terms::roles::FacilityKind;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-prints-day-before",
    what: "the printer of a facility prints what was left in its queue on the day before",
    claims: &["FLOW-010/of-another"],
    scenario: "printer-of-the-day-before",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// The day and the text of the newest record.
    queued: RefCell<Option<(Date, String)>>,
}

impl FacilityBehaviour for Broken {
    fn print(&self, record: &ReceptionRecord, kind: FacilityKind) -> Option<String> {
        let queued = self.queued.replace(Some((record.day, record.screen(kind))));
        queued.filter(|(day, _)| *day < record.day).map(|(_, text)| text)
    }
}
