//! Leaks on the line: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of};
use crate::behaviour::Dishonest;
use crate::roles::line::behaviour::LineBehaviour;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("line-shows-my-number", MyNumber, &LINE_LOG, Plain, "the line logs My Number", &["NVN-004/found"]),
    MutantDescription::leak("line-shows-institution-code", InstitutionCode, &LINE_LOG, Plain, "the line logs the institution code", &["NVN-019/found"]),
    MutantDescription::leak("line-shows-research-code", ResearchCode, &LINE_LOG, Plain, "the line logs the research code", &["NVN-056/found"]),
];

/// The line's log.
const LINE_LOG: LeakPlace = LeakPlace {
    name: "line-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn LineBehaviour>(Rc::new(InLineLog(leaking))),
};

struct InLineLog(Leaking);

impl LineBehaviour for InLineLog {
    fn on_connection(&self) {
        self.0.log(Of::Anybody);
    }
}
