//! What a malfunctioning facility does, and what fails at its counter.

use crate::file::{FaultKind, FaultPart};
use mocks::roles::facility::visits::{Overload, OverloadKind};
use mocks::roles::reader::counter_faults::{CounterFault, CounterFaultKind, CounterFaults};
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

/// What fails at the counter of a facility.
pub(super) fn counter_faults(faults: &[FaultPart], facility: u64) -> CounterFaults {
    let of = |fault: &FaultPart| {
        let (at, kind) = match fault.does {
            FaultKind::PowerCut { facility } => (facility, CounterFaultKind::PowerCut),
            FaultKind::DatabaseRestored { facility } => (facility, CounterFaultKind::DatabaseRestored),
            FaultKind::ReaderHangs { facility } => (facility, CounterFaultKind::ReaderHangs),
            FaultKind::DiskFull { facility } => (facility, CounterFaultKind::DiskFull),
            _ => return None,
        };
        (at == facility).then(|| CounterFault { at_ns: nanos(fault.at.0), until_ns: nanos(fault.end().0), kind })
    };
    CounterFaults::new(faults.iter().filter_map(of).collect())
}
