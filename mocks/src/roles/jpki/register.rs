//! The register of certificates, and the codes of their holders.

use crate::pki::status::{CertStatus, RevocationReason};
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The codes by resident; `None` for a resident without one.
pub(super) type Codes = BTreeMap<ResidentCode, Option<InstitutionCode>>;

/// JPKI's records.
#[derive(Default)]
pub struct Register {
    certificates: RefCell<BTreeMap<CertificateSerial, Registered>>,
    codes: RefCell<Codes>,
    /// The codes of the same persons in the field of the exchange, kept separately.
    exchange_codes: RefCell<Codes>,
}

/// One certificate.
struct Registered {
    resident: ResidentCode,
    status: CertStatus,
}

impl Register {
    pub(super) fn enter(&self, serial: CertificateSerial, resident: ResidentCode, status: CertStatus) {
        self.certificates.borrow_mut().insert(serial, Registered { resident, status });
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

    /// Adds codes of the field of the exchange.
    pub(super) fn add_exchange_codes(&self, codes: impl IntoIterator<Item = (ResidentCode, Option<InstitutionCode>)>) {
        self.exchange_codes.borrow_mut().extend(codes);
    }

    /// The status of a certificate.
    pub fn status(&self, serial: CertificateSerial) -> CertStatus {
        self.certificates.borrow().get(&serial).map_or(CertStatus::Unknown, |r| r.status)
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
