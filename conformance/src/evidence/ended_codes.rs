//! Who has a code when, and which codes are no longer used.

use super::Evidence;
use super::code_use::{CodeChange, CodeWish, EndedCode, SLACK_NS};
use std::collections::BTreeMap;
use terms::fault::{Disturbance, FaultTarget, Phase};
use terms::identifiers::InstitutionCode;

impl<'a> Evidence<'a> {
    /// What people said at the counter, in order.
    pub fn code_wishes(&self) -> Vec<CodeWish> {
        let wish = |(seq, does): &(u64, Option<&Disturbance>)| {
            let does = does.filter(|does| does.phase == Phase::ForGood)?;
            let change = CodeChange::ALL.into_iter().find(|change| change.event() == does.kind)?;
            let FaultTarget::Person(person) = does.target else { return None };
            Some(CodeWish { seq: *seq, at_ns: self.at_ns(*seq)?, person, change })
        };
        self.faults.iter().filter_map(wish).collect()
    }

    fn at_ns(&self, seq: u64) -> Option<u64> {
        let at = self.journal.binary_search_by_key(&seq, |entry| entry.seq).ok()?;
        self.journal.get(at).map(|entry| entry.at_ns)
    }

    /// Whether a fault began before an entry. What people say at a counter is none.
    pub fn disturbed_before(&self, seq: u64) -> bool {
        self.faults.iter().any(|(at, does)| *at < seq && does.is_none_or(Disturbance::begins))
    }

    /// Whether a person has a code when an entry is written, by what the number authority has registered.
    pub fn has_code_at(&self, person: u64, seq: u64) -> bool {
        let at_first = self.resident(person).is_some_and(|r| r.person.opted_in);
        let registered = self.code_requests.iter().filter(|r| r.accepted && r.person == person && r.entry.seq < seq);
        registered.fold(at_first, |has, request| match request.change {
            CodeChange::Asks => true,
            CodeChange::GivesUp => false,
            CodeChange::Leaked => has,
        })
    }

    /// Codes in the field of medical insurance that are no longer used, since when and until when.
    pub fn ended_codes(&self) -> Vec<EndedCode<'a>> {
        let mut all: Vec<EndedCode<'a>> = Vec::new();
        let mut replaced: BTreeMap<u64, usize> = BTreeMap::new();
        for request in self.code_requests.iter().filter(|r| r.accepted) {
            let person = request.person;
            let Some(resident) = self.resident(person) else { continue };
            let codes: Vec<&InstitutionCode> = resident.insurance_codes().collect();
            let generation = replaced.entry(person).or_default();
            let Some(code) = codes.get(*generation).copied() else { continue };
            let given_up = all.iter_mut().find(|e| e.person == person && !e.replaced && e.until.is_none());
            match (request.change, given_up) {
                (CodeChange::Asks, Some(ended)) => ended.until = Some(request.entry.seq),
                (CodeChange::Asks, None) | (CodeChange::GivesUp, Some(_)) => {}
                (CodeChange::GivesUp, None) => {
                    all.push(EndedCode { person, code, since: request.entry, until: None, replaced: false });
                }
                (CodeChange::Leaked, _) => {
                    *generation += 1;
                    all.push(EndedCode { person, code, since: request.entry, until: None, replaced: true });
                }
            }
        }
        all
    }

    /// Until when, in nanoseconds of the run, everybody must have asked again after a code has ended. `None` if codes do not change.
    pub fn known_by(&self, ended: &EndedCode<'_>) -> Option<u64> {
        Some(ended.since.at_ns.saturating_add(self.ground.codes_asked_every_ns?).saturating_add(SLACK_NS))
    }
}
