//! What the cancer registry was sent, what it stored and what it decided, as its rules read it.

use crate::evidence::{Evidence, Message};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use terms::fhir::{CaseReport, Profile, ReportedPerson};
use terms::journal::{Content, Direction, Entry, Event, Occasion};
use terms::messages::CodeAnswer;
use terms::operation::Operation;
use terms::operations::{ReportCancerCase, ResolvePerson};
use terms::roles::Zone;
use terms::stores;

/// A report that reached the registry.
pub struct SentReport<'a> {
    pub message: Message<'a>,
    /// `None` if it cannot be read.
    pub report: Option<CaseReport>,
    /// The answer: its entry and its status.
    pub answered: Option<(&'a Entry, u16)>,
}

impl SentReport<'_> {
    /// Whether the registry took it.
    pub fn is_accepted(&self) -> bool {
        self.answered.is_some_and(|(_, status)| (200..300).contains(&status))
    }
}

/// A record of the registry about a pair of reports.
#[derive(Clone, Debug, Deserialize)]
pub struct Decision {
    pub pair: [String; 2],
    pub versions: [u32; 2],
    pub class: String,
    pub by: String,
    #[serde(default)]
    pub codes: [Option<String>; 2],
    #[serde(default)]
    pub weight: i64,
    #[serde(default)]
    pub agreements: Vec<Agreement>,
}

/// What a record says of one field.
#[derive(Clone, Debug, Deserialize)]
pub struct Agreement {
    pub field: String,
    pub level: String,
    pub weight: i64,
}

/// A patient, as the registry has them at the end of the run.
#[derive(Clone, Debug, Deserialize)]
pub struct Patient {
    pub reports: Vec<PatientReport>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct PatientReport {
    pub report: String,
    pub version: u32,
    pub person: ReportedPerson,
}

/// Everything of the registry of a run.
pub struct Registry<'a> {
    pub sent: Vec<SentReport<'a>>,
    pub stored: Vec<(&'a Entry, Option<CaseReport>)>,
    pub decisions: Vec<(&'a Entry, Option<Decision>)>,
    /// With the entry that begins the snapshot. `None` if the run ended without one.
    pub patients: Option<(&'a Entry, Vec<Patient>)>,
    /// The codes that the number authority gave the registry, with the sequence numbers of the entries.
    pub given: Vec<(u64, String)>,
}

impl<'a> Registry<'a> {
    pub fn of(run: &Evidence<'a>) -> Registry<'a> {
        let messages = run.messages_of(Zone::Registry);
        let (stored, decisions) =
            (records_of(run.journal, stores::CANCER_REPORTS.name), records_of(run.journal, stores::LINKAGE.name));
        Registry {
            sent: sent(messages),
            stored: stored
                .map(|(entry, content)| (entry, content.bytes().and_then(|b| CaseReport::from_json(&b).ok())))
                .collect(),
            decisions: decisions.map(|(entry, content)| (entry, read(content))).collect(),
            patients: registered(run.journal),
            given: given(messages),
        }
    }

    /// The newest version of each report that was accepted, by its number.
    pub fn newest(&self) -> BTreeMap<String, &CaseReport> {
        let mut newest: BTreeMap<String, &CaseReport> = BTreeMap::new();
        for report in self.sent.iter().filter(|sent| sent.is_accepted()).filter_map(|sent| sent.report.as_ref()) {
            let known = newest.entry(report.number()).or_insert(report);
            if report.version > known.version {
                *known = report;
            }
        }
        newest
    }

    /// The versions of reports that were accepted, by number and version.
    pub fn versions(&self) -> BTreeMap<(String, u32), &CaseReport> {
        let accepted = self.sent.iter().filter(|sent| sent.is_accepted()).filter_map(|sent| sent.report.as_ref());
        accepted.map(|report| ((report.number(), report.version), report)).collect()
    }
}

/// The records in a store of the registry.
pub(crate) fn records_of<'a>(journal: &'a [Entry], of: &'static str) -> impl Iterator<Item = (&'a Entry, &'a Content)> {
    journal.iter().filter_map(move |entry| match &entry.event {
        Event::Record { store, content } if entry.zone == Zone::Registry && store == of => Some((entry, content)),
        _ => None,
    })
}

fn read<T: DeserializeOwned>(content: &Content) -> Option<T> {
    serde_json::from_slice(&content.bytes()?).ok()
}

fn sent<'a>(messages: &[Message<'a>]) -> Vec<SentReport<'a>> {
    let mut by_exchange: BTreeMap<usize, usize> = BTreeMap::new();
    let mut all: Vec<SentReport<'a>> = Vec::new();
    for message in messages {
        let head = message.head();
        match (message.direction, head.request(), head.status()) {
            (Direction::Received, Some((_, path)), _) if ReportCancerCase::is_at(path) => {
                by_exchange.insert(message.exchange, all.len());
                let report = message.body.bytes().and_then(|body| CaseReport::from_json(&body).ok());
                all.push(SentReport { message: *message, report, answered: None });
            }
            (Direction::Sent, None, Some(status)) => {
                if let Some(sent) = by_exchange.get(&message.exchange).and_then(|index| all.get_mut(*index)) {
                    sent.answered = Some((message.entry, status));
                }
            }
            _ => {}
        }
    }
    all
}

fn given(messages: &[Message<'_>]) -> Vec<(u64, String)> {
    let asked = |m: &&Message<'_>| {
        m.direction == Direction::Sent && m.head().request().is_some_and(|(_, path)| ResolvePerson::is_at(path))
    };
    let asked: std::collections::BTreeSet<usize> = messages.iter().filter(asked).map(|m| m.exchange).collect();
    let answers = messages.iter().filter(|m| m.direction == Direction::Received && asked.contains(&m.exchange));
    answers.filter_map(|m| Some((m.seq(), read::<CodeAnswer>(m.body)?.institution_code.reveal().to_string()))).collect()
}

/// The patients at the end of the run, with the entry that begins their snapshot.
pub(crate) fn registered(journal: &[Entry]) -> Option<(&Entry, Vec<Patient>)> {
    let is_end = |entry: &&Entry| entry.zone == Zone::Registry && matches!(entry.event, Event::Snapshot { when: Occasion::End });
    let begins = journal.iter().find(is_end)?;
    let state = |entry: &Entry| match &entry.event {
        Event::State { store, when: Occasion::End, content } if entry.zone == Zone::Registry && store == "cancer-patients" => {
            read(content)
        }
        _ => None,
    };
    Some((begins, journal.iter().filter_map(state).collect()))
}
