//! The inputs of operations: people, their cards, and the registers of JPKI, the broker and the number authority. All of it is
//! drawn from one seed and made by the mocks themselves, each part on first use.

use super::CalibrationError;
use crate::env::Env;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::keys::{KeyDomain, KeySigner, rsa_key};
use crate::pki::path::JpkiTrust;
use crate::pki::profile::{CertificateRequest, Municipality};
use crate::roles::broker::eligibility::Eligibility;
use crate::roles::jpki::Jpki;
use crate::roles::number_authority::NumberAuthority;
use crate::roles::number_authority::codes::InstitutionCodes;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use sim::context::{Party, World, act_as};
use sim::journal::Journal;
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::calendar::jst;
use sim::terms::check::CheckId;
use sim::terms::fhir::{EligibilityQuestion, FeedBatch, FeedEntry, SignedChallenge};
use sim::terms::identifiers::{CertificateSerial, FacilityNumber, InstitutionCode, InsurerNumber, ResidentCode};
use sim::terms::messages::{CHALLENGE_LENGTH, FIELD_MEDICAL_INSURANCE, signed_message};
use sim::terms::people::Person;
use sim::terms::roles::Zone;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many people the registers contain by default.
pub const PEOPLE: u64 = 100_000;
/// How many of them present their cards.
const CARDS: usize = 64;
/// How many of them are asked about.
const ASKED: usize = 1024;

/// The day of all measurements.
pub(super) const DAY: Date = date(2026, 9, 1);

pub struct Inputs {
    pub(super) seed: Seed,
    pub(super) now: Timestamp,
    pub(super) pki: Rc<JpkiPki>,
    pub(super) trust: JpkiTrust,
    pub(super) facility: FacilityNumber,
    population: Population,
    world: Rc<World>,
    party: Rc<Party>,
    cards: OnceCell<Rc<Vec<Presented>>>,
    registers: OnceCell<Rc<Registers>>,
}

/// A card, and a facility's questions about its holder.
pub(super) struct Presented {
    pub signer: KeySigner,
    pub challenge: [u8; CHALLENGE_LENGTH],
    /// With the certificate alone.
    pub question: EligibilityQuestion,
    /// With the challenge that the card signed.
    pub signed: EligibilityQuestion,
    pub serial: CertificateSerial,
}

/// The servers' registers.
pub(super) struct Registers {
    pub jpki: Jpki,
    pub authority: NumberAuthority,
    pub eligibility: Eligibility,
    pub insurers: BTreeMap<InsurerNumber, String>,
    /// People spread over the registers, insured and with a code.
    pub asked: Vec<Asked>,
}

pub(super) struct Asked {
    pub serial: CertificateSerial,
    pub resident: ResidentCode,
    pub code: InstitutionCode,
}

impl Inputs {
    /// For registers of `people` people.
    pub fn new(people: u64) -> Result<Self, CalibrationError> {
        let (seed, now) = (Seed::new(1, "calibration"), jst(DAY, 36_000));
        let population = Population::new(&seed, people, DAY)?;
        let pki = Rc::new(JpkiPki::new(&seed, before(now, 1000))?);
        // It keeps nothing: a measurement is not a run.
        let journal = Journal::watching(Box::new(|_, _| {}));
        Ok(Inputs {
            seed,
            now,
            trust: pki.trust(),
            pki,
            facility: population.facility(0).number,
            population,
            world: World::new(seed, now, journal, Box::new(|| 0), 0),
            party: Party::new(&seed, "calibration", Zone::Testbed),
            cards: OnceCell::new(),
            registers: OnceCell::new(),
        })
    }

    /// Runs `f` as a party, at the fixed time of the measurement.
    pub(super) fn within<T>(&self, f: impl FnOnce() -> T) -> T {
        act_as(&self.world, &self.party, f)
    }

    pub(super) fn cards(&self) -> Result<Rc<Vec<Presented>>, CalibrationError> {
        if let Some(cards) = self.cards.get() {
            return Ok(cards.clone());
        }
        let people = self.population.iter().filter(|p| self.can_be_checked(p)).take(CARDS);
        let cards = people.enumerate().map(|(i, person)| self.card(i, &person)).collect::<Result<Vec<_>, _>>()?;
        self.enough(cards.len())?;
        Ok(self.cards.get_or_init(|| Rc::new(cards)).clone())
    }

    pub(super) fn registers(&self) -> Result<Rc<Registers>, CalibrationError> {
        if let Some(registers) = self.registers.get() {
            return Ok(registers.clone());
        }
        let registers = self.registered();
        self.enough(registers.asked.len())?;
        Ok(self.registers.get_or_init(|| Rc::new(registers)).clone())
    }

    fn enough(&self, found: usize) -> Result<(), CalibrationError> {
        if found == 0 { Err(CalibrationError::TooFewPeople { people: self.population.size() }) } else { Ok(()) }
    }

    /// Whether the person is insured, has a code, and a certificate that is in force.
    fn can_be_checked(&self, person: &Person) -> bool {
        let certificate = person.current_certificate();
        let in_force = certificate.not_before <= self.now && self.now <= certificate.not_after;
        person.opted_in && in_force && person.insurance_on(DAY).is_some()
    }

    fn card(&self, index: usize, person: &Person) -> Result<Presented, CalibrationError> {
        let certificate = person.current_certificate();
        let key = rsa_key(&self.seed, KeyDomain::Card, certificate.key_index % KeyDomain::Card.keys())?;
        let code = &person.address.municipality_code;
        let request = CertificateRequest {
            serial: certificate.serial.0,
            subject_cn: certificate.subject_cn.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            municipality: Municipality::new(&format!("Pref-{code:.2}"), &format!("City-{code}")),
        };
        let presented = self.pki.issue_authentication(&request, &key)?;
        let signer = KeySigner::new(key)?;
        let challenge: [u8; CHALLENGE_LENGTH] = self.seed.bytes(&format!("calibration/challenge/{index}"));
        let signature = signer.signature(&signed_message(&self.facility, &challenge))?;
        let question = EligibilityQuestion {
            check: CheckId::new(0, index),
            facility: self.facility.clone(),
            day: DAY,
            created: self.now,
            certificate: presented,
            number: None,
            signed_challenge: None,
            // Every other facility has a coverage on record and asks whether it is still in force.
            on_record: person.insurance_on(DAY).filter(|_| index % 2 == 1).map(|period| period.insured.clone()),
        };
        let signed_challenge = Some(SignedChallenge { challenge: challenge.to_vec(), signature });
        let signed = EligibilityQuestion { signed_challenge, ..question.clone() };
        Ok(Presented { signer, challenge, question, signed, serial: certificate.serial })
    }

    fn registered(&self) -> Registers {
        let jpki = Jpki::new(&Env::offline(&self.seed, "jpki", Zone::Jpki), self.pki.clone());
        let env = Env::offline(&self.seed, "number-authority", Zone::NumberAuthority);
        let (mut authority, codes) = (NumberAuthority::new(&env), InstitutionCodes::new(&self.seed, &Default::default(), []));
        let insurers: BTreeMap<InsurerNumber, String> =
            self.population.insurers().iter().map(|i| (i.number.clone(), i.name.clone())).collect();
        let mut fed: BTreeMap<InsurerNumber, Vec<FeedEntry>> = insurers.keys().map(|n| (n.clone(), Vec::new())).collect();
        let (mut asked, every) = (Vec::new(), (self.population.size() / ASKED as u64).max(1));
        for person in self.population.iter() {
            jpki.register(&person);
            authority.register(&person);
            let code = codes.of(FIELD_MEDICAL_INSURANCE, &person);
            jpki.learn(&person.resident_code, code.clone());
            let Some(code) = code else { continue };
            for period in &person.insurance {
                fed.entry(period.insured.insurer.clone()).or_default().push(FeedEntry::of(&code, period));
            }
            if person.index % every == 0 && self.can_be_checked(&person) {
                let serial = person.current_certificate().serial;
                asked.push(Asked { serial, resident: person.resident_code.clone(), code });
            }
        }
        let mut eligibility = Eligibility::new(insurers.keys().cloned().collect());
        for (insurer, entries) in fed {
            let batch = FeedBatch { insurer, running: 1, created: self.now, complete_through: DAY, entries, codes: None };
            // The first delivery of an insurer with a commission.
            let _ = eligibility.take(batch);
        }
        Registers { jpki, authority, eligibility, insurers, asked }
    }
}

pub(super) fn before(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}
