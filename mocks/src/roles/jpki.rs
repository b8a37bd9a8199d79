//! 公的個人認証サービス (地方公共団体システム機構). Issues, renews, suspends and revokes certificates; tells their status by OCSP and
//! CRL; answers which institution code belongs to a certificate.
//!
//! What it is told: a certificate. It never learns which facility asks, nor what for.

mod service;

use crate::mutants::Mutant;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::status::{CertStatus, RevocationReason};
use crate::timing::Work;
use jiff::Timestamp;
use sim::people::{CardCertificate, Person};
use sim::seed::Seed;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

pub use service::{CRL_PATH, OCSP_PATH, RESOLVE_PATH};

/// How the service behaves, for scenarios in which it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    Normal,
    /// It takes this long for every answer.
    Slow(Duration),
    /// Its answers are not what they should be.
    Nonsense,
}

/// One certificate in the register.
struct Registered {
    resident: ResidentCode,
    status: CertStatus,
}

pub struct Jpki {
    pki: std::rc::Rc<JpkiPki>,
    register: RefCell<BTreeMap<CertificateSerial, Registered>>,
    codes: RefCell<BTreeMap<ResidentCode, Option<InstitutionCode>>>,
    behaviour: Cell<Behaviour>,
    mutant: Option<Mutant>,
    work: Work,
}

impl Jpki {
    pub fn new(seed: &Seed, pki: std::rc::Rc<JpkiPki>, mutant: Option<Mutant>) -> Self {
        Jpki {
            pki,
            register: RefCell::new(BTreeMap::new()),
            codes: RefCell::new(BTreeMap::new()),
            behaviour: Cell::new(Behaviour::Normal),
            mutant,
            work: Work::new(seed.stream("jpki/work")),
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

    fn set_status(&self, serial: CertificateSerial, status: CertStatus) {
        if let Some(entry) = self.register.borrow_mut().get_mut(&serial) {
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
        self.codes.borrow().get(&self.resident(serial)?).cloned().flatten()
    }

    fn resident(&self, serial: CertificateSerial) -> Option<ResidentCode> {
        self.register.borrow().get(&serial).map(|r| r.resident.clone())
    }
}
