//! Faults of links, registered in advance.

use crate::file::{FaultKind, FaultPart, LinkEnd, Way};
use sim::clock::nanos;
use sim::net::{LinkFault, LinkFaultKind, Links};
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
        FaultKind::LineCut { facility } => (side_of(*facility), Zone::Line.name().to_string(), Way::Both, LinkFaultKind::Cut),
        FaultKind::LinkCut { between: [a, b], way } => (zone(*a), zone(*b), *way, LinkFaultKind::Cut),
        FaultKind::LinkSlow { between: [a, b], by } => (zone(*a), zone(*b), Way::Both, LinkFaultKind::Slow(by.distribution())),
        FaultKind::LinkLoss { between: [a, b], share } => (zone(*a), zone(*b), Way::Both, LinkFaultKind::Loss(share.0)),
        FaultKind::LinkNarrow { between: [a, b], to } => (zone(*a), zone(*b), Way::Both, LinkFaultKind::Narrow(to.0)),
        _ => return,
    };
    let [there, back] = LinkFault::both_ways(&a, &b, start, end, kind);
    if way != Way::Back {
        links.add_fault(there);
    }
    if way != Way::There {
        links.add_fault(back);
    }
}

fn zone(side: LinkEnd) -> String {
    side.zone().name().to_string()
}
