//! The states of reports to the cancer registry, and of its decisions, by what was sent and recorded.

use sim::journal::{Direction, Entry, Event};
use sim::terms::fhir::{CaseReport, CaseStatus, Profile};
use sim::terms::operation::Operation;
use sim::terms::operations::ReportCancerCase;
use sim::terms::roles::Zone;
use sim::terms::stores;
use std::collections::BTreeMap;

/// The states of reports, and of decisions.
pub const REPORT: [&str; 5] = ["accepted", "corrected", "refused", "sent-twice", "withdrawn"];
pub const DECISION: [&str; 3] = ["joined-by-code", "joined-by-weights", "looked-at"];

/// The name of the state of each report that was answered, and of each decision.
pub fn states(entries: &[Entry]) -> Vec<String> {
    let mut states: Vec<String> = Vec::new();
    let mut open: BTreeMap<u64, CaseReport> = BTreeMap::new();
    let mut accepted: BTreeMap<(String, u32), u64> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.zone == Zone::Registry) {
        match &entry.event {
            Event::Message { direction: Direction::Received, exchange, head, body, .. } if is_report(head) => {
                let report = body.bytes().and_then(|body| CaseReport::from_json(&body).ok());
                open.extend(report.map(|report| (*exchange, report)));
            }
            Event::Message { direction: Direction::Sent, exchange, head, .. } => {
                let Some(report) = open.remove(exchange) else { continue };
                let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
                states.push(format!("cancer-report/{}", of_report(&report, status, &mut accepted)));
            }
            Event::Record { store, content } if store == stores::LINKAGE.name => {
                let record: Option<serde_json::Value> = content.bytes().and_then(|b| serde_json::from_slice(&b).ok());
                let state = record.and_then(|record| match (record["class"].as_str()?, record["by"].as_str()?) {
                    ("same", "code") => Some("joined-by-code"),
                    ("same", "weights") => Some("joined-by-weights"),
                    (_, "person") => Some("looked-at"),
                    _ => None,
                });
                states.extend(state.map(|state| format!("cancer-registry/{state}")));
            }
            _ => {}
        }
    }
    states
}

fn is_report(head: &str) -> bool {
    let mut words = head.split(' ');
    words.next().zip(words.next()).is_some_and(|(method, path)| ReportCancerCase::is_asked_by(method, path))
}

fn of_report(report: &CaseReport, status: u16, accepted: &mut BTreeMap<(String, u32), u64>) -> &'static str {
    if status != ReportCancerCase::STATUS {
        return "refused";
    }
    let times = accepted.entry((report.number(), report.version)).or_default();
    *times += 1;
    match report.status {
        _ if *times > 1 => "sent-twice",
        CaseStatus::Withdrawn => "withdrawn",
        CaseStatus::Confirmed if report.version > 1 => "corrected",
        CaseStatus::Confirmed => "accepted",
    }
}
