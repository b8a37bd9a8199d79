//! Records of a facility that are damaged or differ from how the check ended.

use super::plant::Plant;
use serde_json::json;
use terms::journal::Event;
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
            draft.change_record(Zone::Facility, RECEPTION.name, |record| {
                record.as_object_mut()?.insert("outcome".into(), json!(OutcomeCode::NotInsured));
                Some(())
            })
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
];
