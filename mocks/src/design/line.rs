//! The axis `line`: what connects the facilities with the broker.

mod axis;

pub use axis::LineChoice;

use crate::roles::description::LinkDescription;
use sim::net::{LinkFault, LinkFaultKind};
use sim::sample::Distribution;
use sim::terms::design::{self, Design};
use sim::terms::roles::Zone;

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Line) -> &'static dyn LineChoice {
            match choice { $(design::Line::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    dedicated::Dedicated for Dedicated;
    internet_vpn::InternetVpn for InternetVpn;
}

/// The link between a facility and the line in a design, if it differs from the role's description.
pub fn access(design: &Design) -> Option<LinkDescription> {
    behaviour_of(design.line).access()
}

/// How long a facility takes to establish its tunnel, in designs that have one.
pub fn tunnel(design: &Design) -> Option<Distribution> {
    behaviour_of(design.line).tunnel()
}

/// What the line loses for as long as a run lasts.
pub fn losses(design: &Design) -> Vec<LinkFault> {
    let share = design.parameters.loss.map_or(0.0, design::Share::probability);
    match share > 0.0 {
        true => {
            let (facility, line) = (Zone::Facility.name(), Zone::Line.name());
            LinkFault::both_ways(facility, line, 0, u64::MAX, LinkFaultKind::Loss(share)).to_vec()
        }
        false => Vec::new(),
    }
}
