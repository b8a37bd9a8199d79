//! Records of a facility that are damaged or differ from how the check ended.

use super::plant::Plant;
use terms::journal::{Entry, Event};
use terms::outcome::OutcomeCode;
use terms::roles::Zone;
use terms::stores::RECEPTION;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "record-without-check",
        what: "a record of a facility names no check",
        claims: &["AUDIT-001/names-no-check"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            draft.change_record(Zone::Facility, RECEPTION.name, |record| record.as_object_mut()?.remove("check").map(|_| ()))
        },
    },
    Plant {
        name: "record-without-outcome",
        what: "a record of a facility has no outcome",
        claims: &["AUDIT-001/unreadable"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            draft.change_record(Zone::Facility, RECEPTION.name, |record| record.as_object_mut()?.remove("outcome").map(|_| ()))
        },
    },
    Plant {
        name: "record-with-another-outcome",
        what: "a facility records an outcome with which the check did not end",
        claims: &["AUDIT-001/other-outcome", "ELIG-003/record-differs"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let record = draft.find_record(Zone::Facility, RECEPTION.name)?;
            draft.set_outcome(record, OutcomeCode::NotInsured)
        },
    },
    Plant {
        name: "check-ended-twice",
        what: "a check ends twice",
        claims: &["AUDIT-001/ended-again"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let ended = draft.find(|entry| matches!(entry.event, Event::Outcome { .. }))?;
            draft.repeat(ended)
        },
    },
    Plant {
        name: "record-at-another-facility",
        what: "a check is recorded at another facility than that where it ended",
        claims: &["AUDIT-001/no-record"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let record = draft.find_record(Zone::Facility, RECEPTION.name)?;
            let hosts: Vec<_> = draft.ground.facilities.iter().map(|f| f.host.clone()).collect();
            let host = &mut draft.entries[record].host;
            *host = hosts.into_iter().find(|other| other != host)?;
            Some(())
        },
    },
    Plant {
        name: "recorded-before-the-answer",
        what: "a check is recorded before its answer arrives",
        claims: &["FLOW-004/not-recorded"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let record = draft.find_record(Zone::Facility, RECEPTION.name)?;
            let entry = draft.entries.remove(record);
            let of_check = |e: &Entry| e.host == entry.host && e.zone == Zone::Facility;
            let first = draft.find(of_check)?;
            draft.entries.insert(first, entry);
            Some(())
        },
    },
];
