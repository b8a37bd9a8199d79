//! Look-ups in what a run left, so that no rule goes through all of it for each answer.

use super::{Evidence, Feed, Grant, JpkiMessage, JpkiMessageKind, ReceptionRecord, StoredRecord, Submission};
use jiff::civil::Date;
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::ground::{Ground, GroundFacility};
use terms::identifiers::{FacilityNumber, InsurerNumber};
use terms::journal::Entry;

/// Indices into the lists of [`Evidence`], each in the order of the journal.
#[derive(Default)]
pub(super) struct Lookups {
    /// By facility's name and check, its readable records.
    receptions: BTreeMap<String, BTreeMap<CheckId, Vec<usize>>>,
    /// By kind and person, the messages between broker and JPKI.
    jpki: BTreeMap<(JpkiMessageKind, u64), Vec<usize>>,
    /// By insurer, when the broker took a feed, and the latest day through which its feeds were complete from then on.
    fed: BTreeMap<InsurerNumber, Vec<(u64, Date)>>,
    /// By challenge, when and to whom the broker issued it.
    grants: BTreeMap<Vec<u8>, Vec<usize>>,
    /// By challenge and facility, the first request that carried it.
    used: BTreeMap<Vec<u8>, BTreeMap<FacilityNumber, u64>>,
    /// By number and by name, the facilities of the run.
    numbers: BTreeMap<FacilityNumber, usize>,
    hosts: BTreeMap<String, usize>,
}

impl Lookups {
    pub fn take_facilities(&mut self, ground: &Ground) {
        for (index, facility) in ground.facilities.iter().enumerate() {
            self.numbers.entry(facility.number.clone()).or_insert(index);
            self.hosts.entry(facility.host.clone()).or_insert(index);
        }
    }

    pub fn take_receptions(&mut self, receptions: &[StoredRecord<'_, ReceptionRecord>]) {
        for (index, stored) in receptions.iter().enumerate() {
            let Some(record) = stored.parsed() else { continue };
            let of_host = self.receptions.entry(stored.entry.host.clone()).or_default();
            of_host.entry(record.check.clone()).or_default().push(index);
        }
    }

    pub fn take_jpki(&mut self, messages: &[JpkiMessage<'_>]) {
        for (index, message) in messages.iter().enumerate() {
            self.jpki.entry((message.kind, message.person)).or_default().push(index);
        }
    }

    pub fn take_feeds(&mut self, feeds: &[Feed<'_>]) {
        for feed in feeds.iter().filter(|feed| feed.accepted) {
            let of_insurer = self.fed.entry(feed.batch.insurer.clone()).or_default();
            let through = of_insurer.last().map_or(feed.batch.complete_through, |(_, day)| feed.batch.complete_through.max(*day));
            of_insurer.push((feed.entry.seq, through));
        }
    }

    pub fn take_challenges(&mut self, grants: &[Grant<'_>], submissions: &[Submission<'_>]) {
        for (index, grant) in grants.iter().enumerate() {
            self.grants.entry(grant.challenge.clone()).or_default().push(index);
        }
        for submission in submissions {
            let Some(signed) = submission.question.as_ref().and_then(|q| q.signed_challenge.as_ref()) else { continue };
            let by_facility = self.used.entry(signed.challenge.clone()).or_default();
            by_facility.entry(submission.facility.clone()).or_insert(submission.entry.seq);
        }
    }
}

impl<'a> Evidence<'a> {
    /// The first readable record of a check at a facility after an entry.
    pub fn recorded_after(&self, host: &str, check: &CheckId, seq: u64) -> Option<(&'a Entry, &ReceptionRecord)> {
        let all = self.lookups.receptions.get(host)?.get(check)?;
        let stored = all.iter().filter_map(|index| self.receptions.get(*index)).find(|stored| stored.entry.seq > seq)?;
        Some((stored.entry, stored.parsed()?))
    }

    /// The messages of a kind about a person between broker and JPKI before an entry, the newest first.
    pub fn jpki_before(&self, kind: JpkiMessageKind, person: u64, seq: u64) -> impl Iterator<Item = &JpkiMessage<'a>> {
        let all = self.lookups.jpki.get(&(kind, person)).map_or(&[][..], Vec::as_slice);
        let message = |index: &usize| self.jpki_messages.get(*index);
        let end = all.partition_point(|index| message(index).is_some_and(|m| m.seq < seq));
        all[..end].iter().rev().filter_map(message)
    }

    /// The day through which an insurer's feeds were complete when an entry was written.
    pub fn fed_through(&self, insurer: &InsurerNumber, seq: u64) -> Option<Date> {
        let all = self.lookups.fed.get(insurer)?;
        let end = all.partition_point(|(at, _)| *at < seq);
        all[..end].last().map(|(_, day)| *day)
    }

    /// When and to whom the broker issued a challenge.
    pub fn grants_of(&self, challenge: &[u8]) -> impl Iterator<Item = &Grant<'a>> + Clone {
        let all = self.lookups.grants.get(challenge).map_or(&[][..], Vec::as_slice);
        all.iter().filter_map(|index| self.exchanges.grants.get(*index))
    }

    /// Whether a request of a facility before an entry carried a challenge.
    pub fn is_used_before(&self, challenge: &[u8], facility: &FacilityNumber, seq: u64) -> bool {
        let first = self.lookups.used.get(challenge).and_then(|by_facility| by_facility.get(facility));
        first.is_some_and(|first| *first < seq)
    }

    /// The facility with that number.
    pub fn facility(&self, number: &FacilityNumber) -> Option<&'a GroundFacility> {
        self.lookups.numbers.get(number).and_then(|index| self.ground.facilities.get(*index))
    }

    /// The facility with that name in the journal.
    pub fn ground_facility(&self, host: &str) -> Option<&'a GroundFacility> {
        self.lookups.hosts.get(host).and_then(|index| self.ground.facilities.get(*index))
    }
}
