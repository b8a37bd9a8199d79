//! What the steps up to ⑤ have proven about a certificate.

use crate::pki::path::CertificateGood;
use sim::terms::identifiers::InstitutionCode;

/// The proof that the certificate is good and that this code belongs to it. An answer can only be made from it.
pub struct Proved {
    pub certificate: CertificateGood,
    pub code: InstitutionCode,
}
