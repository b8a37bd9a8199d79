//! 公的個人認証サービス (地方公共団体システム機構). Issues, renews, suspends and revokes certificates; tells their status by OCSP and
//! CRL; answers which institution code belongs to a certificate.
//!
//! What it is told: a certificate. It never learns which facility asks, nor what for.

pub mod description;
mod service;

use crate::capacity::{ServerCapacity, ServerWork};
use crate::mutants::{Mutant, Sabotage};
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::status::{CertStatus, RevocationReason};
use crate::roles::Holder;
use description::DESCRIPTION;
use jiff::Timestamp;
use sim::people::{CardCertificate, Person};
use sim::seed::{Seed, Stream};
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How the service behaves, for scenarios in which it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    Normal,
    /// It takes this long for every answer.
    Slow(Duration),
    /// Its answers are not what they should be.
    Nonsense,
    /// It takes requests and never answers.
    Silent,
    /// What it says of a certificate's status was published so long ago: signed rightly, and too old.
    StaleStatus(Duration),
    /// It is too busy to tell a certificate's status (RFC 6960, section 2.3: tryLater).
    TryLater,
}

/// One certificate in the register.
struct Registered {
    resident: ResidentCode,
    status: CertStatus,
}

pub struct Jpki {
    pki: Rc<JpkiPki>,
    register: RefCell<BTreeMap<CertificateSerial, Registered>>,
    codes: RefCell<BTreeMap<ResidentCode, Option<InstitutionCode>>>,
    /// The same persons' codes in the field of the exchange, kept apart.
    exchange_codes: RefCell<BTreeMap<ResidentCode, Option<InstitutionCode>>>,
    behaviour: Cell<Behaviour>,
    sabotage: Sabotage,
    work: Rc<ServerWork>,
}

impl Jpki {
    pub fn new(seed: &Seed, pki: Rc<JpkiPki>, sabotage: Sabotage) -> Self {
        let work = ServerWork::alone(Jpki::stream(seed), ServerCapacity::of(DESCRIPTION.timed));
        Jpki::working(pki, sabotage, Rc::new(work))
    }

    /// What it draws its times from.
    pub fn stream(seed: &Seed) -> Stream {
        seed.stream("jpki/work")
    }

    /// With the capacity of `work`.
    pub fn working(pki: Rc<JpkiPki>, sabotage: Sabotage, work: Rc<ServerWork>) -> Self {
        Jpki {
            pki,
            register: RefCell::new(BTreeMap::new()),
            codes: RefCell::new(BTreeMap::new()),
            exchange_codes: RefCell::new(BTreeMap::new()),
            behaviour: Cell::new(Behaviour::Normal),
            sabotage,
            work,
        }
    }

    /// Enters all certificates of a person: the newest good, each earlier one revoked when its successor was issued.
    pub fn register(&self, person: &Person) {
        let all = &person.card.certificates;
        for (i, certificate) in all.iter().enumerate() {
            let status = match all.get(i + 1) {
                Some(next) => CertStatus::Revoked { at: next.not_before, reason: Some(RevocationReason::Superseded) },
                None => CertStatus::Good,
            };
            self.enter(person, certificate, status);
        }
    }

    fn enter(&self, person: &Person, certificate: &CardCertificate, status: CertStatus) {
        let entry = Registered { resident: person.resident_code.clone(), status };
        self.register.borrow_mut().insert(certificate.serial, entry);
    }

    /// 失効. Ends a certificate for good, as of `at`.
    pub fn revoke(&self, serial: CertificateSerial, at: Timestamp, reason: RevocationReason) {
        self.set_status(serial, CertStatus::Revoked { at, reason: Some(reason) });
    }

    /// 一時停止. Puts a certificate on hold, as of `at`.
    pub fn suspend(&self, serial: CertificateSerial, at: Timestamp) {
        self.set_status(serial, CertStatus::Revoked { at, reason: Some(RevocationReason::CertificateHold) });
    }

    /// Lifts a suspension. A certificate that was revoked for good stays so.
    pub fn resume(&self, serial: CertificateSerial) {
        if let Some(entry) = self.register.borrow_mut().get_mut(&serial)
            && matches!(entry.status, CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. })
        {
            entry.status = CertStatus::Good;
        }
    }

    /// 更新. Registers the new certificate of a person and revokes the one before it. The code stays.
    pub fn renew(&self, person: &Person, old: CertificateSerial, new: &CardCertificate) {
        self.revoke(old, new.not_before, RevocationReason::Superseded);
        self.enter(person, new, CertStatus::Good);
    }

    /// Takes note of the code that a resident has in the field of medical insurance, as the number authority tells it.
    pub(crate) fn learn(&self, resident: &ResidentCode, code: Option<InstitutionCode>) {
        self.codes.borrow_mut().insert(resident.clone(), code);
    }

    /// A certificate that was revoked for good keeps its status and its date, whatever is reported later.
    fn set_status(&self, serial: CertificateSerial, status: CertStatus) {
        if let Some(entry) = self.register.borrow_mut().get_mut(&serial)
            && matches!(
                entry.status,
                CertStatus::Good | CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. }
            )
        {
            entry.status = status;
        }
    }

    pub fn behave(&self, behaviour: Behaviour) {
        self.behaviour.set(behaviour);
    }

    /// Status of a serial number in the register.
    fn status(&self, serial: CertificateSerial) -> CertStatus {
        self.register.borrow().get(&serial).map_or(CertStatus::Unknown, |r| r.status)
    }

    /// The code that belongs to a certificate: none if it is not registered or its holder has none. The status does not
    /// matter here; whoever asks has asked for it before.
    fn code(&self, serial: CertificateSerial) -> Option<InstitutionCode> {
        let resident = self.resident(serial)?;
        if self.sabotage.is(Mutant::JpkiAnswersWithAnotherCode) {
            return self.exchange_codes.borrow().get(&resident).cloned().flatten();
        }
        let code = self.codes.borrow().get(&resident).cloned().flatten();
        if self.sabotage.is(Mutant::JpkiChangesCodeOnRenewal) && self.is_renewed(serial, &resident) {
            return code.map(|c| changed(&c));
        }
        code
    }

    /// Whether the certificate is in use and took the place of another.
    fn is_renewed(&self, serial: CertificateSerial, resident: &ResidentCode) -> bool {
        let register = self.register.borrow();
        let superseded = |s| matches!(s, CertStatus::Revoked { reason: Some(RevocationReason::Superseded), .. });
        let in_use = register.get(&serial).is_some_and(|r| !superseded(r.status));
        in_use && register.values().any(|r| r.resident == *resident && superseded(r.status))
    }

    fn resident(&self, serial: CertificateSerial) -> Option<ResidentCode> {
        self.register.borrow().get(&serial).map(|r| r.resident.clone())
    }
}

impl Holder for Jpki {
    fn holdings(&self) -> Vec<(String, Vec<u8>)> {
        let certificate = |(serial, entry): (&CertificateSerial, &Registered)| {
            let good = entry.status == CertStatus::Good;
            let item = serde_json::json!({ "serial": serial.0, "residentCode": entry.resident, "good": good });
            ("certificates".to_string(), item.to_string().into_bytes())
        };
        let code = |(resident, code): (&ResidentCode, &Option<InstitutionCode>)| {
            let item = serde_json::json!({ "residentCode": resident, "institutionCode": code });
            ("institution-codes".to_string(), item.to_string().into_bytes())
        };
        let (register, codes) = (self.register.borrow(), self.codes.borrow());
        register.iter().map(certificate).chain(codes.iter().map(code)).collect()
    }
}

/// Another code, made of this one: for the mutant.
fn changed(code: &InstitutionCode) -> InstitutionCode {
    let digest = openssl::sha::sha256(code.reveal().as_bytes());
    let mut cut = [0; 16];
    cut.copy_from_slice(&digest[..16]);
    InstitutionCode::from_bytes(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::people::{Population, jst};

    const DAY: jiff::civil::Date = jiff::civil::date(2027, 4, 5);

    fn jpki() -> (Jpki, Person, Population) {
        let seed = Seed::new(1, "jpki");
        let population = Population::new(&seed, 5, DAY).unwrap();
        let pki = Rc::new(JpkiPki::new(&seed, jst(DAY, 0)).unwrap());
        let (jpki, person) = (Jpki::new(&seed, pki, Sabotage::none()), population.person(2));
        jpki.register(&person);
        let code = InstitutionCode::from_bytes([7; 16]);
        jpki.codes.borrow_mut().insert(person.resident_code.clone(), Some(code));
        (jpki, person, population)
    }

    #[test]
    fn a_renewed_certificate_has_another_serial_and_the_same_code_and_the_old_one_is_revoked() {
        let (jpki, person, population) = jpki();
        let (old, new) = (person.current_certificate().serial, population.renewal(&person, jst(DAY, 36_000)).unwrap());
        jpki.renew(&person, old, &new);
        assert_ne!(old, new.serial);
        assert!(jpki.code(old).is_some());
        assert_eq!(jpki.code(old), jpki.code(new.serial));
        assert!(matches!(jpki.status(old), CertStatus::Revoked { reason: Some(RevocationReason::Superseded), .. }));
        assert_eq!(jpki.status(new.serial), CertStatus::Good);
    }

    #[test]
    fn a_hold_can_be_lifted_and_a_revocation_cannot() {
        let (jpki, person, _) = jpki();
        let (serial, at) = (person.current_certificate().serial, jst(DAY, 0));
        jpki.suspend(serial, at);
        assert!(matches!(jpki.status(serial), CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. }));
        jpki.resume(serial);
        assert_eq!(jpki.status(serial), CertStatus::Good);
        jpki.revoke(serial, at, RevocationReason::CessationOfOperation);
        jpki.suspend(serial, at);
        jpki.resume(serial);
        assert!(matches!(jpki.status(serial), CertStatus::Revoked { reason: Some(RevocationReason::CessationOfOperation), .. }));
    }

    #[test]
    fn a_serial_that_is_not_registered_is_unknown_and_has_no_code() {
        let (jpki, _, _) = jpki();
        assert_eq!(jpki.status(CertificateSerial(1)), CertStatus::Unknown);
        assert_eq!(jpki.code(CertificateSerial(1)), None);
    }

    #[test]
    fn a_status_that_is_too_old_is_signed_rightly_and_refused_by_who_asks_and_a_busy_service_says_so() {
        use crate::pki::ocsp::{OcspError, Question, read_answer, request};
        use sim::context::{Party, World, act_as};

        let (jpki, person, _) = jpki();
        let (seed, now) = (Seed::new(1, "jpki"), jst(DAY, 32_400));
        let world = World::new(seed, now, sim::journal::Journal::default(), Box::new(|| 0), 0);
        let issuing = jpki.pki.issuing(crate::pki::profile::Purpose::Authentication);
        let question = Question::new(issuing, person.current_certificate().serial, Some(b"nonce"));
        let told = |behaviour| {
            jpki.behave(behaviour);
            let asked = request(&question).unwrap();
            let party = Party::new(&seed, "jpki", sim::terms::roles::Zone::Jpki);
            read_answer(&act_as(&world, &party, || jpki.tell_status(&asked)), &question, now)
        };
        assert_eq!(told(Behaviour::Normal), Ok(CertStatus::Good));
        // Within the fifteen minutes for which it is published, and five for clocks that differ.
        assert_eq!(told(Behaviour::StaleStatus(Duration::from_secs(15 * 60))), Ok(CertStatus::Good));
        assert_eq!(told(Behaviour::StaleStatus(Duration::from_secs(3600))), Err(OcspError::Stale));
        let busy = Err(OcspError::Refused(x509_ocsp::OcspResponseStatus::TryLater));
        assert_eq!(told(Behaviour::TryLater), busy);
    }
}
