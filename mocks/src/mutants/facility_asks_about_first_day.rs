//! The facility always asks about the day on which its system was started.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sim::terms::calendar::jst_day;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-asks-about-first-day",
    what: "the facility always asks about the day on which its system was started",
    claims: &["ELIG-001/differs", "ELIG-001/ended", "ELIG-001/insured", "ELIG-006/other-day"],
    scenario: "emergency-room-across-midnight",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn day_asked(&self, clock: Timestamp, run_ns: u64) -> Date {
        let since = SignedDuration::from_nanos(i64::try_from(run_ns).unwrap_or(i64::MAX));
        jst_day(clock.saturating_sub(since).unwrap_or(clock))
    }
}
