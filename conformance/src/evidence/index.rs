//! Where in the lists of a run what belongs to a check, a person or a party is.

use super::exchanges::{Feed, Grant};
use super::messages::{JpkiMessage, JpkiMessageKind, Submission};
use super::records::{ReceptionRecord, StoredRecord};
use jiff::civil::Date;
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::ground::Ground;
use terms::identifiers::{FacilityNumber, InsurerNumber};

/// Indices into the lists of the evidence, each in the order of the journal.
#[derive(Default)]
pub(super) struct Lookups {
    /// By facility's name and check, its readable records.
    pub receptions: BTreeMap<String, BTreeMap<CheckId, Vec<usize>>>,
    /// By kind and person, the messages between broker and JPKI.
    pub jpki: BTreeMap<(JpkiMessageKind, u64), Vec<usize>>,
    /// By insurer, when the broker took a feed, and the latest day through which its feeds were complete from then on.
    pub fed: BTreeMap<InsurerNumber, Vec<(u64, Date)>>,
    /// By challenge, when and to whom the broker issued it.
    pub grants: BTreeMap<Vec<u8>, Vec<usize>>,
    /// By challenge and facility, the first request that carried it.
    pub used: BTreeMap<Vec<u8>, BTreeMap<FacilityNumber, u64>>,
    /// By number and by name, the facilities of the run.
    pub numbers: BTreeMap<FacilityNumber, Vec<usize>>,
    pub hosts: BTreeMap<String, usize>,
}

impl Lookups {
    pub fn take_facilities(&mut self, ground: &Ground) {
        for (index, facility) in ground.facilities.iter().enumerate() {
            self.numbers.entry(facility.number.clone()).or_default().push(index);
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
