//! Faults of links, registered in advance.

use crate::file::{FaultKind, FaultPart, LinkEnd, Way};
use sim::clock::nanos;
use sim::net::{Links, Trouble, TroubleKind};
use sim::terms::parties;
use sim::terms::roles::Zone;

/// The facilities' side of a cut: one, or all of them by the name of their zone.
pub(super) fn side_of(facility: Option<u64>) -> String {
    facility.map_or(Zone::Facility.name().to_string(), parties::facility)
}

/// Registers the faults of links in advance: a link must know them while bytes are in transit.
pub(super) fn announce(fault: &FaultPart, links: &Links) {
    let (start, end) = (nanos(fault.at.0), nanos(fault.end().0));
    let (a, b, way, kind) = match &fault.does {
        FaultKind::LineCut { facility } => (side_of(*facility), Zone::Line.name().to_string(), Way::Both, TroubleKind::Cut),
        FaultKind::LinkCut { between: [a, b], way } => (zone(*a), zone(*b), *way, TroubleKind::Cut),
        FaultKind::LinkSlow { between: [a, b], by } => (zone(*a), zone(*b), Way::Both, TroubleKind::Slow(by.distribution())),
        FaultKind::LinkLoss { between: [a, b], share } => (zone(*a), zone(*b), Way::Both, TroubleKind::Loss(share.0)),
        FaultKind::LinkNarrow { between: [a, b], to } => (zone(*a), zone(*b), Way::Both, TroubleKind::Narrow(to.0)),
        _ => return,
    };
    let [there, back] = Trouble::both_ways(&a, &b, start, end, kind);
    if way != Way::Back {
        links.trouble(there);
    }
    if way != Way::There {
        links.trouble(back);
    }
}

fn zone(side: LinkEnd) -> String {
    side.zone().name().to_string()
}
