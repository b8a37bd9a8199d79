//! 資格情報: the content of the insurers' feeds or answers, and what follows from it for one person on one day.

use jiff::civil::Date;
use sim::terms::coverage::Validity;
use sim::terms::fhir::{CoverageAnswer, FeedBatch, FeedEntry};
use sim::terms::identifiers::{InstitutionCode, InsuredIdentifier, InsurerNumber};
use sim::terms::outcome::OutcomeCode;
use std::collections::BTreeMap;

/// All insurers' eligibility, under institution codes.
pub struct Eligibility {
    /// The outcome where an insurer's data are missing.
    missing: OutcomeCode,
    feeds: BTreeMap<InsurerNumber, Option<Watermark>>,
    by_code: BTreeMap<InstitutionCode, Vec<FeedEntry>>,
}

/// The progress of an insurer's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Watermark {
    running: u64,
    complete_through: Date,
}

/// Why a feed is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedFault {
    #[error("the insurer has not commissioned the broker")]
    UnknownInsurer,
    #[error("expected feed number {expected}, got {found}")]
    OutOfOrder { expected: u64, found: u64 },
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
        Eligibility { missing, feeds: insurers.into_iter().map(|i| (i, None)).collect(), by_code: BTreeMap::new() }
    }

    /// Accepts a feed. The same number again counts as a repetition and changes nothing.
    pub fn take(&mut self, batch: FeedBatch) -> Result<Taken, FeedFault> {
        let mark = self.feeds.get_mut(&batch.insurer).ok_or(FeedFault::UnknownInsurer)?;
        let last = mark.map_or(0, |m| m.running);
        if batch.running == last && last > 0 {
            return Ok(Taken::Before);
        }
        if batch.running != last + 1 {
            return Err(FeedFault::OutOfOrder { expected: last + 1, found: batch.running });
        }
        if mark.is_some_and(|m| batch.complete_through < m.complete_through) {
            return Err(FeedFault::Backwards);
        }
        *mark = Some(Watermark { running: batch.running, complete_through: batch.complete_through });
        for entry in batch.entries {
            let of_person = self.by_code.entry(entry.code.clone()).or_default();
            // A later feed states the same coverage again: with an end, or corrected.
            of_person.retain(|e| (&e.insured, e.since) != (&entry.insured, entry.since));
            of_person.push(entry);
            of_person.sort_by(|a, b| (a.since, &a.insured).cmp(&(b.since, &b.insured)));
        }
        Ok(Taken::New)
    }

    /// What is known of the person with `code` on `day`. `on_record` is the coverage that the facility asks about; without
    /// it, any coverage will do. `name` gives an insurer's name.
    pub fn known(
        &self,
        code: &InstitutionCode,
        day: Date,
        on_record: Option<&InsuredIdentifier>,
        name: impl Fn(&InsurerNumber) -> String,
    ) -> Known {
        let none = Vec::new();
        let all = self.by_code.get(code).unwrap_or(&none);
        let answer = |e: &FeedEntry| answer(e, day, &name);
        let covering: Vec<&FeedEntry> = all.iter().filter(|e| covers(e, day)).collect();
        match covering.as_slice() {
            // An insurer whose data are not complete through the day may have ended the coverage since.
            [one] if self.is_in(&one.insured.insurer, day) => match on_record {
                Some(asked) if *asked != one.insured => {
                    let ended = all.iter().rev().find(|e| e.insured == *asked);
                    let coverages = ended.into_iter().chain([*one]).map(answer).collect();
                    Known::Answer { validity: Validity::InsuredElsewhere, coverages }
                }
                _ => Known::Answer { validity: Validity::InForce, coverages: vec![answer(one)] },
            },
            [_] => Known::Nothing(self.missing),
            // Any insurer may have enrolled the person since; only the data of all of them show that none did.
            [] if self.feeds.keys().all(|i| self.is_in(i, day)) => {
                let last = all.iter().max_by_key(|e| e.until);
                Known::Answer { validity: Validity::NotInsured, coverages: last.map(answer).into_iter().collect() }
            }
            [] => Known::Nothing(self.missing),
            _ => Known::Nothing(OutcomeCode::SeveralInsurers),
        }
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
            copayment_percent: 30,
            relationship: Relationship::Insured,
        }
    }

    fn feed(of: u64, running: u64, through: Date, entries: Vec<FeedEntry>) -> FeedBatch {
        FeedBatch {
            insurer: insurer(of),
            running,
            created: "2027-04-05T00:00:00Z".parse().unwrap(),
            complete_through: through,
            entries,
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
        assert_eq!(e.take(feed(1, 2, DAY, vec![entry(1, 1, since, None)])), Ok(Taken::Before));
        assert_eq!(validity(&e, 1, None), Ok((Validity::NotInsured, 1)));
    }
}
