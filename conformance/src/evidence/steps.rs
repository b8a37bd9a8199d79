//! The steps ① to ⑦ of each check, derived from what happened, whoever took them.
//!
//! ① and ② happen between people at the counter, so what the facility records of them is all there is. Everything after is derived: ③ from
//! the commands to the card, ④ to ⑥ from messages, ⑦ from the record at the reception.

use super::card::CardRead;
use super::exchanges::Answer;
use super::messages::{JpkiMessage, JpkiMessageKind};
use super::readings::Reading;
use super::records::{ReceptionRecord, StoredRecord};
use super::trail::Trail;
use std::collections::BTreeMap;
use terms::check::{CheckId, Step};
use terms::ground::Ground;
use terms::journal::Entry;
use terms::outcome::OutcomeClass;
use terms::parties;

/// The first byte of a certificate in DER (X.690, section 8.1.2).
const DER_SEQUENCE: u8 = 0x30;

/// What the steps are derived from.
pub(super) struct Sources<'r, 'a> {
    pub ground: &'r Ground,
    pub checks: &'r BTreeMap<CheckId, Trail<'a>>,
    /// By check, its first request as the facility sent it.
    pub requested: &'r BTreeMap<CheckId, &'a Entry>,
    pub card_reads: &'r BTreeMap<&'a str, Vec<CardRead<'a>>>,
    /// By reader, the certificates that were read whole.
    pub readings: BTreeMap<&'a str, Vec<Reading<'a>>>,
    /// By person and facility, when the card was shown and when the check ended, by sequence number.
    pub visits: BTreeMap<(u64, &'a str), Vec<(u64, u64)>>,
    pub jpki_messages: &'r [JpkiMessage<'a>],
    /// The broker's answers.
    pub answers: &'r [Answer<'a>],
    pub receptions: &'r [StoredRecord<'a, ReceptionRecord>],
    /// The message with which ⑤ ends; `None` in a design in which a check may need no message of JPKI.
    pub resolved_by: Option<JpkiMessageKind>,
}

/// By check, the steps ③ to ⑦ and the entries in which they were taken.
type Derived<'a> = BTreeMap<CheckId, Vec<(&'a Entry, Step)>>;

impl<'a> Sources<'_, 'a> {
    /// The steps ③ to ⑦.
    pub fn derive(&self) -> Derived<'a> {
        let mut derived = Derived::new();
        for (check, trail) in self.checks {
            let requested = self.requested.get(check).copied();
            let until = requested.or(trail.outcomes.first().map(|(entry, _)| *entry));
            let steps = derived.entry(check.clone()).or_default();
            let read = trail
                .first(Step::CardShown)
                .zip(until)
                .and_then(|(shown, until)| self.last_read(trail.person.filter(|_| requested.is_none()), shown, until));
            steps.extend(read.map(|entry| (entry, Step::CertificateRead)));
            steps.extend(requested.map(|entry| (entry, Step::EligibilityRequested)));
        }
        self.answers(&mut derived);
        for record in self.receptions {
            let Some(parsed) = record.parsed() else { continue };
            if matches!(parsed.outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce) {
                derived.entry(parsed.check.clone()).or_default().push((record.entry, Step::EligibilityRecorded));
            }
        }
        derived.retain(|_, steps| !steps.is_empty());
        derived
    }

    /// ③: the last read of a certificate at the counter of a facility before the request, or before the check ended.
    /// Another person's card may be read at the same counter meanwhile: in a check without a request, only what was read of the
    /// certificates of that `person` counts; what a request presents was read in its check is FLOW-005's to judge.
    fn last_read(&self, person: Option<u64>, shown: &Entry, until: &Entry) -> Option<&'a Entry> {
        let reads = self.card_reads.get(parties::reader_of(&shown.host)?.as_str())?;
        let [from, to] = [shown.seq, until.seq].map(|seq| reads.partition_point(|read| read.entry.seq < seq));
        // The certificates may not be known at all, as in a recording of somebody else.
        if let Some(person) = person.filter(|_| self.ground.people.iter().any(|p| !p.certificates.is_empty())) {
            let readings = self.readings.get(parties::reader_of(&shown.host)?.as_str())?;
            let of_person =
                readings.iter().rfind(|r| r.person == Some(person) && shown.seq < r.entry.seq && r.entry.seq < until.seq);
            return of_person.filter(|_| !self.is_there_twice(person, shown, until)).map(|reading| reading.entry);
        }
        let in_check = reads.get(from..to)?;
        // Other files may be read before it, such as the name of the application's token.
        let begins = in_check.iter().any(|read| read.data.first() == Some(&DER_SEQUENCE));
        in_check.last().filter(|_| begins).map(|read| read.entry)
    }

    /// Whether another check of a person at the same counter overlaps this one: whose reading it is cannot be said then.
    fn is_there_twice(&self, person: u64, shown: &Entry, until: &Entry) -> bool {
        let visits = self.visits.get(&(person, shown.host.as_str())).map_or(&[][..], Vec::as_slice);
        visits.iter().any(|(other, ended)| *other != shown.seq && *other < until.seq && shown.seq < *ended)
    }

    /// ⑤ and ⑥. An answer that is sent again for a retry is no further step.
    fn answers(&self, derived: &mut Derived<'a>) {
        let mut resolved: BTreeMap<u64, Vec<&'a Entry>> = BTreeMap::new();
        for message in self.jpki_messages.iter().filter(|m| Some(m.kind) == self.resolved_by && m.good) {
            resolved.entry(message.person).or_default().push(message.entry);
        }
        let mut answered: BTreeMap<&CheckId, Vec<&Answer<'a>>> = BTreeMap::new();
        for answer in self.answers {
            let of_check = answered.entry(&answer.answer.check).or_default();
            if of_check.iter().all(|earlier| earlier.answer != answer.answer) {
                of_check.push(answer);
            }
        }
        for (check, trail) in self.checks {
            let Some(asked) = trail.requests.first() else { continue };
            let steps = derived.entry(check.clone()).or_default();
            let all = trail.person.and_then(|person| resolved.get(&person)).map_or(&[][..], Vec::as_slice);
            let within = |from: u64, to: u64| {
                let end = all.partition_point(|e| e.seq < to);
                all[..end].last().filter(|e| from < e.seq).copied()
            };
            let mut from = *asked;
            for answer in answered.get(check).into_iter().flatten() {
                steps.extend(within(from, answer.entry.seq).map(|entry| (entry, Step::CodeResolved)));
                steps.push((answer.entry, Step::EligibilityAnswered));
                from = answer.entry.seq;
            }
            if !answered.contains_key(check) {
                let ended = trail.outcomes.last().map_or(u64::MAX, |(entry, _)| entry.seq);
                steps.extend(within(from, ended).map(|entry| (entry, Step::CodeResolved)));
            }
        }
    }
}
