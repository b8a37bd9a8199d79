//! A broker's memory of JPKI's answers, although it has to ask each time.

use crate::pki::path::{CertificateGood, CertificateGoodSoFar};
use crate::pki::status::CertStatus;
use crate::roles::broker::proof::Proved;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The codes of certificates for which JPKI has answered *good*.
#[derive(Default)]
pub struct CodeMemory(RefCell<BTreeMap<CertificateSerial, InstitutionCode>>);

impl CodeMemory {
    pub fn remember(&self, serial: CertificateSerial, code: &InstitutionCode) {
        self.0.borrow_mut().insert(serial, code.clone());
    }

    pub fn code(&self, serial: CertificateSerial) -> Option<InstitutionCode> {
        self.0.borrow().get(&serial).cloned()
    }

    /// The certificate passes as good because it was good before.
    pub fn good(&self, so_far: &CertificateGoodSoFar) -> Option<CertificateGood> {
        self.code(so_far.serial())?;
        so_far.clone().with_status(CertStatus::Good).ok()
    }

    /// The certificate and its code, as they were before.
    pub fn proved(&self, so_far: &CertificateGoodSoFar) -> Option<Proved> {
        Some(Proved { certificate: self.good(so_far)?, code: self.code(so_far.serial())? })
    }
}
