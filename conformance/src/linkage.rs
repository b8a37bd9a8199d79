//! How well the cancer registry found the reports of one person: what no rule can find, since every party worked as built. The ground truth
//! knows it.

use crate::registry::{Decision, records_of, registered};
use std::collections::{BTreeMap, BTreeSet};
use terms::ground::Ground;
use terms::journal::Entry;
use terms::stores;

/// Counts over the reports that are in the registry at the end of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linkage {
    pub reports: u64,
    /// Of the reports in candidate pairs, those for which the registry had a code.
    pub with_code: u64,
    /// Pairs of reports of one person.
    pub same: u64,
    /// Pairs that agreed in one of the 20 combinations, or have a code: those about which something was decided.
    pub candidates: u64,
    /// Of these, the pairs at which a person looked.
    pub looked_at: u64,
    /// Pairs of reports that the registry has under one patient.
    pub joined: u64,
    /// Of these, the pairs that are of one person.
    pub joined_rightly: u64,
}

/// Measures a run. `None` if there is no registry in it.
pub fn linkage(entries: &[Entry], ground: &Ground) -> Option<Linkage> {
    if ground.reports.is_empty() {
        return None;
    }
    let (_, patients) = registered(entries)?;
    let truth: BTreeMap<&str, u64> = ground.reports.iter().map(|report| (report.number.as_str(), report.person)).collect();
    let mut of_person: BTreeMap<Option<u64>, u64> = BTreeMap::new();
    let mut found = Linkage::default();
    for patient in &patients {
        let mut together: BTreeMap<Option<u64>, u64> = BTreeMap::new();
        for report in &patient.reports {
            let person = truth.get(report.report.as_str()).copied();
            *together.entry(person).or_default() += 1;
            *of_person.entry(person).or_default() += 1;
        }
        found.reports += patient.reports.len() as u64;
        found.joined += pairs(patient.reports.len() as u64);
        found.joined_rightly += together.iter().filter(|(person, _)| person.is_some()).map(|(_, n)| pairs(*n)).sum::<u64>();
    }
    found.same = of_person.iter().filter(|(person, _)| person.is_some()).map(|(_, n)| pairs(*n)).sum();
    let decisions = records_of(entries, stores::LINKAGE.name);
    let decisions: Vec<Decision> = decisions.filter_map(|(_, c)| serde_json::from_slice(&c.bytes()?).ok()).collect();
    let (mut candidates, mut looked, mut coded) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for decision in &decisions {
        candidates.insert(&decision.pair);
        if decision.by == "person" {
            looked.insert(&decision.pair);
        }
        coded.extend(decision.pair.iter().zip(&decision.codes).filter(|(_, code)| code.is_some()).map(|(number, _)| number));
    }
    (found.candidates, found.looked_at, found.with_code) = (candidates.len() as u64, looked.len() as u64, coded.len() as u64);
    Some(found)
}

fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}
