//! 公的個人認証サービス (地方公共団体システム機構). Issues, renews, suspends and revokes certificates; publishes their status by OCSP
//! and CRL; answers which institution code belongs to a certificate.
//!
//! What it receives is a certificate's serial number. It never learns which facility asks, nor what for.

pub mod behaviour;
pub mod description;
pub mod party;
pub mod register;
mod service;

use crate::capacity::ServerWork;
use crate::env::Env;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::status::{CertStatus, RevocationReason};
use behaviour::JpkiBehaviour;
use jiff::Timestamp;
use register::Register;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use sim::terms::people::{CardCertificate, Person};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How the service behaves, for scenarios in which it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    Normal,
    /// It takes this long for every answer.
    Slow(Duration),
    /// Its answers are not valid.
    Nonsense,
    /// It takes requests and never answers.
    Silent,
    /// What it says of a certificate's status was published so long ago: signed rightly, and too old.
    StaleStatus(Duration),
    /// It is too busy to answer for a certificate's status (RFC 6960, section 2.3: tryLater).
    TryLater,
}

/// JPKI: its register outlives a restart.
pub struct Jpki {
    env: Env,
    pki: Rc<JpkiPki>,
    register: Register,
    behaviour: Cell<Behaviour>,
    decides: Rc<dyn JpkiBehaviour>,
    work: Rc<ServerWork>,
}

impl Jpki {
    /// A JPKI whose register is empty.
    pub fn new(env: &Env, pki: Rc<JpkiPki>) -> Self {
        Jpki {
            env: env.clone(),
            pki,
            register: Register::default(),
            behaviour: Cell::new(Behaviour::Normal),
            decides: env.behaviours().of(),
            work: env.server_work("jpki/work"),
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
        self.register.enter(certificate.serial, person.resident_code.clone(), status);
    }

    /// 失効. Ends a certificate for good, as of `at`.
    pub fn revoke(&self, serial: CertificateSerial, at: Timestamp, reason: RevocationReason) {
        self.register.set_status(serial, CertStatus::Revoked { at, reason: Some(reason) });
    }

    /// 一時停止. Puts a certificate on hold, as of `at`.
    pub fn suspend(&self, serial: CertificateSerial, at: Timestamp) {
        self.register.set_status(serial, CertStatus::Revoked { at, reason: Some(RevocationReason::CertificateHold) });
    }

    /// Lifts a suspension. A certificate that was revoked for good stays so.
    pub fn resume(&self, serial: CertificateSerial) {
        self.register.resume(serial);
    }

    /// 更新. Registers the new certificate of a person and revokes the one before it. The code stays.
    pub fn renew(&self, person: &Person, old: CertificateSerial, new: &CardCertificate) {
        self.revoke(old, new.not_before, RevocationReason::Superseded);
        self.enter(person, new, CertStatus::Good);
    }

    /// Takes in the code that a resident has in the field of medical insurance, as the number authority gives it.
    pub(crate) fn learn(&self, resident: &ResidentCode, code: Option<InstitutionCode>) {
        self.register.add_codes([(resident.clone(), code)]);
    }

    /// Behaves otherwise from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.behaviour.set(behaviour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::people::Population;
    use sim::seed::Seed;
    use sim::terms::calendar::jst;
    use sim::terms::roles::Zone;

    const DAY: jiff::civil::Date = jiff::civil::date(2027, 4, 5);

    fn jpki() -> (Jpki, Person, Population) {
        let seed = Seed::new(1, "jpki");
        let population = Population::new(&seed, 5, DAY).unwrap();
        let pki = Rc::new(JpkiPki::new(&seed, jst(DAY, 0)).unwrap());
        let (jpki, person) = (Jpki::new(&Env::offline(&seed, "jpki", Zone::Jpki), pki), population.person(2));
        jpki.register(&person);
        let code = InstitutionCode::from_bytes([7; 16]);
        jpki.learn(&person.resident_code, Some(code));
        (jpki, person, population)
    }

    #[test]
    fn a_renewed_certificate_has_another_serial_and_the_same_code_and_the_old_one_is_revoked() {
        let (jpki, person, population) = jpki();
        let (old, new) = (person.current_certificate().serial, population.renewal(&person, jst(DAY, 36_000)).unwrap());
        jpki.renew(&person, old, &new);
        assert_ne!(old, new.serial);
        assert!(jpki.register.code(old).is_some());
        assert_eq!(jpki.register.code(old), jpki.register.code(new.serial));
        assert!(matches!(jpki.register.status(old), CertStatus::Revoked { reason: Some(RevocationReason::Superseded), .. }));
        assert_eq!(jpki.register.status(new.serial), CertStatus::Good);
    }

    #[test]
    fn a_hold_can_be_lifted_and_a_revocation_cannot() {
        let (jpki, person, _) = jpki();
        let (serial, at) = (person.current_certificate().serial, jst(DAY, 0));
        jpki.suspend(serial, at);
        assert!(matches!(
            jpki.register.status(serial),
            CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. }
        ));
        jpki.resume(serial);
        assert_eq!(jpki.register.status(serial), CertStatus::Good);
        jpki.revoke(serial, at, RevocationReason::CessationOfOperation);
        jpki.suspend(serial, at);
        jpki.resume(serial);
        assert!(matches!(
            jpki.register.status(serial),
            CertStatus::Revoked { reason: Some(RevocationReason::CessationOfOperation), .. }
        ));
    }

    #[test]
    fn a_serial_that_is_not_registered_is_unknown_and_has_no_code() {
        let (jpki, _, _) = jpki();
        assert_eq!(jpki.register.status(CertificateSerial(1)), CertStatus::Unknown);
        assert_eq!(jpki.register.code(CertificateSerial(1)), None);
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
        let answered = |behaviour| {
            jpki.behave(behaviour);
            let asked = request(&question).unwrap();
            let party = Party::new(&seed, "jpki", sim::terms::roles::Zone::Jpki);
            read_answer(&act_as(&world, &party, || jpki.answer_status(&asked)), &question, now)
        };
        assert_eq!(answered(Behaviour::Normal), Ok(CertStatus::Good));
        // Within the fifteen minutes for which it is published, and five for clocks that differ.
        assert_eq!(answered(Behaviour::StaleStatus(Duration::from_secs(15 * 60))), Ok(CertStatus::Good));
        assert_eq!(answered(Behaviour::StaleStatus(Duration::from_secs(3600))), Err(OcspError::Stale));
        let busy = Err(OcspError::Refused(x509_ocsp::OcspResponseStatus::TryLater));
        assert_eq!(answered(Behaviour::TryLater), busy);
    }
}
