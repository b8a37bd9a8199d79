//! What no party of a simulation can be broken to do at the cancer registry.

use super::draft::{Draft, asks};
use super::plant::Plant;
use crate::wire::Head;
use terms::journal::{Content, Direction, Entry, Event, Occasion};
use terms::operations::{ReportCancerCase, ResolvePerson};
use terms::roles::Zone;
use terms::stores;

const SCENARIO: &str = "cancer-registry-morning";
const DESIGN: &str = "certificate";

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "cancer-registry-record-unreadable",
        what: "a record about a pair is cut off",
        claims: &["REG-002/unreadable"],
        scenario: SCENARIO,
        design: DESIGN,
        plant: |draft| {
            let index = draft.find_record(Zone::Registry, stores::LINKAGE.name)?;
            match &mut draft.entries.get_mut(index)?.event {
                Event::Record { content, .. } => *content = Content::Text("{\"pair\":[\"".to_string()),
                _ => return None,
            }
            Some(())
        },
    },
    Plant {
        name: "cancer-registry-joined-by-nobody",
        what: "no record says why the reports of a patient are joined",
        claims: &["REG-002/unexplained"],
        scenario: SCENARIO,
        design: DESIGN,
        plant: |draft| {
            draft.remove(|entry| match &entry.event {
                Event::Record { store, content: Content::Text(text) } => {
                    entry.zone == Zone::Registry && store == stores::LINKAGE.name && text.contains("\"class\":\"same\"")
                }
                _ => false,
            })
        },
    },
    Plant {
        name: "cancer-registry-person-joins-what-is-clear",
        what: "a person joins a pair that was not in question",
        claims: &["REG-002/not-in-question"],
        scenario: SCENARIO,
        design: DESIGN,
        plant: |draft| {
            let is_different = |record: &serde_json::Value| record["class"] == "same" && record["by"] != "person";
            let index = draft.find_json_record(Zone::Registry, stores::LINKAGE.name, is_different)?;
            draft.change_json(index, |record| {
                record["by"] = "person".into();
                Some(())
            })
        },
    },
    Plant {
        name: "cancer-registry-loses-a-patient",
        what: "a patient is not in the registry at the end",
        claims: &["REG-004/missing"],
        scenario: SCENARIO,
        design: DESIGN,
        plant: |draft| {
            let is_patient = |entry: &Entry| match &entry.event {
                Event::State { store, when: Occasion::End, .. } => entry.zone == Zone::Registry && store == "cancer-patients",
                _ => false,
            };
            let first = draft.find(is_patient)?;
            draft.entries.remove(first);
            Some(())
        },
    },
    Plant {
        name: "cancer-report-answered-before-it-is-stored",
        what: "the record of a report was made durable only at the end",
        claims: &["REG-003/not-stored"],
        scenario: SCENARIO,
        design: DESIGN,
        plant: |draft| {
            draft.find_request::<ReportCancerCase>(Zone::Registry)?;
            let index = draft.find_record(Zone::Registry, stores::CANCER_REPORTS.name)?;
            let record = draft.entries.remove(index);
            draft.entries.push(record);
            Some(())
        },
    },
    Plant {
        name: "code-by-person-for-the-broker",
        what: "the number authority gives the broker a code for the four data of a person",
        claims: &["SEC-007/by-person"],
        scenario: SCENARIO,
        design: DESIGN,
        plant: asked_by_the_broker,
    },
];

/// An answer of the number authority with a code goes to the broker.
fn asked_by_the_broker(draft: &mut Draft) -> Option<()> {
    let is_question = |entry: &Entry| match &entry.event {
        Event::Message { direction: Direction::Received, head, body, .. } => {
            entry.zone == Zone::NumberAuthority && asks::<ResolvePerson>(Head::new(head), body)
        }
        _ => false,
    };
    let is_code = |answer: &usize| match draft.entries.get(*answer).map(|entry| &entry.event) {
        Some(Event::Message { head, .. }) => Head::new(head).status() == Some(200),
        _ => false,
    };
    let asked = draft.entries.iter().enumerate().filter(|(_, entry)| is_question(entry)).map(|(index, _)| index);
    let answered = asked.filter_map(|asked| draft.find_response(asked)).find(is_code)?;
    *draft.message(answered)?.peer = Zone::Broker.name().to_string();
    Some(())
}
