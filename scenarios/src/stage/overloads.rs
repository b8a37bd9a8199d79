//! Overloads of the broker by a malfunctioning facility.

use crate::file::{FaultKind, FaultPart};
use mocks::roles::facility::visits::{Overload, OverloadKind};
use sim::clock::nanos;

/// The overloads that a facility causes.
pub(super) fn overloads(faults: &[FaultPart], facility: u64) -> Vec<Overload> {
    let overload = |fault: &FaultPart| {
        let kind = match fault.does {
            FaultKind::Flood { facility: of, rate } if of == facility => OverloadKind::Flood { per_second: rate.0 },
            FaultKind::SlowLoris { facility: of, connections } if of == facility => OverloadKind::SlowLoris { connections },
            _ => return None,
        };
        Some(Overload { at_ns: nanos(fault.at.0), until_ns: nanos(fault.end().0), kind })
    };
    faults.iter().filter_map(overload).collect()
}
