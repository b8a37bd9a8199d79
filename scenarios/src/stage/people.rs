//! The people of a scenario: drawn from the population, then changed to what the scenario needs.

mod lives;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests;

use crate::file::{CertificatePart, PersonPart, Scenario};
use crate::start::{Start, after};
use jiff::Timestamp;
pub(crate) use lives::before;
use lives::{Bounds, Change, Life, outlive};
use mocks::pki::status::{CertStatus, RevocationReason};
use mocks::roles::insurer::Insured;
use sim::people::{Population, PopulationError, certificate_end};
use sim::terms::calendar::{jst, jst_day};
use sim::terms::identifiers::CertificateSerial;
use sim::terms::people::{CardCertificate, Person};
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
    /// Whether the certificate, which JPKI does not know, arrives in its register during the run.
    pub registers_later: bool,
    /// How the person's insurance changes during the run.
    pub changes: Vec<Change>,
}

/// A new certificate that JPKI issues during the run, and the one before.
pub(crate) struct Renewal {
    pub person: Person,
    pub old: CertificateSerial,
    pub new: CardCertificate,
}

impl ScenarioPerson {
    /// The changes during the run with which one of the person's periods begins and ends.
    fn bounds(&self, period: usize) -> Bounds {
        lives::bounds(&self.changes).get(period).copied().unwrap_or_default()
    }

    /// How long after its insurer has learned of a change of one of the periods the broker gets the feed.
    fn fed_after(&self, period: usize) -> Duration {
        let Bounds { begins, ends } = self.bounds(period);
        let new = begins.map(|change| change.feeds_after[0]);
        let old = ends.map(|change| change.feeds_after[1]);
        new.into_iter().chain(old).max().unwrap_or_default()
    }

    /// All periods of the person's insurance, each with when its insurer learns of it.
    pub fn insured(&self) -> impl Iterator<Item = Insured> {
        self.person.insurance.iter().enumerate().map(|(i, period)| {
            // When the insurer learns of it. Zero is before the run.
            let Bounds { begins, ends } = self.bounds(i);
            let begins_known_from = begins.map_or(Duration::ZERO, |change| change.at);
            let end_known_from = ends.map_or(Duration::ZERO, |change| change.old_at);
            let (number, period, fed_after) = (self.person.my_number.clone(), period.clone(), self.fed_after(i));
            Insured { number, period, begins_known_from, end_known_from, fed_after, withdrawn_from: None }
        })
    }

    /// The status of the certificate in use when the run starts.
    pub fn certificate_status(&self, epoch: Timestamp) -> CertStatus {
        let revoked = |reason| CertStatus::Revoked { at: before(epoch, 1), reason: Some(reason) };
        match self.part.certificate {
            CertificatePart::Revoked => revoked(RevocationReason::CessationOfOperation),
            CertificatePart::Suspended => revoked(RevocationReason::CertificateHold),
            CertificatePart::Unregistered => CertStatus::Unknown,
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
}

/// The people of a scenario, everyone possible ([`Population::impossible`]).
///
/// # Errors
/// If nobody can be what the scenario demands of a person.
pub(crate) fn drawn(population: &Population, scenario: &Scenario, start: Start) -> Result<Vec<ScenarioPerson>, PopulationError> {
    let lives = lives::all(population, scenario, start)?;
    let complete = |(part, life): (PersonPart, Life)| {
        let Life { mut person, changes } = life;
        person.opted_in = part.opted_in;
        if scenario.has_rare_letter(part.index) {
            person.name.family = with_rare_letter(&person.name.family);
        }
        let renews_at = scenario.renewal_of(part.index).map(|at| at.0);
        let renewed_before = certify(&mut person, &part, population, start.epoch);
        let renewed_from = match renews_at {
            Some(at) => renew(&mut person, population, after(start.epoch, at)),
            None => renewed_before,
        };
        let registers_later = scenario.registration_of(part.index).is_some();
        ScenarioPerson { person, part, renewed_from, renews_at, registers_later, changes }
    };
    Ok(lives.into_iter().map(complete).collect())
}

/// A family name with a letter outside of JIS X 0208 and of the basic multilingual plane (U+20BB7), as systems with two bytes for a letter
/// cannot carry it.
fn with_rare_letter(family: &str) -> String {
    std::iter::once('𠮷').chain(family.chars().skip(1)).collect()
}

/// Gives the person the certificate that the scenario needs. Returns the one before, if it was renewed.
fn certify(person: &mut Person, part: &PersonPart, population: &Population, epoch: Timestamp) -> Option<CardCertificate> {
    match part.certificate {
        CertificatePart::Renewed => return renew(person, population, before(epoch, 1)),
        CertificatePart::Expired => {
            // The person was chosen to have a birthday on that day: a certificate ends on one.
            let (ended, expires) = population.ended_certificate(person, jst_day(before(epoch, part.ended_before())))?;
            (person.card.certificates, person.card.expires) = (vec![ended], expires);
        }
        CertificatePart::NotYetValid => {
            let (begins, birth) = (before(epoch, -1), person.birth);
            let current = person.card.certificates.last_mut()?;
            current.not_before = begins;
            current.not_after = jst(certificate_end(birth, jst_day(begins)), 24 * 3600 - 1);
            outlive(person);
        }
        _ => {}
    }
    None
}

/// Gives the person a new certificate from `at` on, and returns the one before.
fn renew(person: &mut Person, population: &Population, at: Timestamp) -> Option<CardCertificate> {
    // One that was drawn to be issued after that day is not: the card is renewed on that day.
    while person.card.certificates.len() > 1 && person.card.certificates.last().is_some_and(|c| c.not_before >= at) {
        person.card.certificates.pop();
    }
    let old = person.card.certificates.last()?.clone();
    person.card.certificates.push(population.renewal(person, at)?);
    outlive(person);
    Some(old)
}

/// The insurers that insure a person of the run, now or before, by their index in the population.
pub(crate) fn used_insurers(people: &[ScenarioPerson]) -> BTreeSet<usize> {
    people.iter().flat_map(|p| p.person.insurance.iter().map(|i| i.insurer)).collect()
}
