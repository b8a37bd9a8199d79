//! 資格情報: the content of the insurers' feeds or answers, and what follows from it for one person on one day.

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use sim::terms::coverage::Validity;
use sim::terms::fhir::{CodesKnown, CoverageAnswer, FeedBatch, FeedEntry, Profile};
use sim::terms::identifiers::{InstitutionCode, InsuredIdentifier, InsurerNumber};
use sim::terms::outcome::OutcomeCode;
use std::collections::BTreeMap;

/// All insurers' eligibility, under institution codes.
pub struct Eligibility {
    /// The outcome where an insurer's data are missing.
    missing: OutcomeCode,
    feeds: BTreeMap<InsurerNumber, Option<Watermark>>,
    by_code: BTreeMap<InstitutionCode, Vec<FeedEntry>>,
    /// By which codes each insurer knows its people, where codes change.
    codes: BTreeMap<InsurerNumber, CodesKnown>,
    /// The revision in which a code was issued, of codes that were issued lately.
    issued_in: BTreeMap<InstitutionCode, u64>,
}

/// The progress of an insurer's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Watermark {
    running: u64,
    complete_through: Date,
    /// SHA-256 of the newest batch: only the same one is a repetition.
    content: [u8; 32],
}

/// Why a feed is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedFault {
    #[error("the insurer has not commissioned the broker")]
    UnknownInsurer,
    #[error("expected feed number {expected}, got {found}")]
    OutOfOrder { expected: u64, found: u64 },
    #[error("feed number {0} was accepted with other content")]
    OtherContent(u64),
    #[error("the feed is complete through an earlier day than the feed before it")]
    Backwards,
}

/// What is known of a person on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// An answer from the insurers' data.
    Answer { validity: Validity, coverages: Vec<CoverageAnswer> },
    /// Neither answer is certain.
    Nothing(OutcomeCode),
}

/// SHA-256 of what a batch says: not of when it was made.
fn content_of(batch: &FeedBatch) -> [u8; 32] {
    Sha256::digest(FeedBatch { created: jiff::Timestamp::UNIX_EPOCH, ..batch.clone() }.to_json()).into()
}

impl Eligibility {
    /// For the feeds of these insurers.
    pub fn new(insurers: Vec<InsurerNumber>) -> Self {
        Self::missing(OutcomeCode::FeedNotIn, insurers)
    }

    /// For the statements that these insurers are asked for in one check.
    pub fn asked_for(insurers: Vec<InsurerNumber>) -> Self {
        Self::missing(OutcomeCode::InsurerNoAnswer, insurers)
    }

    fn missing(missing: OutcomeCode, insurers: Vec<InsurerNumber>) -> Self {
        let feeds = insurers.into_iter().map(|i| (i, None)).collect();
        let (by_code, codes, issued_in) = Default::default();
        Eligibility { missing, feeds, by_code, codes, issued_in }
    }

    /// Accepts a feed. The same feed again counts as a repetition and changes nothing.
    pub fn take(&mut self, batch: FeedBatch) -> Result<Taken, FeedFault> {
        // Statements that were asked for are not numbered.
        let content = if self.missing == OutcomeCode::FeedNotIn { content_of(&batch) } else { [0; 32] };
        let mark = self.feeds.get_mut(&batch.insurer).ok_or(FeedFault::UnknownInsurer)?;
        let last = mark.map_or(0, |m| m.running);
        if let Some(newest) = mark.filter(|m| m.running == batch.running) {
            // An insurer that has lost its count would otherwise get the answer that its changes were accepted.
            return if newest.content == content { Ok(Taken::Before) } else { Err(FeedFault::OtherContent(last)) };
        }
        if batch.running != last + 1 {
            return Err(FeedFault::OutOfOrder { expected: last + 1, found: batch.running });
        }
        if mark.is_some_and(|m| batch.complete_through < m.complete_through) {
            return Err(FeedFault::Backwards);
        }
        *mark = Some(Watermark { running: batch.running, complete_through: batch.complete_through, content });
        if let Some(codes) = batch.codes {
            for ended in &codes.ended {
                self.by_code.entry(ended.clone()).or_default().retain(|e| e.insured.insurer != batch.insurer);
            }
            self.codes.insert(batch.insurer, codes);
        }
        for entry in batch.entries {
            let of_person = self.by_code.entry(entry.code.clone()).or_default();
            // A later feed states the same coverage again, with an end or corrected, or takes it back.
            of_person.retain(|e| (&e.insured, e.since) != (&entry.insured, entry.since));
            if !entry.withdrawn {
                of_person.push(entry);
            }
            of_person.sort_by(|a, b| (a.since, &a.insured).cmp(&(b.since, &b.insured)));
        }
        Ok(Taken::New)
    }

    /// What is known of the person with `code` on `day`. `on_record` is the coverage that the facility asks about; without
    /// it, any coverage will do. What is not registered for the person, character by character, is not found, which says nothing about the
    /// person: a slip of a digit must not look like the end of a coverage. `name` gives an insurer's name.
    pub fn known(
        &self,
        code: &InstitutionCode,
        day: Date,
        on_record: Option<&InsuredIdentifier>,
        name: impl Fn(&InsurerNumber) -> String,
    ) -> Known {
        // A code that was given up or replaced says nothing of its holder.
        if self.has_ended(code) {
            return Known::Nothing(OutcomeCode::CodeUnknown);
        }
        let none = Vec::new();
        let all = self.by_code.get(code).unwrap_or(&none);
        let answer = |e: &FeedEntry| answer(e, day, &name);
        let covering: Vec<&FeedEntry> = all.iter().filter(|e| covers(e, day)).collect();
        // An insurer whose data are not complete through the day may have ended the coverage since.
        if covering.iter().any(|e| !self.is_in(&e.insured.insurer, day)) {
            return Known::Nothing(self.missing);
        }
        // An insurer that has not asked for codes since cannot have fed anything under a new one.
        if covering.is_empty() && !self.all_know(code) {
            return Known::Nothing(self.missing);
        }
        let asked = on_record.map(|asked| (asked, all.iter().rev().find(|e| e.insured == *asked)));
        match (covering.as_slice(), asked) {
            ([one], None) => Known::Answer { validity: Validity::InForce, coverages: vec![answer(one)] },
            ([one], Some((asked, _))) if *asked == one.insured => {
                Known::Answer { validity: Validity::InForce, coverages: vec![answer(one)] }
            }
            ([one], Some((_, Some(ended)))) => {
                Known::Answer { validity: Validity::InsuredElsewhere, coverages: vec![answer(ended), answer(one)] }
            }
            ([_], Some((asked, None))) => self.not_found(asked, day),
            // Any insurer may have enrolled the person since; only the data of all of them show that none did.
            ([], _) if !self.feeds.keys().all(|i| self.is_in(i, day)) => Known::Nothing(self.missing),
            ([], None) => {
                let last = all.iter().max_by_key(|e| e.until);
                Known::Answer { validity: Validity::NotInsured, coverages: last.map(answer).into_iter().collect() }
            }
            ([], Some((_, Some(ended)))) => Known::Answer { validity: Validity::Ended, coverages: vec![answer(ended)] },
            ([], Some((asked, None))) => self.not_found(asked, day),
            _ => Known::Nothing(OutcomeCode::SeveralInsurers),
        }
    }

    /// An identifier under which the person is not registered. Its insurer may register the person yet, if its data are not
    /// complete through the day.
    fn not_found(&self, asked: &InsuredIdentifier, day: Date) -> Known {
        let awaited = self.feeds.contains_key(&asked.insurer) && !self.is_in(&asked.insurer, day);
        Known::Nothing(if awaited { self.missing } else { OutcomeCode::IdentifierNotFound })
    }

    /// Whether an insurer of its holder says that a code is no longer used.
    pub fn has_ended(&self, code: &InstitutionCode) -> bool {
        self.codes.values().any(|known| known.ended.contains(code))
    }

    /// JPKI has answered that a code was issued in this revision of the number authority's register.
    pub fn expect(&mut self, code: &InstitutionCode, revision: u64) {
        self.issued_in.insert(code.clone(), revision);
    }

    /// Whether every insurer has asked for codes since this one was issued.
    fn all_know(&self, code: &InstitutionCode) -> bool {
        let Some(issued) = self.issued_in.get(code) else { return true };
        self.feeds.keys().all(|insurer| self.codes.get(insurer).is_some_and(|known| known.revision >= *issued))
    }

    /// The entries of a person, sorted by first day.
    pub(crate) fn fed(&self, code: &InstitutionCode) -> &[FeedEntry] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// The codes that have entries.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &InstitutionCode> {
        self.by_code.keys()
    }

    fn is_in(&self, insurer: &InsurerNumber, day: Date) -> bool {
        self.feeds.get(insurer).copied().flatten().is_some_and(|m| m.complete_through >= day)
    }
}

/// The answer about the coverage of an entry.
pub(crate) fn answer(entry: &FeedEntry, day: Date, name: &impl Fn(&InsurerNumber) -> String) -> CoverageAnswer {
    CoverageAnswer {
        insured: entry.insured.clone(),
        insurer_name: name(&entry.insured.insurer),
        in_force: covers(entry, day),
        since: entry.since,
        until: entry.until,
        copayment_percent: entry.copayment_percent,
        relationship: entry.relationship,
    }
}

/// Whether the coverage is in force on the day.
pub(crate) fn covers(entry: &FeedEntry, day: Date) -> bool {
    entry.since <= day && entry.until.is_none_or(|u| day <= u)
}

/// The result of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    New,
    /// A repetition of the last one.
    Before,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use sim::terms::coverage::{EndReason, Relationship};

    const DAY: Date = date(2027, 4, 5);

    fn insurer(n: u64) -> InsurerNumber {
        InsurerNumber::from_body(613_000 + n)
    }

    fn code(n: u8) -> InstitutionCode {
        InstitutionCode::from_bytes([n; 16])
    }

    fn entry(person: u8, of: u64, since: Date, until: Option<Date>) -> FeedEntry {
        FeedEntry {
            code: code(person),
            insured: InsuredIdentifier {
                insurer: insurer(of), symbol: "見本".into(), number: "12".into(), branch: "00".into()
            },
            since,
            until,
            end_reason: until.map(|_| EndReason::InsuredElsewhere),
            copayment_percent: Some(30),
            relationship: Relationship::Insured,
            withdrawn: false,
        }
    }

    fn feed(of: u64, running: u64, through: Date, entries: Vec<FeedEntry>) -> FeedBatch {
        FeedBatch {
            insurer: insurer(of),
            running,
            created: "2027-04-05T00:00:00Z".parse().unwrap(),
            complete_through: through,
            entries,
            codes: None,
        }
    }

    fn fed(feeds: Vec<FeedBatch>) -> Eligibility {
        let mut e = Eligibility::new(vec![insurer(1), insurer(2)]);
        feeds.into_iter().for_each(|f| assert_eq!(e.take(f), Ok(Taken::New)));
        e
    }

    fn validity(e: &Eligibility, person: u8, on_record: Option<u64>) -> Result<(Validity, usize), OutcomeCode> {
        let asked = on_record.map(|i| entry(person, i, DAY, None).insured);
        match e.known(&code(person), DAY, asked.as_ref(), |_| String::new()) {
            Known::Answer { validity, coverages } => Ok((validity, coverages.len())),
            Known::Nothing(code) => Err(code),
        }
    }

    #[test]
    fn the_last_day_and_the_first_day_are_in_force() {
        let e = fed(vec![
            feed(1, 1, DAY, vec![entry(1, 1, date(2020, 1, 1), Some(DAY)), entry(2, 1, DAY, None)]),
            feed(2, 1, DAY, vec![]),
        ]);
        assert_eq!(validity(&e, 1, None), Ok((Validity::InForce, 1)));
        assert_eq!(validity(&e, 2, None), Ok((Validity::InForce, 1)));
    }

    #[test]
    fn a_person_who_moved_yesterday_is_in_force_with_the_new_insurer_and_not_with_the_old() {
        let yesterday = date(2027, 4, 4);
        let e = fed(vec![
            feed(1, 1, DAY, vec![entry(1, 1, date(2020, 1, 1), Some(date(2027, 4, 3)))]),
            feed(2, 1, DAY, vec![entry(1, 2, yesterday, None)]),
        ]);
        assert_eq!(validity(&e, 1, None), Ok((Validity::InForce, 1)));
        assert_eq!(validity(&e, 1, Some(2)), Ok((Validity::InForce, 1)));
        assert_eq!(validity(&e, 1, Some(1)), Ok((Validity::InsuredElsewhere, 2)));
    }

    #[test]
    fn nobody_is_reported_as_not_insured_unless_every_feed_is_in() {
        let ended = || entry(1, 1, date(2020, 1, 1), Some(date(2027, 4, 3)));
        let late = fed(vec![feed(1, 1, DAY, vec![ended()])]);
        assert_eq!(validity(&late, 1, None), Err(OutcomeCode::FeedNotIn));
        let stale = fed(vec![feed(1, 1, DAY, vec![ended()]), feed(2, 1, date(2027, 4, 4), vec![])]);
        assert_eq!(validity(&stale, 1, None), Err(OutcomeCode::FeedNotIn));
        let all = fed(vec![feed(1, 1, DAY, vec![ended()]), feed(2, 1, DAY, vec![])]);
        assert_eq!(validity(&all, 1, None), Ok((Validity::NotInsured, 1)));
        assert_eq!(validity(&all, 9, None), Ok((Validity::NotInsured, 0)));
    }

    #[test]
    fn a_coverage_is_in_force_only_if_the_feed_of_its_own_insurer_covers_the_day() {
        let e = fed(vec![feed(1, 1, date(2027, 4, 4), vec![entry(1, 1, date(2020, 1, 1), None)]), feed(2, 1, DAY, vec![])]);
        assert_eq!(validity(&e, 1, None), Err(OutcomeCode::FeedNotIn));
    }

    #[test]
    fn a_missing_statement_of_an_insurer_is_not_a_statement_that_it_insures_nobody() {
        let mut e = Eligibility::asked_for(vec![insurer(1), insurer(2)]);
        assert_eq!(validity(&e, 1, None), Err(OutcomeCode::InsurerNoAnswer));
        e.take(feed(1, 1, DAY, vec![entry(1, 1, date(2020, 1, 1), None)])).unwrap();
        assert_eq!(validity(&e, 1, None), Ok((Validity::InForce, 1)));
        assert_eq!(validity(&e, 2, None), Err(OutcomeCode::InsurerNoAnswer));
        e.take(feed(2, 1, DAY, vec![])).unwrap();
        assert_eq!(validity(&e, 2, None), Ok((Validity::NotInsured, 0)));
    }

    #[test]
    fn what_is_not_registered_for_the_person_is_not_found_and_no_statement() {
        let yesterday = date(2027, 4, 4);
        let ended = || entry(2, 1, date(2020, 1, 1), Some(yesterday));
        let of_first = vec![entry(1, 1, date(2020, 1, 1), Some(yesterday)), ended()];
        let e = fed(vec![feed(1, 1, DAY, of_first), feed(2, 1, DAY, vec![entry(1, 2, DAY, None)])]);
        let asked = |person: u8, change: &dyn Fn(&mut InsuredIdentifier)| {
            let mut asked = ended().insured;
            change(&mut asked);
            match e.known(&code(person), DAY, Some(&asked), |_| String::new()) {
                Known::Answer { validity, coverages } => Ok((validity, coverages.len())),
                Known::Nothing(outcome) => Err(outcome),
            }
        };
        assert_eq!(asked(1, &|_| ()), Ok((Validity::InsuredElsewhere, 2)));
        assert_eq!(asked(2, &|_| ()), Ok((Validity::Ended, 1)));
        let changes: [&dyn Fn(&mut InsuredIdentifier); 5] = [
            &|i| i.branch = "01".into(),
            &|i| i.number = "13".into(),
            &|i| i.number = "１２".into(),
            &|i| i.symbol = "見夲".into(),
            &|i| i.insurer = insurer(7),
        ];
        for change in changes {
            assert_eq!([asked(1, change), asked(2, change), asked(9, change)], [Err(OutcomeCode::IdentifierNotFound); 3]);
        }
        // An insurer that is not in may register the person yet.
        let late = fed(vec![feed(1, 1, yesterday, vec![]), feed(2, 1, DAY, vec![entry(1, 2, DAY, None)])]);
        assert_eq!(validity(&late, 1, Some(1)), Err(OutcomeCode::FeedNotIn));
    }

    #[test]
    fn a_coverage_that_is_taken_back_was_never_there() {
        let since = date(2020, 1, 1);
        let wrong = || entry(1, 1, since, None);
        let mut e = fed(vec![feed(1, 1, DAY, vec![wrong()]), feed(2, 1, DAY, vec![])]);
        assert_eq!(validity(&e, 1, None), Ok((Validity::InForce, 1)));
        let corrected = vec![FeedEntry { withdrawn: true, ..wrong() }, entry(2, 1, since, None)];
        assert_eq!(e.take(feed(1, 2, DAY, corrected)), Ok(Taken::New));
        assert_eq!(validity(&e, 1, None), Ok((Validity::NotInsured, 0)));
        assert_eq!(validity(&e, 2, None), Ok((Validity::InForce, 1)));
    }

    #[test]
    fn of_two_coverages_one_may_have_ended_while_its_insurer_is_not_in() {
        let open = |of| entry(1, of, date(2020, 1, 1), None);
        let late = fed(vec![feed(1, 1, date(2027, 4, 4), vec![open(1)]), feed(2, 1, DAY, vec![open(2)])]);
        assert_eq!(validity(&late, 1, None), Err(OutcomeCode::FeedNotIn));
    }

    #[test]
    fn a_code_that_has_ended_and_one_that_an_insurer_has_not_heard_of_are_not_known() {
        let since = date(2020, 1, 1);
        let known = |revision, ended: &[u8]| Some(CodesKnown { revision, ended: ended.iter().map(|n| code(*n)).collect() });
        let mut e = fed(vec![feed(1, 1, DAY, vec![entry(1, 1, since, None)]), feed(2, 1, DAY, vec![])]);
        assert_eq!(validity(&e, 1, None), Ok((Validity::InForce, 1)));
        // The code 1 is replaced by the code 2.
        e.expect(&code(2), 1);
        assert_eq!(validity(&e, 2, None), Err(OutcomeCode::FeedNotIn));
        let replaced = FeedBatch { codes: known(1, &[1]), ..feed(1, 2, DAY, vec![entry(2, 1, since, None)]) };
        assert_eq!(e.take(replaced), Ok(Taken::New));
        assert_eq!((validity(&e, 1, None), validity(&e, 2, None)), (Err(OutcomeCode::CodeUnknown), Ok((Validity::InForce, 1))));
        // Somebody whom nobody insures gets the code 3: both insurers must have asked since.
        e.expect(&code(3), 2);
        assert_eq!(e.take(FeedBatch { codes: known(2, &[1]), ..feed(1, 3, DAY, vec![]) }), Ok(Taken::New));
        assert_eq!(validity(&e, 3, None), Err(OutcomeCode::FeedNotIn));
        assert_eq!(e.take(FeedBatch { codes: known(2, &[]), ..feed(2, 2, DAY, vec![]) }), Ok(Taken::New));
        assert_eq!(validity(&e, 3, None), Ok((Validity::NotInsured, 0)));
    }

    #[test]
    fn two_insurers_at_once_are_no_answer() {
        let e = fed(vec![
            feed(1, 1, DAY, vec![entry(1, 1, date(2020, 1, 1), None)]),
            feed(2, 1, DAY, vec![entry(1, 2, date(2027, 4, 1), None)]),
        ]);
        assert_eq!(validity(&e, 1, None), Err(OutcomeCode::SeveralInsurers));
    }

    #[test]
    fn a_later_feed_ends_a_coverage_and_feeds_come_in_order() {
        let since = date(2020, 1, 1);
        let mut e = fed(vec![feed(1, 1, date(2027, 4, 4), vec![entry(1, 1, since, None)]), feed(2, 1, DAY, vec![])]);
        assert_eq!(e.take(feed(1, 3, DAY, vec![])), Err(FeedFault::OutOfOrder { expected: 2, found: 3 }));
        assert_eq!(e.take(feed(1, 2, date(2027, 4, 3), vec![])), Err(FeedFault::Backwards));
        assert_eq!(e.take(feed(7, 1, DAY, vec![])), Err(FeedFault::UnknownInsurer));
        assert_eq!(e.take(feed(1, 2, DAY, vec![entry(1, 1, since, Some(date(2027, 4, 4)))])), Ok(Taken::New));
        assert_eq!(e.take(feed(1, 2, DAY, vec![entry(1, 1, since, Some(date(2027, 4, 4)))])), Ok(Taken::Before));
        assert_eq!(e.take(feed(1, 2, DAY, vec![entry(1, 1, since, None)])), Err(FeedFault::OtherContent(2)));
        assert_eq!(validity(&e, 1, None), Ok((Validity::NotInsured, 1)));
    }
}
