//! 公的個人認証サービス (地方公共団体システム機構). Issues, renews, suspends and revokes certificates; publishes their status by OCSP
//! and CRL; answers which institution code belongs to a certificate.
//!
//! It receives only a certificate's serial number. It never learns which facility asks, nor for what purpose.

pub mod behaviour;
pub mod description;
pub mod errors;
pub mod party;
pub mod register;
mod service;

use crate::capacity::ServerWork;
use crate::design::validity;
use crate::env::Env;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::ocsp::forms::StatusForm;
use crate::pki::status::{CertStatus, RevocationReason};
use behaviour::JpkiBehaviour;
use errors::JpkiError;
use jiff::{SignedDuration, Timestamp};
use register::Register;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use sim::terms::people::{CardCertificate, Person};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// A fault of the service, for scenarios in which it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JpkiFault {
    /// It behaves correctly.
    None,
    /// Every answer takes this long.
    Slow(Duration),
    /// Its answers are not valid.
    Nonsense,
    /// It accepts requests and never answers.
    Silent,
    /// Its answers on a certificate's status were published so long ago: correctly signed, and too old.
    StaleStatus(Duration),
    /// It answers on the status of certificates, and not which code belongs to one: the part that knows codes is being maintained.
    Maintenance,
    /// It is too busy to answer on a certificate's status (RFC 6960, section 2.3: tryLater).
    TryLater,
    /// Its answers on a certificate's status have this form.
    Form(StatusForm),
    /// One of its operations fails in this way.
    Error(JpkiError),
}

/// JPKI. Its register survives a restart.
pub struct Jpki {
    env: Env,
    pki: Rc<JpkiPki>,
    register: Register,
    fault: Cell<JpkiFault>,
    behaviour: Rc<dyn JpkiBehaviour>,
    /// How often it asks the number authority again, where codes change.
    asks_again: Option<Duration>,
    work: Rc<ServerWork>,
}

impl Jpki {
    /// A JPKI whose register is empty.
    pub fn new(env: &Env, pki: Rc<JpkiPki>) -> Self {
        Jpki {
            env: env.clone(),
            pki,
            register: Register::default(),
            fault: Cell::new(JpkiFault::None),
            behaviour: env.behaviours().of(),
            asks_again: None,
            work: env.server_work("jpki/work"),
        }
    }

    /// The same, which asks the number authority again for codes at this interval, if there is one.
    #[must_use]
    pub fn that_asks_again(self, asks_again: Option<Duration>) -> Self {
        Jpki { asks_again, ..self }
    }

    /// Enters all certificates of a person: the newest as good, each earlier one as revoked when its successor was issued.
    pub fn register(&self, person: &Person) {
        let all = &person.card.certificates;
        for (i, certificate) in all.iter().enumerate() {
            let status = match all.get(i + 1) {
                Some(next) => CertStatus::Revoked { at: next.not_before, reason: Some(RevocationReason::Superseded) },
                None => CertStatus::Good,
            };
            self.enter(person, certificate, status, Timestamp::MIN);
        }
    }

    fn enter(&self, person: &Person, certificate: &CardCertificate, status: CertStatus, known_from: Timestamp) {
        self.register.enter(certificate.serial, person.resident_code.clone(), status, known_from);
    }

    /// Removes a certificate that was issued and has not arrived in the register yet. One that will arrive is announced: JPKI asks for its
    /// holder's code like for all others.
    pub(crate) fn lose(&self, serial: CertificateSerial, will_arrive: bool) {
        self.register.remove(serial, will_arrive);
    }

    /// A certificate that was issued and had not arrived is registered.
    pub(crate) fn arrive(&self, serial: CertificateSerial) {
        self.register.arrive(serial);
    }

    /// 失効. Revokes a certificate permanently, as of `at`.
    pub fn revoke(&self, serial: CertificateSerial, at: Timestamp, reason: RevocationReason) {
        self.register.set_status(serial, CertStatus::Revoked { at, reason: Some(reason) });
    }

    /// 一時停止. Puts a certificate on hold, as of `at`.
    pub fn suspend(&self, serial: CertificateSerial, at: Timestamp) {
        self.register.set_status(serial, CertStatus::Revoked { at, reason: Some(RevocationReason::CertificateHold) });
    }

    /// Lifts a suspension. A permanently revoked certificate stays revoked.
    pub fn resume(&self, serial: CertificateSerial) {
        self.register.resume(serial);
    }

    /// 更新. Registers the new certificate of a person and revokes the previous one. The code stays the same. The design states how
    /// long JPKI does not know the new one.
    pub fn renew(&self, person: &Person, old: CertificateSerial, new: &CardCertificate) {
        self.revoke(old, new.not_before, RevocationReason::Superseded);
        let design = self.env.design();
        let after = self.behaviour.renewed_known_after(validity::of(design).renewed_known_after(&design.parameters));
        let known_from = new.not_before.saturating_add(SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX));
        self.enter(person, new, CertStatus::Good, known_from.unwrap_or(new.not_before));
    }

    /// Adds the code of a resident in the field of medical insurance, as issued by the number authority.
    pub(crate) fn learn(&self, resident: &ResidentCode, code: Option<InstitutionCode>) {
        self.register.add_codes([(resident.clone(), code)]);
    }

    /// Sets the fault from now on.
    pub fn set_fault(&self, fault: JpkiFault) {
        self.fault.set(fault);
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
    fn a_status_that_is_too_old_is_correctly_signed_and_rejected_by_the_client_and_a_busy_service_answers_try_later() {
        use crate::pki::ocsp::{OcspError, Question, read_answer, request};
        use sim::context::{Party, World, act_as};

        let (jpki, person, _) = jpki();
        let (seed, now) = (Seed::new(1, "jpki"), jst(DAY, 32_400));
        let world = World::new(seed, now, sim::journal::Journal::default(), Box::new(|| 0), 0);
        let issuing = jpki.pki.issuing(crate::pki::profile::Purpose::Authentication);
        let question = Question::new(issuing, person.current_certificate().serial, Some(b"nonce"));
        let answered = |fault| {
            jpki.set_fault(fault);
            let asked = request(&question).unwrap();
            let party = Party::new(&seed, "jpki", sim::terms::roles::Zone::Jpki);
            read_answer(&act_as(&world, &party, || jpki.answer_status(&asked)), &question, now)
        };
        assert_eq!(answered(JpkiFault::None), Ok(CertStatus::Good));
        // Within the fifteen minutes for which it is published, plus five for clock skew.
        assert_eq!(answered(JpkiFault::StaleStatus(Duration::from_secs(15 * 60))), Ok(CertStatus::Good));
        assert_eq!(answered(JpkiFault::StaleStatus(Duration::from_secs(3600))), Err(OcspError::Stale));
        let busy = Err(OcspError::Refused(x509_ocsp::OcspResponseStatus::TryLater));
        assert_eq!(answered(JpkiFault::TryLater), busy);
    }
}
