//! The people of a scenario: drawn from the population, then bent to what the story needs.

use super::{DAY, before};
use crate::file::{CertificatePart, InsurancePart, PersonPart, Scenario};
use jiff::{Span, Timestamp};
use mocks::pki::status::RevocationReason;
use mocks::roles::jpki::Jpki;
use sim::people::{CardCertificate, EndReason, InsurancePeriod, Person, Population};

/// A person and what the story says of them.
pub(crate) struct Cast {
    pub person: Person,
    pub part: PersonPart,
    /// The certificate before a renewal that is part of the story.
    pub renewed_from: Option<CardCertificate>,
}

pub(crate) fn cast(population: &Population, scenario: &Scenario, epoch: Timestamp) -> Vec<Cast> {
    (0..population.size())
        .map(|i| {
            let part = scenario.part(i);
            let mut person = population.person(i);
            person.opted_in = part.opted_in;
            insure(&mut person, part.insurance, population);
            let renewed_from = certify(&mut person, part.certificate, population, epoch);
            Cast { person, part, renewed_from }
        })
        .collect()
}

/// Gives the person the insurance that the story needs on the day, and keeps what was drawn as far as it fits.
fn insure(person: &mut Person, part: InsurancePart, population: &Population) {
    let day = |back: i32| DAY.saturating_sub(Span::new().days(back));
    // Changes of the last weeks would get in the way of the story; somebody born in them is made a little older.
    if person.insurance.iter().all(|p| p.from >= day(20)) {
        person.insurance.truncate(1);
        person.birth = person.birth.min(day(60));
        person.insurance.iter_mut().for_each(|p| p.from = day(30));
    }
    person.insurance.retain(|p| p.from < day(20));
    let Some(last) = person.insurance.last_mut() else { return };
    last.until = None;
    last.end_reason = None;
    match part {
        InsurancePart::InForce => {}
        InsurancePart::Ended => {
            last.until = Some(day(10));
            last.end_reason = Some(EndReason::Other);
        }
        InsurancePart::MovedYesterday => {
            last.until = Some(day(2));
            last.end_reason = Some(EndReason::InsuredElsewhere);
            let next =
                InsurancePeriod { from: day(1), until: None, end_reason: None, ..elsewhere(last, person.index, population) };
            person.insurance.push(next);
        }
        InsurancePart::TwoInsurers => {
            let second =
                InsurancePeriod { from: day(15), until: None, end_reason: None, ..elsewhere(last, person.index, population) };
            person.insurance.push(second);
        }
    }
}

/// The same person's coverage with the insurer after theirs of the same kind or the next.
fn elsewhere(period: &InsurancePeriod, index: u64, population: &Population) -> InsurancePeriod {
    let insurers = population.insurers();
    let next = &insurers[(period.insurer + 1) % insurers.len()];
    let mut moved = period.clone();
    moved.insurer = next.index;
    moved.insured.insurer = next.number.clone();
    // A number of its own, that the new insurer has given to nobody else: drawn ones have no more than seven digits.
    moved.insured.number = format!("9{index:07}");
    moved
}

/// Gives the person the certificate that the story needs. Returns the one before, if it was renewed.
fn certify(person: &mut Person, part: CertificatePart, population: &Population, epoch: Timestamp) -> Option<CardCertificate> {
    let renewal = population.renewal(person, before(epoch, 1));
    let current = person.card.certificates.last_mut()?;
    match part {
        CertificatePart::Expired => {
            current.not_before = before(epoch, 5 * 365);
            current.not_after = before(epoch, 1);
        }
        CertificatePart::NotYetValid => current.not_before = before(epoch, -1),
        CertificatePart::Renewed => {
            let old = current.clone();
            person.card.certificates.push(renewal?);
            return Some(old);
        }
        _ => {}
    }
    None
}

impl Cast {
    /// Enters the person into JPKI's register as the story has it.
    pub fn enter_into(&self, jpki: &Jpki, epoch: Timestamp) {
        match (&self.renewed_from, self.person.card.certificates.last()) {
            (Some(old), Some(new)) => {
                let mut before = self.person.clone();
                before.card.certificates.pop();
                jpki.register(&before);
                jpki.renew(&self.person, old.serial, new);
            }
            _ => jpki.register(&self.person),
        }
        let serial = self.person.current_certificate().serial;
        match self.part.certificate {
            CertificatePart::Revoked => jpki.revoke(serial, before(epoch, 1), RevocationReason::CessationOfOperation),
            CertificatePart::Suspended => jpki.suspend(serial, before(epoch, 1)),
            _ => {}
        }
    }
}
