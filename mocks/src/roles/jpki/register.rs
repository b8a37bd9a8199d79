//! The register of certificates, and the codes of their holders.

use crate::pki::status::{CertStatus, RevocationReason};
use jiff::Timestamp;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The codes by resident; `None` for a resident without one.
pub(super) type Codes = BTreeMap<ResidentCode, Option<InstitutionCode>>;

/// JPKI's records.
#[derive(Default)]
pub struct Register {
    certificates: RefCell<BTreeMap<CertificateSerial, Registered>>,
    /// Issued by a municipality, and not arrived yet: no part of the register.
    on_the_way: RefCell<BTreeMap<CertificateSerial, Registered>>,
    codes: RefCell<Codes>,
    /// The revision of the number authority's register in which a code was issued, of codes that were issued during the run.
    issued_in: RefCell<BTreeMap<ResidentCode, u64>>,
    /// The codes of the same persons in the field of the exchange, kept separately.
    exchange_codes: RefCell<Codes>,
}

/// One certificate.
struct Registered {
    resident: ResidentCode,
    status: CertStatus,
    /// From when on JPKI answers for it.
    known_from: Timestamp,
}

impl Register {
    /// Enters a certificate that JPKI answers for from `known_from` on.
    pub(super) fn enter(&self, serial: CertificateSerial, resident: ResidentCode, status: CertStatus, known_from: Timestamp) {
        self.certificates.borrow_mut().insert(serial, Registered { resident, status, known_from });
    }

    /// Removes a certificate, as if it had not arrived yet.
    pub(super) fn remove(&self, serial: CertificateSerial, will_arrive: bool) {
        let removed = self.certificates.borrow_mut().remove(&serial);
        self.on_the_way.borrow_mut().extend(removed.filter(|_| will_arrive).map(|entry| (serial, entry)));
    }

    /// The holders of certificates that will arrive.
    pub(super) fn announced(&self) -> Vec<ResidentCode> {
        self.on_the_way.borrow().values().map(|entry| entry.resident.clone()).collect()
    }

    /// Registers a certificate that was removed, as it was.
    pub(super) fn arrive(&self, serial: CertificateSerial) {
        let arrived = self.on_the_way.borrow_mut().remove(&serial);
        self.certificates.borrow_mut().extend(arrived.map(|entry| (serial, entry)));
    }

    /// A permanently revoked certificate keeps its status and its date, whatever is reported later.
    pub(super) fn set_status(&self, serial: CertificateSerial, status: CertStatus) {
        if let Some(entry) = self.certificates.borrow_mut().get_mut(&serial)
            && matches!(
                entry.status,
                CertStatus::Good | CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. }
            )
        {
            entry.status = status;
        }
    }

    /// Lifts a suspension. A permanently revoked certificate stays revoked.
    pub(super) fn resume(&self, serial: CertificateSerial) {
        if let Some(entry) = self.certificates.borrow_mut().get_mut(&serial)
            && matches!(entry.status, CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. })
        {
            entry.status = CertStatus::Good;
        }
    }

    /// Adds codes of the field of medical insurance.
    pub(super) fn add_codes(&self, codes: impl IntoIterator<Item = (ResidentCode, Option<InstitutionCode>)>) {
        self.codes.borrow_mut().extend(codes);
    }

    /// In which revisions the codes of these residents were issued.
    pub(super) fn add_revisions(&self, revisions: impl IntoIterator<Item = (ResidentCode, Option<u64>)>) {
        let mut issued_in = self.issued_in.borrow_mut();
        for (resident, revision) in revisions {
            match revision {
                Some(revision) => issued_in.insert(resident, revision),
                None => issued_in.remove(&resident),
            };
        }
    }

    /// The revision in which the code of a certificate's holder was issued, if it was issued during the run.
    pub(super) fn issued_in(&self, serial: CertificateSerial) -> Option<u64> {
        self.issued_in.borrow().get(&self.resident(serial)?).copied()
    }

    /// Adds codes of the field of the exchange.
    pub(super) fn add_exchange_codes(&self, codes: impl IntoIterator<Item = (ResidentCode, Option<InstitutionCode>)>) {
        self.exchange_codes.borrow_mut().extend(codes);
    }

    /// The status of a certificate.
    pub fn status(&self, serial: CertificateSerial) -> CertStatus {
        self.certificates.borrow().get(&serial).map_or(CertStatus::Unknown, |r| r.status)
    }

    /// The status of a certificate that JPKI answers with at a time: *unknown* before it answers for the certificate.
    pub fn status_at(&self, serial: CertificateSerial, now: Timestamp) -> CertStatus {
        self.certificates.borrow().get(&serial).filter(|r| r.known_from <= now).map_or(CertStatus::Unknown, |r| r.status)
    }

    /// The holder of a certificate.
    pub fn resident(&self, serial: CertificateSerial) -> Option<ResidentCode> {
        self.certificates.borrow().get(&serial).map(|r| r.resident.clone())
    }

    /// The code that belongs to a certificate: none if it is not registered or its holder has none. The status is not checked
    /// here; the client has checked it before.
    pub fn code(&self, serial: CertificateSerial) -> Option<InstitutionCode> {
        self.codes.borrow().get(&self.resident(serial)?).cloned().flatten()
    }

    /// Whether the certificate is registered but the number authority has not yet answered whether its holder has a code.
    pub fn lacks_code(&self, serial: CertificateSerial) -> bool {
        self.resident(serial).is_some_and(|resident| !self.codes.borrow().contains_key(&resident))
    }

    /// The same in the field of the exchange.
    pub fn exchange_code(&self, serial: CertificateSerial) -> Option<InstitutionCode> {
        self.exchange_codes.borrow().get(&self.resident(serial)?).cloned().flatten()
    }

    /// All certificates, by serial number, with their holders and statuses.
    pub fn certificates(&self) -> Vec<(CertificateSerial, ResidentCode, CertStatus)> {
        self.certificates.borrow().iter().map(|(serial, r)| (*serial, r.resident.clone(), r.status)).collect()
    }

    /// The codes in the field of medical insurance, by resident.
    pub(super) fn codes(&self) -> Codes {
        self.codes.borrow().clone()
    }
}
