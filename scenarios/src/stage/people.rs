//! The people of a scenario: drawn from the population, then changed to what the scenario needs.

use crate::file::{CertificatePart, EventKind, InsurancePart, PersonPart, Scenario};
use crate::start::{Start, after};
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use mocks::pki::status::{CertStatus, RevocationReason};
use mocks::roles::insurer::Insured;
use sim::people::{InsurerKind, Population};
use sim::terms::calendar::{day_of_age, jst, jst_day, plus_years};
use sim::terms::coverage::{EndReason, Relationship};
use sim::terms::identifiers::CertificateSerial;
use sim::terms::people::{CardCertificate, InsurancePeriod, Person};
use std::collections::BTreeSet;
use std::time::Duration;

/// A person and the scenario's part about them.
pub(crate) struct ScenarioPerson {
    pub person: Person,
    pub part: PersonPart,
    /// The certificate before a renewal that is part of the scenario.
    pub renewed_from: Option<CardCertificate>,
    /// When the card is renewed during the run.
    pub renews_at: Option<Duration>,
    /// How the person's insurance changes during the run, if it does.
    pub change: Option<Change>,
}

/// A new certificate that JPKI issues during the run, and the one before.
pub(crate) struct Renewal {
    pub person: Person,
    pub old: CertificateSerial,
    pub new: CardCertificate,
}

/// A change of insurance that insurers learn of during the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    /// When the first of the two insurers learns of it.
    pub at: Duration,
    /// The last day with the insurer so far.
    pub last_day: Date,
    /// Whether another insurer insures the person afterwards.
    pub moves: bool,
}

/// How much later than the new insurer the old one learns of a move: in between both claim the person, so that nobody reports the
/// person as uninsured.
const OLD_INSURER_LATER: Duration = Duration::from_secs(1);

impl ScenarioPerson {
    /// When an insurer learns of the beginning and of the end of one of the person's periods. Zero is before the run.
    fn known_from(&self, period: usize) -> (Duration, Duration) {
        let last = self.person.insurance.len() - 1;
        match self.change {
            Some(Change { at, moves: true, .. }) if period == last => (at, Duration::ZERO),
            Some(Change { at, moves: true, .. }) if period + 1 == last => (Duration::ZERO, at + OLD_INSURER_LATER),
            Some(Change { at, moves: false, .. }) if period == last => (Duration::ZERO, at),
            _ => (Duration::ZERO, Duration::ZERO),
        }
    }

    /// All periods of the person's insurance, each with when its insurer learns of it.
    pub fn insured(&self) -> impl Iterator<Item = Insured> {
        self.person.insurance.iter().enumerate().map(|(i, period)| {
            let (begins_known_from, end_known_from) = self.known_from(i);
            let (number, period) = (self.person.my_number.clone(), period.clone());
            Insured { number, period, begins_known_from, end_known_from }
        })
    }

    /// The status of the certificate in use when the run starts.
    pub fn certificate_status(&self, epoch: Timestamp) -> CertStatus {
        let revoked = |reason| CertStatus::Revoked { at: before(epoch, 1), reason: Some(reason) };
        match self.part.certificate {
            CertificatePart::Revoked => revoked(RevocationReason::CessationOfOperation),
            CertificatePart::Suspended => revoked(RevocationReason::CertificateHold),
            _ => CertStatus::Good,
        }
    }

    /// The data that JPKI needs for a renewal during the run.
    pub fn renewal(&self) -> Option<(u64, Renewal)> {
        let (Some(_), Some(old), Some(new)) = (self.renews_at, &self.renewed_from, self.person.card.certificates.last()) else {
            return None;
        };
        Some((self.person.index, Renewal { person: self.person.clone(), old: old.serial, new: new.clone() }))
    }

    /// What the insurers know of the person before a change, and until when.
    pub fn history_before(&self) -> Option<(Duration, Vec<InsurancePeriod>)> {
        let change = self.change?;
        let mut before = self.person.insurance.clone();
        if change.moves {
            before.pop();
        }
        if let Some(last) = before.last_mut() {
            (last.until, last.end_reason) = (None, None);
        }
        Some((change.at, before))
    }
}

pub(crate) fn drawn(population: &Population, scenario: &Scenario, start: Start) -> Vec<ScenarioPerson> {
    let Start { day: today, epoch, .. } = start;
    (0..population.size())
        .map(|i| {
            let part = scenario.part(i);
            let mut person = population.person(i);
            person.opted_in = part.opted_in;
            outlast(&mut person, part.insurance, start);
            insure(&mut person, part.insurance, today, population);
            let change = change_of(scenario, i, today);
            if let Some(change) = change {
                change_insurance(&mut person, change, population);
            }
            let renews_at = scenario.renewal_of(i).map(|at| at.0);
            let renewed_from = match renews_at {
                Some(at) => renew(&mut person, population, after(epoch, at)),
                None => certify(&mut person, part.certificate, population, epoch),
            };
            ScenarioPerson { person, part, renewed_from, renews_at, change }
        })
        .collect()
}

pub(super) fn before(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

/// The day so many days before `today`.
fn days_before(today: Date, back: i64) -> Date {
    today.saturating_sub(Span::new().days(back))
}

fn change_of(scenario: &Scenario, person: u64, today: Date) -> Option<Change> {
    scenario.events.iter().find_map(|e| {
        let (since, moves) = match e.does {
            EventKind::MovesInsurer { person: p, since_days_ago } if p == person => (since_days_ago, true),
            EventKind::LeavesInsurer { person: p, since_days_ago } if p == person => (since_days_ago, false),
            _ => return None,
        };
        // The new insurance begins on the day given; the old one ended the day before, or on the day itself.
        let last_day = days_before(today, i64::from(since) + i64::from(moves));
        Some(Change { at: e.at.0, last_day, moves })
    })
}

fn change_insurance(person: &mut Person, change: Change, population: &Population) {
    let Some(last) = person.insurance.last_mut() else { return };
    last.until = Some(change.last_day);
    if change.moves {
        last.end_reason = Some(EndReason::InsuredElsewhere);
        let from = change.last_day.saturating_add(Span::new().days(1));
        let next = InsurancePeriod { from, until: None, end_reason: None, ..elsewhere(last, person.index, population) };
        person.insurance.push(next);
    } else {
        last.end_reason = Some(EndReason::Other);
    }
}

/// Gives the person the insurance that the scenario needs on the day, and keeps what was drawn as far as it fits.
fn insure(person: &mut Person, part: InsurancePart, today: Date, population: &Population) {
    let day = |back| days_before(today, back);
    // Changes of the last weeks would interfere with the scenario; a person born in them is made a little older.
    if person.insurance.iter().all(|p| p.from >= day(20)) {
        person.insurance.truncate(1);
        person.birth = person.birth.min(day(60));
        person.insurance.iter_mut().for_each(|p| p.from = day(30));
    }
    person.insurance.retain(|p| p.from < day(20));
    let index = person.index;
    let home = person.address.prefecture.clone();
    let Some(last) = person.insurance.last_mut() else { return };
    last.until = None;
    last.end_reason = None;
    let mut ends = |until: Date, reason: EndReason| {
        last.until = Some(until);
        last.end_reason = Some(reason);
        last.clone()
    };
    let open = |from: Date, of: InsurancePeriod| InsurancePeriod { from, until: None, end_reason: None, ..of };
    let next = match part {
        InsurancePart::InForce => None,
        InsurancePart::Ended => {
            ends(day(10), EndReason::Other);
            None
        }
        InsurancePart::MovedYesterday => {
            Some(open(day(1), elsewhere(&ends(day(2), EndReason::InsuredElsewhere), index, population)))
        }
        InsurancePart::MovedToday => Some(open(today, elsewhere(&ends(day(1), EndReason::InsuredElsewhere), index, population))),
        InsurancePart::Gap => Some(open(day(-1), elsewhere(&ends(day(10), EndReason::Other), index, population))),
        InsurancePart::TwoInsurers => Some(open(day(15), elsewhere(last, index, population))),
        // 高齢者の医療の確保に関する法律 第50条: people of 75 and older are insured there, from the birthday on (第52条).
        InsurancePart::Turns75Today => {
            let old = ends(day(1), EndReason::InsuredElsewhere);
            person.birth = birthday(75, today);
            late_elderly(&old, index, &home, population).map(|period| open(today, period))
        }
        InsurancePart::Turns75Tomorrow => {
            let old = ends(today, EndReason::InsuredElsewhere);
            person.birth = birthday(75, day(-1));
            late_elderly(&old, index, &home, population).map(|period| open(day(-1), period))
        }
    };
    person.insurance.extend(next);
}

/// The ages at which the insurer or the copayment of a drawn person changes.
const AGES_OF_CHANGE: [u8; 3] = [6, 70, 75];
/// By how many days a person is younger who would reach such an age during the run: more than a run can last.
const YOUNGER: i64 = 60;

/// Puts off what would change by chance on a later day of the run, since people are drawn for its first day: the file alone says
/// what changes. In a run of one day nobody is changed.
fn outlast(person: &mut Person, part: InsurancePart, start: Start) {
    let during = |day: Date| start.day < day && day <= start.last_day;
    let turns_75 = matches!(part, InsurancePart::Turns75Today | InsurancePart::Turns75Tomorrow);
    if !turns_75 && AGES_OF_CHANGE.iter().any(|years| during(day_of_age(person.birth, *years))) {
        person.birth = person.birth.saturating_add(Span::new().days(YOUNGER));
        let birth = person.birth;
        // A child is insured from birth.
        person.insurance.iter_mut().for_each(|p| p.from = p.from.max(birth));
    }
    if let Some(current) = person.card.certificates.last_mut()
        && jst_day(current.not_after) < start.last_day
    {
        current.not_after = jst(plus_years(jst_day(current.not_after), 1), 24 * 3600 - 1);
    }
}

/// The date of birth of a person who turns `years` on `day`.
fn birthday(years: i64, day: Date) -> Date {
    day.saturating_sub(Span::new().years(years))
}

/// Coverage with the association of the person's prefecture.
fn late_elderly(old: &InsurancePeriod, index: u64, prefecture: &str, population: &Population) -> Option<InsurancePeriod> {
    let insurers = population.insurers().iter().filter(|i| i.kind == InsurerKind::LateElderly);
    let next = insurers.clone().find(|i| i.name.contains(prefecture)).or_else(|| insurers.clone().next())?;
    let mut period = old.clone();
    period.insurer = next.index;
    period.insured.insurer = next.number.clone();
    period.insured.symbol = String::new();
    period.insured.number = format!("9{index:07}");
    period.insured.branch = "00".into();
    period.copayment_percent = 10;
    period.relationship = Relationship::Insured;
    Some(period)
}

/// The same person's coverage with the next insurer in the list.
fn elsewhere(period: &InsurancePeriod, index: u64, population: &Population) -> InsurancePeriod {
    let insurers = population.insurers();
    let next = &insurers[(period.insurer + 1) % insurers.len()];
    let mut moved = period.clone();
    moved.insurer = next.index;
    moved.insured.insurer = next.number.clone();
    // A number that the new insurer has assigned to nobody else: drawn numbers have at most seven digits.
    moved.insured.number = format!("9{index:07}");
    moved
}

/// Gives the person the certificate that the scenario needs. Returns the one before, if it was renewed.
fn certify(person: &mut Person, part: CertificatePart, population: &Population, epoch: Timestamp) -> Option<CardCertificate> {
    match part {
        CertificatePart::Renewed => return renew(person, population, before(epoch, 1)),
        CertificatePart::Expired => {
            let current = person.card.certificates.last_mut()?;
            current.not_before = before(epoch, 5 * 365);
            current.not_after = before(epoch, 1);
        }
        CertificatePart::NotYetValid => person.card.certificates.last_mut()?.not_before = before(epoch, -1),
        _ => {}
    }
    None
}

/// Gives the person a new certificate from `at` on, and returns the one before.
fn renew(person: &mut Person, population: &Population, at: Timestamp) -> Option<CardCertificate> {
    let old = person.card.certificates.last()?.clone();
    person.card.certificates.push(population.renewal(person, at)?);
    Some(old)
}

/// The insurers that insure a person of the run, now or before, by their index in the population.
pub(super) fn used_insurers(people: &[ScenarioPerson]) -> BTreeSet<usize> {
    people.iter().flat_map(|p| p.person.insurance.iter().map(|i| i.insurer)).collect()
}
