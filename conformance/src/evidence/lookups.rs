//! Look-ups in what a run left, so that no rule goes through all of it for each answer.

use super::{Evidence, Grant, JpkiMessage, JpkiMessageKind, ReceptionRecord};
use jiff::civil::Date;
use terms::check::CheckId;
use terms::ground::GroundFacility;
use terms::identifiers::{FacilityNumber, InsurerNumber};
use terms::journal::Entry;

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

    /// The facilities with that number: one, unless the ground truth has a number twice.
    pub fn facilities(&self, number: &FacilityNumber) -> impl Iterator<Item = &'a GroundFacility> {
        let indexes = self.lookups.numbers.get(number).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|index| self.ground.facilities.get(*index))
    }

    /// The facility with that name in the journal.
    pub fn ground_facility(&self, host: &str) -> Option<&'a GroundFacility> {
        self.lookups.hosts.get(host).and_then(|index| self.ground.facilities.get(*index))
    }
}
