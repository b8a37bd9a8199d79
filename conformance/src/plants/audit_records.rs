//! Records of the broker that are damaged, and disks that lost one.

use super::plant::Plant;
use terms::journal::Event;
use terms::roles::Zone;
use terms::stores::{AUDIT, RECEPTION};

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "broker-record-without-outcome",
        what: "a record of the broker has no outcome",
        claims: &["AUDIT-002/unreadable"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            draft.change_record(Zone::Broker, AUDIT.name, |record| record.as_object_mut()?.remove("outcome").map(|_| ()))
        },
    },
    Plant {
        name: "facility-disk-lost-records",
        what: "at the end no facility's disk has the records that it had made",
        claims: &["AUDIT-004/facility-lost"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let kept = |event: &Event| matches!(event, Event::State { store, .. } if store == RECEPTION.name);
            draft.remove(|entry| entry.zone == Zone::Facility && kept(&entry.event))
        },
    },
];
