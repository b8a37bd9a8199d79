//! JPKI answers for a renewed certificate before the time that the design states.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::jpki::behaviour::JpkiBehaviour;
use std::rc::Rc;
use std::time::Duration;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "jpki-knows-renewal-at-once",
    what: "JPKI answers for a renewed certificate before the time that the design states",
    claims: &["SEC-013/known-too-early"],
    scenario: "renewed-and-not-known-for-a-day",
    design: "renewal-known-later",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl JpkiBehaviour for Broken {
    fn renewed_known_after(&self, _: Duration) -> Duration {
        Duration::ZERO
    }
}
