//! Records of the broker that are damaged, and disks that lost one.

use super::draft::Draft;
use super::plant::Plant;
use terms::journal::{Event, Occasion};
use terms::operations::SubmitEligibilityRequest;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;
use terms::stores::{AUDIT, RECEPTION};

/// A second record of a check that would be one that was reprocessed, but for one thing.
macro_rules! second_record {
    ($name:literal, $what:literal, $first:ident, $second:ident, $asked:expr) => {
        Plant {
            name: $name,
            what: concat!("the broker has two records of a check: ", $what),
            claims: &["AUDIT-002/recorded-again"],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| add_record(draft, OutcomeCode::$first, OutcomeCode::$second, $asked),
        }
    };
}

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
    second_record!("record-again-after-an-answer", "it was asked again, and the first is an answer", InForce, NotInsured, true),
    second_record!(
        "record-again-with-the-same-outcome",
        "it was asked again, and both are alike",
        JpkiNoAnswer,
        JpkiNoAnswer,
        true
    ),
    second_record!("record-again-without-a-request", "it was not asked again between them", JpkiNoAnswer, InForce, false),
    Plant {
        name: "broker-lost-records-at-a-crash",
        what: "after a crash the broker's disk has no record, and at the end it has all",
        claims: &["AUDIT-004/broker-lost"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let answer = draft.find_answer()?;
            draft.add_after(answer, Event::Snapshot { when: Occasion::Crash })
        },
    },
    Plant {
        name: "broker-lost-records-at-the-end",
        what: "the broker never crashed, and at the end its disk has no record",
        claims: &["AUDIT-004/broker-lost"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let kept = |event: &Event| matches!(event, Event::State { store, .. } if store == AUDIT.name);
            draft.remove(|entry| entry.zone == Zone::Broker && kept(&entry.event))
        },
    },
];

/// Adds a second record behind the first, with a request of the same check between them if it was `asked` again.
fn add_record(draft: &mut Draft, first: OutcomeCode, second: OutcomeCode, asked: bool) -> Option<()> {
    let record = draft.find_record(Zone::Broker, AUDIT.name)?;
    draft.repeat(record)?;
    draft.set_outcome(record, first)?;
    draft.set_outcome(record + 1, second)?;
    if asked {
        let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
        let mut event = draft.entries.get(request)?.event.clone();
        // Another exchange than the first.
        if let Event::Message { exchange, .. } = &mut event {
            *exchange = u64::from(u32::MAX);
        }
        draft.add_after(record, event)?;
    }
    Some(())
}
