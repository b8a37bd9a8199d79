//! The reports in the registry's memory: by number, by key of blocking, and by patient.

use super::matching::blocking;
use sim::terms::fhir::{CaseReport, CaseStatus};
use sim::terms::identifiers::InstitutionCode;
use sim::terms::stores;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const REPORTS: &str = stores::CANCER_REPORTS.name;

/// A report, and the code that belongs to it.
#[derive(Clone, Debug)]
pub struct Stored {
    pub report: CaseReport,
    pub code: Option<InstitutionCode>,
    /// The revision of the number authority's register in which the code was issued; `None` for one that is older than all changes.
    pub issued_in: Option<u64>,
}

impl Stored {
    pub fn new(report: CaseReport) -> Stored {
        Stored { report, code: None, issued_in: None }
    }
}

/// A pair of reports, the lower number first, and their versions.
pub type Pair = [(String, u32); 2];

/// All reports.
#[derive(Default)]
pub(super) struct Reports {
    /// The newest version of each, also of those withdrawn.
    newest: BTreeMap<String, Stored>,
    /// The versions with which each takes part in matching.
    matched: BTreeMap<String, Stored>,
    blocks: BTreeMap<String, BTreeSet<String>>,
    by_code: BTreeMap<InstitutionCode, BTreeSet<String>>,
    /// The pairs that are joined.
    joined: BTreeSet<Pair>,
}

impl Reports {
    pub fn newest(&self, number: &str) -> Option<&Stored> {
        self.newest.get(number)
    }

    /// Keeps a version that has arrived.
    pub fn keep(&mut self, stored: Stored) {
        self.newest.insert(stored.report.number(), stored);
    }

    /// The report that takes part in matching, if it is still in this version.
    pub fn matched(&self, (number, version): &(String, u32)) -> Option<&Stored> {
        self.matched.get(number).filter(|stored| stored.report.version == *version)
    }

    /// Takes a report out of matching, with all pairs of which it is one.
    pub fn take_out(&mut self, number: &str) {
        if let Some(stored) = self.matched.remove(number) {
            for key in blocking::keys(&stored.report.person) {
                if let Some(block) = self.blocks.get_mut(&key) {
                    block.remove(number);
                }
            }
            if let Some(same) = stored.code.as_ref().and_then(|code| self.by_code.get_mut(code)) {
                same.remove(number);
            }
        }
        self.joined.retain(|pair| pair.iter().all(|(n, _)| n != number));
    }

    /// Lets a report take part in matching, and returns the reports with which it must be compared, by number.
    pub fn put_in(&mut self, stored: Stored) -> Vec<Stored> {
        let number = stored.report.number();
        let mut candidates: BTreeSet<String> = BTreeSet::new();
        for key in blocking::keys(&stored.report.person) {
            let block = self.blocks.entry(key).or_default();
            candidates.extend(block.iter().cloned());
            block.insert(number.clone());
        }
        if let Some(code) = &stored.code {
            let same = self.by_code.entry(code.clone()).or_default();
            candidates.extend(same.iter().cloned());
            same.insert(number.clone());
        }
        candidates.remove(&number);
        self.matched.insert(number, stored);
        candidates.iter().filter_map(|other| self.matched.get(other).cloned()).collect()
    }

    pub fn join(&mut self, pair: Pair) {
        self.joined.insert(pair);
    }

    /// The patients: reports that are joined, directly or over others. Each is its reports with their versions, in the order of their
    /// numbers.
    pub fn patients(&self) -> Vec<Vec<serde_json::Value>> {
        let mut first: BTreeMap<&str, &str> = self.matched.keys().map(|number| (number.as_str(), number.as_str())).collect();
        for [(a, _), (b, _)] in &self.joined {
            if let (Some(a), Some(b)) = (root(&first, a), root(&first, b)) {
                first.insert(a.max(b), a.min(b));
            }
        }
        let mut patients: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
        for (number, stored) in &self.matched {
            if let Some(root) = root(&first, number) {
                let CaseReport { version, person, .. } = &stored.report;
                let item = serde_json::json!({ "report": number, "version": version, "person": person });
                patients.entry(root).or_default().push(item);
            }
        }
        patients.into_values().collect()
    }
}

/// The first report of the patient to whom a report belongs.
fn root<'a>(first: &BTreeMap<&'a str, &'a str>, number: &str) -> Option<&'a str> {
    let mut at = *first.get(number)?;
    while let Some(next) = first.get(at).filter(|next| **next != at) {
        at = next;
    }
    Some(at)
}

/// Whether a report says that there is a case.
pub(super) fn is_a_case(report: &CaseReport) -> bool {
    report.status == CaseStatus::Confirmed
}
