//! What the steps up to ⑤ have proved of a certificate.

use crate::pki::path::CertificateGood;
use sim::terms::identifiers::InstitutionCode;

/// The certificate is good, and this code belongs to it. Nothing else can be turned into an answer.
pub struct Proved {
    pub certificate: CertificateGood,
    pub code: InstitutionCode,
}
